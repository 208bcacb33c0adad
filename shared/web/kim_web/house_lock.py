"""The lock of a desk where the provider keeps none (Keycloak, Entra): the services of a house tell each other.

A service whose desk was locked says so to its neighbours, in a word signed with a secret that the services of the house share. Each locks
what this person has open, and lets them in silently no more until they have shown anew who they are. Such a provider does not say which
browser somebody sits at, in a way two services would both understand: so the lock is the person's, at every desk.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import requests
from flask import make_response, request
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jws import JWSRegistry
from kim_runtime.act import Actor
from kim_runtime.logs import log
from requests import RequestException
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from kim_web import people, sessions
from kim_web.audit import note_lock
from kim_web.box import derived
from kim_web.neighbours import Neighbour, neighbours
from kim_web.oidc import LOCKED_EVENT
from kim_web.page import OPEN, Pages
from kim_web.policy import way_out
from kim_web.web import this_web

house_lock = Pages("house_lock", __name__)
WHERE = "/anmelden/haus-gesperrt"
ALGORITHM = "HS256"
SECONDS = 3  # for an answer of a neighbour
LIVES = 120
BY_NEIGHBOUR = "by_neighbour"  # the reason of a row of the audit


def tell(actor: Actor) -> bool:
    """Tell the neighbours that a person's desk is locked. Returns whether there are some and all have heard it."""
    key, near = _key(), _near()
    if key is None or not near:
        return False
    now = int(time.time())
    common = {"iss": _name(), "sub": actor.id, "iat": now, "exp": now + LIVES, "events": {LOCKED_EVENT: {}}}
    words = [
        (f"{one.address.rstrip('/')}{WHERE}", jwt.encode({"alg": ALGORITHM}, {**common, "aud": _name(one.service)}, key)) for one in near
    ]
    with ThreadPoolExecutor(max_workers=len(words)) as pool:
        return all(pool.map(lambda word: _heard(*word), words))


def reaches_neighbours() -> bool:
    """Whether there are other services of the house, and a secret to speak to them with."""
    return _key() is not None and bool(_near())


def ask_anew(actor: Actor) -> bool:
    """Let nobody come in silently as this person before they have shown anew who they are, here and at the neighbours, which lock what the
    person has open there. Returns whether there are neighbours and all have heard it.
    """
    web = this_web()
    now = web.real_clock.now()
    with web.rows.write() as rows:
        sessions.mark_person(rows, actor.id, until=now, now=now)
    return tell(actor)


def _heard(address: str, word: str) -> bool:
    try:
        answer = requests.post(address, data={"word": word}, timeout=SECONDS, allow_redirects=False)
    except RequestException:
        return False
    return answer.status_code == 204


@house_lock.post(WHERE)
@house_lock.guard(OPEN)
@way_out
def neighbour_locks() -> Response:
    """A neighbour says that a person's desk is locked."""
    claims = _read(request.form.get("word", ""))
    web = this_web()
    said_at = datetime.fromtimestamp(claims["iat"], UTC).replace(microsecond=999999)  # what was opened since stays open
    with web.rows.write() as rows:
        locked = sessions.lock_of_person(rows, str(claims["sub"]), until=said_at, now=web.real_clock.now())
        for one in locked:
            note_lock(rows, people.actor_of(one.actor_id, one.actor), BY_NEIGHBOUR)
    log().info("sessions locked by a neighbour", count=len(locked))
    return make_response("", 204)


def _read(word: str) -> Mapping[str, Any]:
    """What a neighbour says. Raises Forbidden for what no neighbour said, or said to another, or long ago."""
    key = _key()
    rules = jwt.JWTClaimsRegistry(
        iss={"essential": True, "values": [_name(one.service) for one in _near()]},
        aud={"essential": True, "value": _name()},
        sub={"essential": True},
        iat={"essential": True},
        exp={"essential": True},
    )
    try:
        if key is None:
            raise Forbidden
        read = jwt.decode(word, key, registry=JWSRegistry(algorithms=[ALGORITHM]))
        rules.validate(read.claims)
        if LOCKED_EVENT not in read.claims.get("events", {}):
            raise Forbidden
    except (JoseError, ValueError) as fault:
        log().warning("a neighbour's word does not hold", reason=type(fault).__name__)
        raise Forbidden from fault
    return dict(read.claims)


def _key() -> OctKey | None:
    secret = this_web().settings.house_secret
    return OctKey.import_key(derived(secret, "house lock")) if secret else None


def _near() -> list[Neighbour]:
    web = this_web()
    return [one for one in neighbours(web.settings.neighbours, web.doors.service) if not one.here]


def _name(service: str = "") -> str:
    web = this_web()
    return f"{web.settings.organisation}.{service or web.doors.service}"
