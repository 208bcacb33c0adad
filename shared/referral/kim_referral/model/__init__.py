"""The tables of consent and referral, and the queries on them."""
