"""Values that break programs: each kind with its name, so that a count says what was tried. `MARK` must never come back as markup."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any

from abuse import names

MARK = "<kim-mark onclick=x>"

TEXTS: dict[str, tuple[str, ...]] = {
    "sql": ("' or 1=1 --", "'; drop table kim_session; --", '" or ""="', "1 union select null,null", "\\'; --", "%' escape '%"),
    "markup": (MARK, f'">{MARK}', f"'>{MARK}", f"</textarea>{MARK}", f"</script>{MARK}", "javascript:alert(1)", "&lt;kim&gt;&#0;"),
    "template": ("{{ 7*7 }}", "{% raw %}", "{{ config.SECRET_KEY }}", "${7*7}", "#{7*7}", "{0.__class__}", "<%= 7*7 %>"),
    "format": ("%s%s%s%n", "%d", "{}", "{0}", "%(secret)s", "%", "%%%"),
    "formula": ("=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3", "\t=1", "\r=1"),
    "control": ("\x00", "a\x00b", "\x1b[31m", "\x7f", "\r\nSet-Cookie: kim=1", "\n", "\t", "\u2028"),
    "unicode": ("\u202eevil", "\u200b", "\ufeff", "👩‍👩‍👧‍👦" * 20, "𝕬" * 50, "e" + "\u0301" * 400, "\ufffe", "İıſß", "\U0010ffff"),
    "long": ("a" * 10_000, "ä" * 70_000, "9" * 5_000, " " * 9_000, "a b " * 4_000),
    "number": ("1e400", "-1", "0", "99999999999999999999999", "0x10", "1_000", "NaN", "Infinity", "-0", "1,5,5", "٣", "1.234,567", "²"),
    "day": ("30.2.2022", "0000-00-00", "31.12.9999", "1.1.0001", "2022-13-45", "99999999", "29.2.1900", "2022-01-01T25:61:00Z", "-1.-1.-1"),
    "path": (
        "../../etc/passwd",
        "..\\..\\",
        "/etc/passwd",
        "%2e%2e%2f",
        "file:///etc/passwd",
        "//evil.example",
        "https://evil.example/",
        ".",
    ),
    "id": ("00000000-0000-0000-0000-000000000000", "0197f0c2-7c3a-7000-8000-000000000001", "null", "undefined", "__proto__", "constructor"),
    "command": ("$(id)", "`id`", "; id", "| id", "&& id", "(|(uid=*))"),
    names.KIND: names.VALUES,
    "nothing": ("", " ", "\u00a0", "\u3000"),
}

BODIES: tuple[tuple[str, str, bytes], ...] = (
    ("broken json", "application/json", b'{"a":'),
    ("no json", "application/json", b""),
    ("json of another kind", "application/json", b"[1, 2, 3]"),
    ("json null", "application/json", b"null"),
    ("deep json", "application/json", b"[" * 50_000 + b"]" * 50_000),
    ("deep objects", "application/json", b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    ("huge number", "application/json", b'{"number": ' + b"9" * 9_000 + b"}"),
    ("number beyond", "application/json", b'{"number": 1e999, "other": -Infinity}'),
    ("lone surrogate", "application/json", b'{"name": "\\ud800", "\\udfff": "x"}'),
    ("no utf-8", "application/json", b'{"name": "\xff\xfe"}'),
    ("repeated names", "application/json", b'{"id": "a", "id": "b", "id": null}'),
    ("xml", "application/xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("text", "text/plain", b"hello"),
    ("charset", "application/json; charset=utf-7", b'{"a": 1}'),
    ("unknown charset", "application/x-www-form-urlencoded; charset=klingon", b"a=1"),
    ("no boundary", "multipart/form-data", b"--x\r\n\r\n--x--"),
    ("many parts", "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 1_500 + b"--x--"),
    ("a file", "multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="f"; filename="../../x"\r\n\r\n1\r\n--x--'),
    ("no utf-8 form", "application/x-www-form-urlencoded", b"name=%ff%fe&csrf_token=%00"),
    ("many fields", "application/x-www-form-urlencoded", b"&".join(b"f%d=1" % number for number in range(3_000))),
    ("too large", "application/json", b'{"a": "' + b"a" * 1_200_000 + b'"}'),
    ("too large form", "application/x-www-form-urlencoded", b"a=" + b"a" * 1_200_000),
)

HEADERS: tuple[dict[str, str], ...] = (
    {"Accept-Language": "de;q=nonsense,*;q=9," * 50},
    {"Accept": "application/\u00fc", "Range": "bytes=0-0,9-1"},
    {"Cookie": "kim=%00; kim_lang=<b>; =; ;;"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer kim_../../x"},
    {"Authorization": "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJvcHMifQ."},
    {"Authorization": "Basic \u00ff"},
    {"X-Correlation-Id": "' or 1=1", "traceparent": "00-zz-zz-zz"},
    {"Host": "evil.example"},
    {"Host": "[::1"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-For": "' or 1", "X-Original-URL": "/admin"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"If-None-Match": "*", "If-Modified-Since": "never"},
    {"Content-Length": "abc"},
)
METHODS = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "HEAD", "PROPFIND", "KIM")


def text(random: Random) -> tuple[str, str]:
    """A kind and a value of it; one in eight is two values run together."""
    kind = random.choice(list(TEXTS))
    value = random.choice(TEXTS[kind])
    return (kind, value + random.choice(TEXTS[random.choice(list(TEXTS))])) if random.random() < 0.125 else (kind, value)


def json_value(random: Random) -> tuple[str, Any]:
    """As `text`, and things that only JSON can say."""
    others: tuple[Callable[[], Any], ...] = (
        lambda: None, lambda: True, lambda: -1, lambda: 2**63, lambda: 10**400, lambda: 1.5, lambda: -0.0, list, dict, lambda: [[[[]]]],
        lambda: {"$ne": None}, lambda: ["x"] * 2_000, lambda: json.loads('"\\ud800"'), lambda: {"__class__": "x"},
    )  # fmt: skip
    return ("json type", random.choice(others)()) if random.random() < 0.4 else text(random)
