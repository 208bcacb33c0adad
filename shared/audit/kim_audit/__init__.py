"""Who did or saw what (Protokoll der Zugriffe): rows that are only added, sealed in a chain of digests, and verified."""
