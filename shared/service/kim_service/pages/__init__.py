"""The operator's page, the same in every service."""
