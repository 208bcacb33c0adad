"""What intake keeps, one file a concept."""
