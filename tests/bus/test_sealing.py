"""Signatures are detached JWS as the standard has them: another library reads what we write, and writes what we read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.errors import BadSignatureError
from kim_bus.keys import Keys
from kim_bus.sealing import BadSignature, sign, verify

KEYS, OTHERS = Keys.generate().signing, Keys.generate().signing
HEADER = {"alg": "Ed25519", "b64": False, "crit": ["b64"]}
bodies = st.binary(min_size=1, max_size=300).map(lambda raw: b'{"specversion":"1.0","x":"' + raw.hex().encode() + b'"}')


def registry():
    return jws.JWSRegistry(algorithms=["Ed25519"])


@given(bodies)
def test_another_library_verifies_what_is_signed_here(body):
    assert jws.deserialize_compact(sign(body, KEYS), KEYS, registry=registry(), payload=body).payload == body
    with pytest.raises(BadSignatureError):
        jws.deserialize_compact(sign(body, KEYS), OTHERS, registry=registry(), payload=body)


@given(bodies)
def test_what_another_library_signs_is_verified_here(body):
    theirs = jws.serialize_compact(HEADER, body, KEYS, registry=registry())
    verify(body, theirs, KEYS)
    with pytest.raises(BadSignature):
        verify(body, theirs, OTHERS)


@given(bodies, st.data())
def test_one_changed_byte_or_anothers_key_breaks_it(body, data):
    signature = sign(body, KEYS)
    place = data.draw(st.integers(0, len(body) - 1))
    changed = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
    for wrong_body, key in ((changed, KEYS), (body, OTHERS)):
        with pytest.raises(BadSignature):
            verify(wrong_body, signature, key)


@pytest.mark.parametrize("signature", ["", ".", "..", "a..b", "eyJhbGciOiJub25lIn0..", "é..é", "x" * 5000])
def test_what_is_no_signature_is_refused(signature):
    with pytest.raises(BadSignature):
        verify(b"{}", signature, KEYS)


@pytest.mark.parametrize("rest", ["", "AAAA", "é", "!!!!", "A" * 85, "A" * 86])
def test_the_right_header_alone_is_not_enough(rest):
    head = sign(b"{}", KEYS).split(".", maxsplit=1)[0]
    with pytest.raises(BadSignature):
        verify(b"{}", f"{head}..{rest}", KEYS)
