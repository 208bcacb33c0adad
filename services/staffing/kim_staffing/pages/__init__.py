"""The pages of staffing: one file a screen."""
