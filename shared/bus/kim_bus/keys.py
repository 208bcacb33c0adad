"""Keys of a mailbox: one Ed25519 pair to sign what it sends, one X25519 pair to open what is sealed to it. As JWK (RFC 7517, RFC 8037).

The set-up makes them; the private halves stay with the service, the public ones go into the organisations' directory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from kim_runtime.settings import SettingsError


class BrokenKeys(SettingsError):
    """A file or entry of keys is not one; the message never quotes it."""


@dataclass(frozen=True, slots=True)
class PublicKeys:
    signing: OKPKey
    sealing: OKPKey

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> PublicKeys:
        """Raises BrokenKeys."""
        return PublicKeys(_key(raw, "signing", "Ed25519"), _key(raw, "sealing", "X25519"))

    def as_dict(self) -> dict[str, Any]:
        return {"signing": self.signing.as_dict(private=False), "sealing": self.sealing.as_dict(private=False)}


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The private keys of one mailbox."""

    signing: OKPKey
    sealing: OKPKey

    @staticmethod
    def generate() -> Keys:
        return Keys(OKPKey.generate_key("Ed25519"), OKPKey.generate_key("X25519"))

    @staticmethod
    def load(path: Path) -> Keys:
        """Raises BrokenKeys, or OSError when the file cannot be read."""
        try:
            raw = json.loads(path.read_bytes())
        except ValueError as error:
            raise BrokenKeys(f"{path}: not a file of keys; python -m kim_bus.set_up makes one") from error
        keys = Keys(_key(raw, "signing", "Ed25519"), _key(raw, "sealing", "X25519"))
        if not (keys.signing.is_private and keys.sealing.is_private):
            raise BrokenKeys(f"{path}: holds public keys; the private ones are needed")
        return keys

    def save(self, path: Path) -> None:
        """Write a new file that only its owner can read; raises FileExistsError, for a lost private key cannot be made again."""
        raw = {"signing": self.signing.as_dict(private=True), "sealing": self.sealing.as_dict(private=True)}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(raw, file)

    def public(self) -> PublicKeys:
        return PublicKeys(self.signing, self.sealing)


def _key(raw: Any, use: str, curve: str) -> OKPKey:
    try:
        key = OKPKey.import_key(dict(raw[use]))
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise BrokenKeys(f"the {use} key is missing or broken") from error
    if key.curve_name != curve:
        raise BrokenKeys(f"the {use} key is for {key.curve_name}, not for {curve}")
    return key
