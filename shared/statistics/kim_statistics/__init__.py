"""Figures that leave a house: a month's aggregates, small cells suppressed, and those that came from partners."""
