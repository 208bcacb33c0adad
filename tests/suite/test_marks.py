"""The search for marks itself: in whatever dress one comes, it is seen."""

from __future__ import annotations

import base64
import json
import zlib
from urllib.parse import quote

import pytest
from suite.marks import BORN, CLIENT, PHONE, found_in

PACKED = base64.urlsafe_b64encode(json.dumps({"said": f"{CLIENT} ist aufgenommen."}).encode()).decode().rstrip("=")
PRESSED = base64.urlsafe_b64encode(zlib.compress(json.dumps({"said": f"{CLIENT} ist aufgenommen."}).encode())).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"event": "request answered", "reason": f"no such person: {CLIENT}"}),
        f"/personen?q={quote(CLIENT)}",
        f"KIM.{CLIENT.split()[1].upper()}.v1",
        f"Set-Cookie: forms={PACKED}.aGVsbG8.x; HttpOnly",
        f"Set-Cookie: forms=.{PRESSED}.aGVsbG8.x; HttpOnly",
        f"Location: http://login/abmelden?id_token_hint=eyJhbGciOiJSUzI1NiJ9.{PACKED}.aGVsbG8-x",
        "\\u005aorbentraut",
        f"tel {PHONE.replace(' ', '-')}",
        "+49/241 7730 0194".replace("+49/", "0"),
        f"geb. {BORN}",
        "1937-03-19",
    ],
)
def test_a_mark_is_seen_in_any_dress(text: str) -> None:
    assert found_in(text) != []


def test_what_is_none_is_not_seen() -> None:
    line = {"time": "2022-03-01T09:00:00Z", "route": "/personen/<id>", "correlation_id": "01a215b9-63f3-7daf-b895-9811e8434c22"}
    assert found_in(json.dumps(line)) == []
