"""The HTML door of casework: one file a screen."""
