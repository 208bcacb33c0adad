"""The servers the tests need, each found or set up by a ladder: what was given, what is installed here, a container, an installation."""
