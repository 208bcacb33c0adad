"""What consent and referral demand, as plain functions of plain values."""
