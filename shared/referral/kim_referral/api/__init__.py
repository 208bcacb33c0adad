"""The JSON door of consent and referral."""
