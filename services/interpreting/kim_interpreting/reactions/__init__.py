"""What this service does when another has spoken: one file an event."""
