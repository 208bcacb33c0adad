"""`./kim bench bus`: this bus, its peers, and the limit of hand-written code, on the same servers in the same run."""
