"""From what a provider says of a person to an actor of this house. Every name in it is a setting: no two providers say it alike.

Keycloak says roles in `realm_access.roles`, Entra in `roles` or as ids of groups in `groups`; docs/operations/sign-in.md has both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kim_runtime.act import Actor
from kim_runtime.settings import WebSettings

from kim_web.oidc import SignInFailed

LONGEST = 200  # of a name or an id, as the tables keep them
OF_A_PROGRAM = "client:"
# What audits call those who are nobody in particular; names with a colon are programs, marks of a lock and accounts of a machine.
NOBODYS = frozenset({"visitor", "operator"})


class NotOfThisHouse(Exception):
    """The token speaks of another organisation, or of nobody."""


def actor_from(claims: Mapping[str, Any], settings: WebSettings, *, program: bool = False) -> Actor:
    """The actor a token speaks of: a person, or a `program` (client credentials), which is called `client:<id>`.

    Raises NotOfThisHouse, and SignInFailed where a name cannot be one, or would be taken for somebody else's.
    """
    if settings.oidc_organisation_claim and said(claims, settings.oidc_organisation_claim) != settings.organisation:
        raise NotOfThisHouse
    subject = claims.get("sub")
    if not subject:
        raise NotOfThisHouse
    staff = said(claims, settings.oidc_staff_claim)
    return Actor(
        id=_plain(f"{OF_A_PROGRAM}{subject}", "sub") if program else _persons_id(said(claims, settings.oidc_person_claim) or subject),
        name=_plain(claims.get("name") or claims.get("preferred_username") or subject, "name"),
        organisation=settings.organisation,
        roles=roles_from(_plain_ones(said(claims, settings.oidc_roles_claim)), settings.oidc_role_map),
        sites=frozenset(_plain_ones(said(claims, settings.oidc_sites_claim))),
        staff=_plain(staff, "staff") if staff else None,
    )


def _persons_id(value: Any) -> str:
    found = _plain(value, "person")
    if ":" in found or found in NOBODYS:
        raise SignInFailed("a claim cannot be a name: person")
    return found


def _plain(value: Any, what: str) -> str:
    """A name as a claim says it; a number may be one. Raises SignInFailed, which names the claim and not what it says."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not is_plain(text):
        raise SignInFailed(f"a claim cannot be a name: {what}")
    return text


def _plain_ones(value: Any) -> list[str]:
    """Of several names those that can be one; what is left out is nothing here."""
    return [one for one in texts(value) if is_plain(one)]


def is_plain(text: str) -> bool:
    """Whether a table can keep it, and a page show it as what it is: printable, not empty, not too long."""
    return 0 < len(text) <= LONGEST and text.isprintable()


def is_program(claims: Mapping[str, Any]) -> bool:
    """Whether an access token speaks of a client of the provider and not of a person."""
    return bool(claims.get("sub")) and claims["sub"] == (claims.get("client_id") or claims.get("azp"))


def is_strong_enough(actor: Actor, claims: Mapping[str, Any], settings: WebSettings) -> bool:
    """Whether a token says of a second factor what these roles need (`amr`, RFC 8176, or `acr`)."""
    if actor.roles.isdisjoint(texts(settings.oidc_code_roles)):
        return True
    shown = {*texts(claims.get("amr")), str(claims.get("acr") or "")}
    return not shown.isdisjoint(texts(settings.oidc_code_words))


def roles_from(named: list[str], role_map: str) -> frozenset[str]:
    """Our roles for the provider's. With a map, what it does not name is no role here."""
    if not role_map.strip():
        return frozenset(named)
    ours: dict[str, set[str]] = {}
    for pair in role_map.split(","):
        theirs, _, role = pair.strip().rpartition("=")
        ours.setdefault(theirs.strip(), set()).add(role.strip())
    return frozenset(role for name in named for role in ours.get(name, ()))


def said(claims: Mapping[str, Any], path: str) -> Any:
    """What stands at `realm_access.roles`; None where nothing does. A name that itself has dots is found first."""
    if not path:
        return None
    if path in claims:
        return claims[path]
    here: Any = claims
    for step in path.split("."):
        if not isinstance(here, Mapping) or step not in here:
            return None
        here = here[step]
    return here


def texts(value: Any) -> list[str]:
    """A claim of several values: some providers say one of them as it is, or several with commas."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else []
