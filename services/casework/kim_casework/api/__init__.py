"""The JSON door of casework, one file a resource."""
