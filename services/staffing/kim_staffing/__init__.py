"""Staffing (Personal): funded posts, who holds them and with what share, fixed-term contracts, and the gate before each extension."""
