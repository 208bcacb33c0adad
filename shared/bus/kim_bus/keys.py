"""Keys of a mailbox: one Ed25519 pair to sign what it sends, one X25519 pair to open what is sealed to it. As JWK (RFC 7517, RFC 8037).

The set-up makes them; the private halves stay with the service, the public ones go into the organisations' directory.

While they are replaced (`replace_keys`) a mailbox has several pairs: one signs, all open, and the directory says of all that they may have
signed.
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
    """`sealing` is what to seal to. A signature is of this mailbox if it is by `signing` or, while keys are replaced, by one of `also`."""

    signing: OKPKey
    sealing: OKPKey
    also: tuple[OKPKey, ...] = ()

    @staticmethod
    def from_dict(raw: Mapping[str, Any]) -> PublicKeys:
        """Raises BrokenKeys."""
        also = tuple(_key({"signing": one}, "signing", "Ed25519") for one in raw.get("also", ()))
        return PublicKeys(_key(raw, "signing", "Ed25519"), _key(raw, "sealing", "X25519"), also)

    def as_dict(self) -> dict[str, Any]:
        keys = {"signing": self.signing.as_dict(private=False), "sealing": self.sealing.as_dict(private=False)}
        return {**keys, "also": [one.as_dict(private=False) for one in self.also]} if self.also else keys


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The private keys of one mailbox. `next` is told to all before it signs; those `before` still open what was sealed to them."""

    signing: OKPKey
    sealing: OKPKey
    next: Keys | None = None
    before: tuple[Keys, ...] = ()

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
        keys = _pair(raw)
        coming = _pair(raw["next"]) if raw.get("next") else None
        keys = Keys(keys.signing, keys.sealing, coming, tuple(_pair(one) for one in raw.get("before", ())))
        if not all(key.is_private for pair in keys.pairs() for key in (pair.signing, pair.sealing)):
            raise BrokenKeys(f"{path}: holds public keys; the private ones are needed")
        return keys

    def save(self, path: Path) -> None:
        """Write a new file that only its owner can read; raises FileExistsError, for a lost private key cannot be made again."""
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            json.dump(self._written(), file)
            file.flush()
            os.fsync(file.fileno())

    def save_again(self, path: Path) -> None:
        """In place of the file that is there, all of it or nothing."""
        beside = path.with_name(f"{path.name}.new")
        beside.unlink(missing_ok=True)
        self.save(beside)
        beside.replace(path)

    def pairs(self) -> tuple[Keys, ...]:
        """All pairs, the newest first."""
        return (*((self.next,) if self.next else ()), self, *self.before)

    def public(self) -> PublicKeys:
        """What all are told: to seal to the newest pair, and to believe each."""
        first, *_ = self.pairs()
        return PublicKeys(self.signing, first.sealing, tuple(one.signing for one in self.pairs() if one is not self))

    def _written(self) -> dict[str, Any]:
        raw: dict[str, Any] = {"signing": self.signing.as_dict(private=True), "sealing": self.sealing.as_dict(private=True)}
        if self.next:
            raw["next"] = self.next._written()
        if self.before:
            raw["before"] = [one._written() for one in self.before]
        return raw


def _pair(raw: Any) -> Keys:
    return Keys(_key(raw, "signing", "Ed25519"), _key(raw, "sealing", "X25519"))


def _key(raw: Any, use: str, curve: str) -> OKPKey:
    try:
        key = OKPKey.import_key(dict(raw[use]))
    except (JoseError, KeyError, TypeError, ValueError) as error:
        raise BrokenKeys(f"the {use} key is missing or broken") from error
    if key.curve_name != curve:
        raise BrokenKeys(f"the {use} key is for {key.curve_name}, not for {curve}")
    return key
