"""What intake does when another service has spoken, one file an event."""
