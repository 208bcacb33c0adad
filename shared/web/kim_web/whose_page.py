"""Whose an open page is: said in the page, signed, and said back by its script. Another may have signed in meanwhile in another window."""

from __future__ import annotations

from itsdangerous import BadSignature, URLSafeTimedSerializer

from kim_web.sessions import SWEPT_AFTER
from kim_web.web import this_web


def mark(actor_id: str) -> str:
    """What the page says of its person: an id, signed by this service. Whoever reads it reads the person's name on the same page."""
    return str(_signing().dumps(actor_id))


def person(said: str) -> str | None:
    """The id in a mark; None: it is none of this service, or older than a page of a living session can be."""
    longest = this_web().limits.absolute + SWEPT_AFTER
    try:
        return str(_signing().loads(said, max_age=int(longest.total_seconds())))
    except BadSignature:
        return None


def _signing() -> URLSafeTimedSerializer:
    settings = this_web().settings
    return URLSafeTimedSerializer([one for one in (settings.secret_before, settings.secret) if one], salt="kim whose page")
