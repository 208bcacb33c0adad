"""Sealing and signing.

Personal `data` travels as a JWE (RFC 7516; ECDH-ES with X25519, A256GCM) to the key of the receiving mailbox. Every event is signed by
its sender: a detached JWS (RFC 7515, unencoded payload of RFC 7797) over the exact bytes of the body, verified before they are parsed.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from kim_events.envelope import LARGEST_BODY
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

Signing = TypeVar("Signing")
SIGNATURE_HEADER = "kim-signature"
SIGNED = {"alg": "Ed25519", "b64": False, "crit": ["b64"]}
SEALED = {"alg": "ECDH-ES", "enc": "A256GCM"}


class BadSignature(ValueError):
    """The signature is missing, malformed, or not this sender's over these bytes."""


class CannotOpen(ValueError):
    """The sealed data is not sealed to this mailbox, not for this event, or damaged."""


def sign(body: bytes, key: OKPKey) -> str:
    """The signature of these bytes, as it travels in the header."""
    return f"{_SIGNED_HEAD}..{_b64(_signer(key).sign(_signed(body)).signature)}"


def verify(body: bytes, signature: str, key: OKPKey) -> None:
    """Raises BadSignature."""
    head, _, rest = signature.partition(".")
    payload, _, seal_of_sender = rest.partition(".")
    if payload or head != _SIGNED_HEAD:
        raise BadSignature("not a detached signature of the kind this suite makes")
    try:
        _verifier(key).verify(_signed(body), _bytes(seal_of_sender))
    except (BadSignatureError, ValueError) as error:
        raise BadSignature(type(error).__name__) from error


def seal(data: dict[str, Any], key: OKPKey, *, source: str, event_id: str) -> str:
    """Seal `data` to a mailbox's public key, bound to its sender and event so that it cannot be passed on under another name."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    header = {**SEALED, "apu": _b64(source), "apv": _b64(event_id)}
    return jwe.encrypt_compact(header, text, key, registry=_boxes())


def unseal(text: str, *keys: OKPKey, source: str, event_id: str) -> dict[str, Any]:
    """What one of the keys opens. Raises CannotOpen."""
    for key in keys[:-1]:
        with suppress(CannotOpen):
            return _unseal(text, key, source, event_id)
    return _unseal(text, keys[-1], source, event_id)


def _unseal(text: str, key: OKPKey, source: str, event_id: str) -> dict[str, Any]:
    try:
        opened = jwe.decrypt_compact(text, key, registry=_boxes())
        header = opened.headers()
        if header.get("apu") != _b64(source) or header.get("apv") != _b64(event_id) or opened.plaintext is None:
            raise CannotOpen("sealed for another event")
        data = json.loads(opened.plaintext)
    except (JoseError, ValueError) as error:
        raise CannotOpen(type(error).__name__) from error
    if not isinstance(data, dict):
        raise CannotOpen("not an object")
    return data


def _signed(body: bytes) -> bytes:
    """What is signed: the protected header and the unencoded payload (RFC 7797, 3)."""
    return _SIGNED_HEAD_DOT + body


class _Converted(Generic[Signing]):
    """Keys as the signing library wants them, made once each. A directory holds some dozens, and they live as long as the process."""

    def __init__(self, make: Callable[[OKPKey], Signing]) -> None:
        self._make = make
        self._made: dict[int, tuple[OKPKey, Signing]] = {}  # the key itself is kept too, so that no other can have its id

    def __call__(self, key: OKPKey) -> Signing:
        found = self._made.get(id(key))
        if found is None:
            found = self._made[id(key)] = (key, self._make(key))
        return found[1]


_signer = _Converted(lambda key: SigningKey(_bytes(key.as_dict(private=True)["d"])))
_verifier = _Converted(lambda key: VerifyKey(_bytes(key.as_dict(private=False)["x"])))


def _bytes(text: Any) -> bytes:
    return urlsafe_b64decode(f"{text}==")


def _boxes() -> jwe.JWERegistry:
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
    registry.max_ciphertext_length = 2 * LARGEST_BODY
    return registry


def _b64(value: str | bytes) -> str:
    return urlsafe_b64encode(value.encode() if isinstance(value, str) else value).rstrip(b"=").decode()


_SIGNED_HEAD = _b64(json.dumps(SIGNED, separators=(",", ":")))
_SIGNED_HEAD_DOT = f"{_SIGNED_HEAD}.".encode()
