"""What staffing can do: one file a use case."""
