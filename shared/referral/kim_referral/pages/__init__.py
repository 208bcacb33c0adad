"""The pages of consent and referral, mounted by a service under its own address and permissions."""
