"""What can be done: one file a use case."""
