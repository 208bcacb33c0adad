"""The tools of the tree behind `./kim test`, `./kim check` and `./kim generate`; nothing here is part of a service."""
