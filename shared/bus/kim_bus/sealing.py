"""Sealing and signing.

Personal `data` travels as a JWE (RFC 7516; ECDH-ES with X25519, A256GCM) to the key of the receiving mailbox. Every event is signed by
its sender: a detached JWS (RFC 7515, unencoded payload of RFC 7797) over the exact bytes of the body, verified before they are parsed.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from typing import Any

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from kim_events.envelope import LARGEST_BODY

SIGNATURE_HEADER = "kim-signature"
SIGNED = {"alg": "Ed25519", "b64": False, "crit": ["b64"]}
SEALED = {"alg": "ECDH-ES", "enc": "A256GCM"}


class BadSignature(ValueError):
    """The signature is missing, malformed, or not this sender's over these bytes."""


class CannotOpen(ValueError):
    """The sealed data is not sealed to this mailbox, not for this event, or damaged."""


def sign(body: bytes, key: OKPKey) -> str:
    return jws.serialize_compact(SIGNED, body, key, registry=_signatures())


def verify(body: bytes, signature: str, key: OKPKey) -> None:
    """Raises BadSignature."""
    try:
        head, payload, _ = signature.split(".")
        if payload or head != _SIGNED_HEAD:
            raise BadSignature("not a detached signature of the kind this suite makes")
        jws.deserialize_compact(signature, key, registry=_signatures(), payload=body)
    except (JoseError, ValueError) as error:
        raise BadSignature(type(error).__name__) from error


def seal(data: dict[str, Any], key: OKPKey, *, source: str, event_id: str) -> str:
    """Seal `data` to a mailbox's public key, bound to its sender and event so that it cannot be passed on under another name."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    header = {**SEALED, "apu": _b64(source), "apv": _b64(event_id)}
    return jwe.encrypt_compact(header, text, key, registry=_boxes())


def unseal(text: str, key: OKPKey, *, source: str, event_id: str) -> dict[str, Any]:
    """Raises CannotOpen."""
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


def _signatures() -> jws.JWSRegistry:
    registry = jws.JWSRegistry(algorithms=["Ed25519"])
    registry.max_payload_length = 2 * LARGEST_BODY
    return registry


def _boxes() -> jwe.JWERegistry:
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
    registry.max_ciphertext_length = 2 * LARGEST_BODY
    return registry


def _b64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


_SIGNED_HEAD = _b64(json.dumps(SIGNED, separators=(",", ":")))
