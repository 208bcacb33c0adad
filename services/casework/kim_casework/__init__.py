"""Case management (Fallmanagement): proposals, admission, cases, contact notes, orders for interpreting, and referrals."""
