"""The keys the provider signs with: one file, readable to its process alone. The newest signs; what older ones signed is still believed."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import KeySet, RSAKey

BITS = 3072  # as strong as 128 bits (ASVS 5.0, 11.2.3)


@dataclass(frozen=True)
class SigningKeys:
    """The newest first."""

    keys: tuple[RSAKey, ...]

    @property
    def newest(self) -> RSAKey:
        return self.keys[0]

    @property
    def all(self) -> KeySet:
        return KeySet(list(self.keys))

    def public(self) -> dict[str, list[dict[str, object]]]:
        """What services check signatures with."""
        return {"keys": [dict(key.as_dict(private=False)) for key in self.keys]}


def make(path: Path) -> None:
    """Make the first key where none is yet."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep(path, (_new(),))


def load(path: Path) -> SigningKeys:
    """Raises OSError where there is none: `kim-login set-up` makes it."""
    read = json.loads(path.read_text(encoding="ascii"))
    return SigningKeys(tuple(RSAKey.import_key(one) for one in read.get("keys", [read])))  # a file from before keys were replaced holds one


def replace(path: Path) -> SigningKeys:
    """A new key signs from the next start on. Returns all of them."""
    keys = (_new(), *load(path).keys)
    _keep(path, keys)
    return SigningKeys(keys)


def forget_older(path: Path) -> int:
    """Believe the newest key alone from the next start on. Returns how many others went."""
    keys = load(path).keys
    _keep(path, keys[:1])
    return len(keys) - 1


def _new() -> RSAKey:
    return RSAKey.generate_key(BITS, {"use": "sig", "alg": "RS256"}, private=True, auto_kid=True)


def _keep(path: Path, keys: tuple[RSAKey, ...]) -> None:
    """All of the file or nothing of it: it is put in place when it is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # readable to this user alone
    with os.fdopen(handle, "w", encoding="ascii") as file:
        json.dump({"keys": [key.as_dict(private=True) for key in keys]}, file)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
