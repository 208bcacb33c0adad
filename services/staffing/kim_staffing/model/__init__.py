"""What staffing keeps: one file a concept, with the queries on it."""
