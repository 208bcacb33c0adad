"""The report's JSON door."""
