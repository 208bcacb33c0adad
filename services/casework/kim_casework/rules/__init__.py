"""Rules of case management: plain Python, no I/O, each with its source."""
