"""What staffing does when another has spoken."""
