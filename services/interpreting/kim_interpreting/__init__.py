"""Interpreting and translation (Sprachmittlung): orders, the pots that pay for them, and their invoices."""
