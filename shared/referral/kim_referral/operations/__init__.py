"""What can be done with consents and referrals: one file a use case."""
