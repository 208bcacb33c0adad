"""The services a report is composed of, and what each answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECONDS = 20
LARGEST_ANSWER = 8 * 1024 * 1024


class _NoWayOn(HTTPRedirectHandler):
    """A service that leads elsewhere is no source: the key with which it is asked goes to its own address alone."""

    def redirect_request(self, *_said: Any) -> None:
        return None


_STRAIGHT = build_opener(_NoWayOn)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"the period ends ({self.last}) before it begins ({self.first})")


@dataclass(frozen=True, slots=True)
class Source:
    """One service of the organisation: its name and the address of its JSON door."""

    service: str
    address: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said about a period, or why it said nothing. A missing source is printed as missing, never as zero."""

    service: str
    figures: Mapping[str, Any] | None
    why: str = ""

    @property
    def delivered(self) -> bool:
        return self.figures is not None


def parse_sources(text: str) -> list[Source]:
    """`intake=http://…,casework=http://…` as sources; raises ValueError with what is wrong."""
    sources = []
    for entry in filter(None, (part.strip() for part in text.split(","))):
        service, sign, address = entry.partition("=")
        if not sign or not address.startswith(("http://", "https://")):
            raise ValueError(f"„{entry}“ is no source: write <service>=http://…")
        sources.append(Source(service.strip(), address.strip().rstrip("/")))
    return sources


def ask_all(sources: Sequence[Source], period: Period, token: str, onward: Mapping[str, str]) -> list[Answer]:
    """Ask every source about the period, all at once. `onward`: headers that say which act this is part of."""
    if not sources:
        return []
    with ThreadPoolExecutor(max_workers=len(sources)) as pool:
        return list(pool.map(lambda source: _ask(source, period, token, onward), sources))


def _ask(source: Source, period: Period, token: str, onward: Mapping[str, str]) -> Answer:
    days = urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})
    request = Request(  # noqa: S310 - the address was checked to be http(s) when it was read
        f"{source.address}/api/statistics?{days}",
        headers={"Authorization": f"Bearer {token}", "Accept": "application/json", **onward},
    )
    try:
        with _STRAIGHT.open(request, timeout=SECONDS) as response:
            figures = json.loads(response.read(LARGEST_ANSWER))
    except HTTPError as error:
        return Answer(source.service, None, f"HTTP {error.code}")
    except (OSError, HTTPException, ValueError) as error:
        return Answer(source.service, None, type(error).__name__)
    if not isinstance(figures, dict):
        return Answer(source.service, None, "no JSON object")
    return Answer(source.service, figures)
