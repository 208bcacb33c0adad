"""What a provider says becomes an actor: kim-login's, Keycloak's and Entra's way, as docs/operations/sign-in.md shows them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kim_runtime.settings import Settings
from kim_web.claims import NotOfThisHouse, actor_from, is_program
from web.conftest import settings_in

BASE = settings_in(Path("nowhere"))
KEYCLOAK = replace(
    BASE, oidc_roles_claim="realm_access.roles", oidc_role_map="KIM-Fallmanagement=case_manager,KIM-Leitung=case_lead",
    oidc_organisation_claim="", oidc_sites_claim="kim.sites", oidc_staff_claim="kim.staff",
)  # fmt: skip
ENTRA = replace(BASE, oidc_roles_claim="groups", oidc_role_map="3f1c=case_manager,9ab2=case_lead", oidc_organisation_claim="")

OURS = {
    "sub": "17", "name": "Selin Aydın", "preferred_username": "aydin", "organisation": "staedteregion-aachen", "roles": ["intake_staff"],
    "sites": ["arkaden"], "staff": "S-4",
}  # fmt: skip
KEYCLOAKS = {
    "sub": "f0c9", "typ": "ID", "azp": "kim-casework", "preferred_username": "m.weber", "name": "Miriam Weber",
    "realm_access": {"roles": ["offline_access", "KIM-Fallmanagement", "case_lead"]}, "kim": {"sites": ["eschweiler"], "staff": "S-9"},
}  # fmt: skip
ENTRAS = {"sub": "AAAA", "oid": "b1", "tid": "t1", "preferred_username": "m.weber@example.org", "name": "Weber", "groups": ["3f1c", "77aa"]}


def read(claims: dict[str, Any], settings: Settings) -> tuple[str, set[str], set[str], str | None]:
    actor = actor_from(claims, settings, program=is_program(claims))
    return actor.id, set(actor.roles), set(actor.sites), actor.staff


def test_our_own_providers_way() -> None:
    assert read(OURS, BASE) == ("aydin", {"intake_staff"}, {"arkaden"}, "S-4")


def test_keycloaks_way_and_what_the_map_does_not_name_is_no_role() -> None:
    assert read(KEYCLOAKS, KEYCLOAK) == ("m.weber", {"case_manager"}, {"eschweiler"}, "S-9")


def test_entras_way_by_groups_and_by_app_roles() -> None:
    assert read(ENTRAS, ENTRA) == ("m.weber@example.org", {"case_manager"}, set(), None)
    assert read({**ENTRAS, "roles": ["9ab2"]}, replace(ENTRA, oidc_roles_claim="roles"))[1] == {"case_lead"}


def test_one_name_of_the_provider_may_be_two_roles_of_ours() -> None:
    settings = replace(BASE, oidc_role_map="KIM-Leitung=case_lead, KIM-Leitung=auditor")
    assert read({**OURS, "roles": "KIM-Leitung"}, settings)[1] == {"case_lead", "auditor"}


def test_a_program_is_no_person() -> None:
    program = {"sub": "kim-report", "client_id": "kim-report", "organisation": "staedteregion-aachen", "roles": ["report_reader"]}
    assert read(program, BASE)[0] == "client:kim-report"


@pytest.mark.parametrize("organisation", ["caritas-eifel", "", None, ["staedteregion-aachen"], "StaedteRegion-Aachen"])
def test_another_organisation_stays_outside(organisation: Any) -> None:
    with pytest.raises(NotOfThisHouse):
        actor_from({**OURS, "organisation": organisation}, BASE)


def test_who_is_nobody_stays_outside() -> None:
    with pytest.raises(NotOfThisHouse):
        actor_from({**OURS, "sub": ""}, BASE)


@pytest.mark.parametrize("roles", [None, 7, {"intake_staff": True}, "", []])
def test_roles_that_cannot_be_read_are_none(roles: Any) -> None:
    assert read({**OURS, "roles": roles}, BASE)[1] == set()
    assert read({**KEYCLOAKS, "realm_access": roles}, KEYCLOAK)[1] == set()
