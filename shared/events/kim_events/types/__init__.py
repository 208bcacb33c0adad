"""The event types, one file a concept."""
