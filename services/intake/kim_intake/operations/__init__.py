"""What the service can do, one file a use case."""
