"""Hostile input, a storm of sign-ins, and generated requests against the whole suite: `./kim abuse`."""
