"""Identifiers: UUIDv7 (RFC 9562), which sort by the time they were made and say nothing else."""

import uuid6


def new_id() -> str:
    return str(uuid6.uuid7())
