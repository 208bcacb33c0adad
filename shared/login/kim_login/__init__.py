"""A small OpenID provider for an organisation that has none: accounts, passwords, one-time codes, and the protocol by Authlib."""
