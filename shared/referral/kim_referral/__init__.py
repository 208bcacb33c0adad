"""Consent and referral, once: a service mounts this and can record consents, refer people to other bodies, and receive referrals.

`mount.py` lists what a service needs to mount it; docs/architecture/referral.md says how a referral lives.
"""
