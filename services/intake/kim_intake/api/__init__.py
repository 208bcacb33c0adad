"""The JSON door, one file a resource."""
