"""Sperren and Abmelden without a script: the buttons in the head send the page's form along, and their doors keep it as a draft.

A browser sends one form with a button. Of several it is the one that came back with mistakes, else the one that can be kept by a button,
else the first. What else the door must know stands in the button's value, signed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from flask import request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy.orm import Session as Rows

from kim_web import drafts
from kim_web.sessions import SWEPT_AFTER
from kim_web.web import this_web

NAME: Final = drafts.BY_LOCK
# Our own templates write what is read here: attributes in double quotes, every value escaped.
_FORM: Final = re.compile(r'<form class="kim-form" id="([\w-]+)" method="post" action="([^"]*)"([^>]*)>(.*?)</form>', re.DOTALL)
_PART: Final = re.compile(r"<(input|button|option|select|/select)\b([^>]*)>|<(textarea)\b([^>]*)>\n?(.*?)</textarea>", re.DOTALL)
_ATTRIBUTE: Final = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_AGAIN: Final = " data-again"  # what is nowhere else: the form was sent and is shown again
_OF_A_BUTTON: Final = ("name", "value", "formaction")


@dataclass(frozen=True, slots=True)
class Offer:
    """What the button of one page needs: the id of the form it sends, its value, and the attributes of the button that Enter presses there.

    A browser presses the first button of a form at Enter, and the one in the head comes first. `again`: the form came back from where this
    page was sent to, and can be shown once more from there as it stands.
    """

    form: str
    value: str
    enter: dict[str, str]
    again: bool


@dataclass(frozen=True, slots=True)
class Pressed:
    """What the page said of its form: whose page it is, where the form goes, where it stands ("": on no page that can be asked for), and a
    digest of what stood in it when it was shown ("": whatever stands in it is nowhere else).
    """

    owner: str
    to: str
    page: str
    began: str


def offer(content: str, owner: str) -> Offer | None:
    """The form of a page that *Sperren* takes along; None where there is none."""
    found = list(_FORM.finditer(content))
    if not found:
        return None
    form = min(found, key=lambda one: (not _came_back(one), f'name="{drafts.LABEL}"' not in one[4]))  # the first of those alike
    buttons = [_attributes(part[2]) for part in _PART.finditer(form[4]) if part[1] == "button"]
    kept_at = next((one["formaction"] for one in buttons if one.get("name") == drafts.KEEP and "formaction" in one), "")
    began = "" if request.method != "GET" or _came_back(form) else digest(_sent(form[4]))
    to = unescape(form[2])
    said = Pressed(owner, kept_at or to, address(), began)
    enter = {name: value for name, value in (buttons or [{}])[0].items() if name in _OF_A_BUTTON}
    again = request.method == "POST" and _AGAIN in form[3] and request.path in {urlsplit(to).path, urlsplit(kept_at).path}
    return Offer(form[1], str(_signing().dumps(asdict(said))), enter, again)


def pressed() -> Pressed | None:
    """What the button said that sent the present request; None: none of ours did, or it is older than a page of a living session can be."""
    longest = this_web().limits.absolute + SWEPT_AFTER
    try:
        said = _signing().loads(request.form.get(NAME, ""), max_age=int(longest.total_seconds()))
    except BadSignature:
        return None
    return Pressed(**said)


def keep(rows: Rows, said: Pressed) -> bool:
    """Keep the form the button sent for whose page it is. Returns whether it was: a form in which nothing was typed is not."""
    typed = [(name, value) for name, value in request.form.items(multi=True) if name != NAME]
    if said.began and digest(typed) == said.began:
        return False
    drafts.take(rows, said.owner, request.form.get(drafts.SENT, ""))  # it was one before
    where = [(drafts.PAGE, said.page)] if said.page else []
    return drafts.keep(rows, said.owner, said.to, [*typed, *where], this_web().real_clock.now(), label=request.form.get(drafts.LABEL, ""))


def digest(fields: Iterable[tuple[str, str]]) -> str:
    """Of what a form holds, as a browser sends it."""
    written = [(name, value.replace("\r\n", "\n")) for name, value in fields if name != "csrf_token"]
    return sha256(repr(written).encode()).hexdigest()[:24]


def _came_back(form: re.Match[str]) -> bool:
    return _AGAIN in form[3] or f'name="{drafts.SENT}"' in form[4]


def address() -> str:
    """Where the form can be had again: this page, or that from which it was sent before it came back."""
    if request.method == "GET":
        return drafts.page_of(request.full_path)
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host and before.path != request.path else ""


def _sent(form: str) -> Iterator[tuple[str, str]]:
    """What a browser sends of a form in which nothing was changed, in its order."""
    chosen: list[str | None] | None = None  # of the list at hand: its first entry, or those marked
    name, first = "", None
    for part in _PART.finditer(form):
        tag, said = part[1] or part[3], part[2] or part[4] or ""
        if tag == "option":  # of which a list may have hundreds
            if chosen is not None and (first is None or " selected" in said):
                value = _attributes(said).get("value", "")
                first = value if first is None else first
                chosen += [value] if " selected" in said else []
            continue
        of = _attributes(said)
        if tag == "select":
            name, chosen, first = ("" if "disabled" in of else of.get("name", "")), [], None
        elif tag == "/select" and chosen is not None:
            yield from ((name, value) for value in (chosen or [first]) if name and value is not None)
            chosen = None
        elif "disabled" in of or not of.get("name"):
            continue
        elif tag == "textarea":
            yield of["name"], unescape(part[5])
        elif tag == "input" and (of.get("type") not in ("checkbox", "radio") or "checked" in of):
            yield of["name"], of.get("value", "")


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}


def _signing() -> URLSafeTimedSerializer:
    settings: Any = this_web().settings
    return URLSafeTimedSerializer([one for one in (settings.secret_before, settings.secret) if one], salt="kim lock button")
