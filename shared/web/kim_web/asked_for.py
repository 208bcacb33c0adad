"""Which things a request is about, as the audit calls them (`cases:0197…`): by its address, by what it names in a question or a body, or by
what a list gives out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

# What an id looks like when nobody vouches for it: a UUID, or a number with few letters (R-2022-0007). An address that leads nowhere may
# have anybody's name in it, with a year behind it too.
_A_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SURELY_AN_ID = re.compile(rf"^(?:{_A_UUID}|(?=.*[0-9])(?!.*[A-Za-z]{{4}})[A-Za-z0-9._-]{{1,64}})$")
_A_WORD = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_A_KIND = re.compile(r"^[a-z_]{1,40}$")
_OF = "_id"
# What somebody looks for first: whose file it was, then the thing itself. A new thing names itself last.
_FIRST: Final = ("about_id", "case_id", "case", "client_id", "client", "contract", "post", "pot_id")
_OF_THE_GROUP: Final = ("assurance", "draft", "employer", "grant", "hearing", "occupancy", "site")  # what commands name so, without `_id`
# What a reference is called otherwise than by its plural.
_CALLED: Final = {"received": "received_referrals", "occupancy": "occupancies", "draft": "contracts"}
_SEVERAL: Final = {"case_ids": "cases", "contracts": "contracts"}  # what commands do with many things at once, each as if alone
MOST_REFUSED: Final = 20  # of those that were named and refused: anybody can name thousands


def group() -> str:
    """The pages or the resource the request was made to: `cases`."""
    return (request.blueprint or "").removeprefix("api_")


def by_address(*, known: bool) -> str:
    """The group and the ids in the address; `?` for what is not known to be one; empty without any."""
    ids = [str(value) if known or SURELY_AN_ID.match(str(value)) else "?" for value in (request.view_args or {}).values()]
    return ":".join([group(), *ids]) if ids else ""


def by_name(*, done: bool = False) -> str:
    """What is named in the question, the form or the JSON body: the file first, else the first thing, else what the group is of (`employer`
    of `employers`), else its own id; empty: nothing. `done`: there is such a thing, even where its id is a word.
    """
    said = dict(_said())
    by_id, by_group = [name for name in said if name.endswith(_OF)], dict(_said_of_the_group(done=done))
    named = [name for name in (*_FIRST, *by_id, *by_group, "id") if name in said or name in by_group]
    return next((f"{_group_of(name, said)}:{said.get(name) or by_group[name]}" for name in named), "")


def several(*, done: bool) -> list[str]:
    """The things of a command that is carried out with many at once."""
    found = dict.fromkeys(
        f"{things}:{one}" for name, things in _SEVERAL.items() for one in _listed(name) if isinstance(one, str) and SURELY_AN_ID.match(one)
    )
    return list(found) if done else list(found)[:MOST_REFUSED]


def given_out(response: Response) -> list[str]:
    """The things of a list whose every entry is somebody's file (`JsonDoor(of_files=True)`)."""
    if not getattr(current_app.blueprints.get(request.blueprint or ""), "of_files", False):
        return []
    answer: Any = response.get_json() if response.is_json else None
    entries = answer.get("items", ()) if isinstance(answer, Mapping) else ()
    return [f"{group()}:{entry['id']}" for entry in entries if "id" in entry]


def _said_of_the_group(*, done: bool) -> Iterator[tuple[str, str]]:
    like_an_id = _A_WORD if done else SURELY_AN_ID
    yield from (
        (name, value) for name, value in _body() if name in _OF_THE_GROUP and _group_of(name, {}) == group() and like_an_id.match(value)
    )


def _said() -> Iterator[tuple[str, str]]:
    """Names and ids: of a value that is none, nothing."""
    yield from ((name, value) for name, value in request.args.items() if SURELY_AN_ID.match(value))
    yield from ((name, value) for name, value in _body() if (_A_KIND if name == "about_kind" else SURELY_AN_ID).match(value))


def _body() -> Iterator[tuple[str, str]]:
    yield from ((name, value) for name, value in _what_was_sent().items() if isinstance(value, str))


def _listed(name: str) -> list[Any]:
    sent = _what_was_sent()
    value = sent.getlist(name) if isinstance(sent, MultiDict) else sent.get(name)
    return value if isinstance(value, list) else []


def _what_was_sent() -> Mapping[str, Any]:
    try:
        body: Any = request.get_json(silent=True) if request.is_json else request.form
    except (HTTPException, RecursionError, ValueError):  # too large, cut off, too deep: it was answered so
        return {}
    return body if isinstance(body, Mapping) else {}


def _group_of(name: str, said: Mapping[str, str]) -> str:
    if name == "id":
        return group()
    thing = name.removesuffix(_OF)
    if thing == "about":
        return f"{said.get('about_kind', 'thing')}s"  # case, client, visitor …
    return _CALLED.get(thing, f"{thing}s")
