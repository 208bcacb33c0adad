"""The provider's pages for people, and its endpoints for services."""
