"""What can be done in casework: one file a use case. An operation writes rows and emits events; it never commits."""
