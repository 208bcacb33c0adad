"""The key the provider signs with: one file, readable to its process alone."""

from __future__ import annotations

import json
from pathlib import Path

from joserfc.jwk import RSAKey

BITS = 2048


def make(path: Path) -> None:
    """Make the key where none is yet."""
    if path.exists():
        return
    key = RSAKey.generate_key(BITS, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(key.as_dict(private=True)), encoding="ascii")


def load(path: Path) -> RSAKey:
    """Raises OSError where there is none: `kim-login set-up` makes it."""
    return RSAKey.import_key(json.loads(path.read_text(encoding="ascii")))


def public(key: RSAKey) -> dict[str, list[dict[str, object]]]:
    """What services check signatures with."""
    return {"keys": [dict(key.as_dict(private=False))]}
