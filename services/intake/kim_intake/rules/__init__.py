"""The rules of the desk: plain Python, no database, no web."""
