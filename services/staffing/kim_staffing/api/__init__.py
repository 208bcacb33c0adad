"""The JSON door of staffing: one file a resource, with its response schemas."""
