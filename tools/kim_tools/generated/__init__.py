"""One file a kind of document; each has `documents()`, which gives path -> text."""
