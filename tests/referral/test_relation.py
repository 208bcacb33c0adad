"""Who sees what was agreed to and told: who recorded it, who may see the case, who answers for the house, and nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_referral.doors import PART
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.seen import Seen
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.refer_by_letter import refer_by_letter
from kim_referral.operations.refer_person import refer_person
from kim_runtime.act import Act, Actor
from referral.conftest import ACTORS, REGION
from sqlalchemy import literal, select
from web.signed_in import bearer

PACKAGE = Path(str(files("kim_referral")))
NAME = "Zahra Rahimi-Ḫalīl"
MANAGER = frozenset({"case_manager"})


@pytest.fixture
def letter(region: Any) -> Any:
    """Kinga Kowalczyk's letter about case 41, under a consent she recorded."""
    consent = region.consent(recipients=("sprungbrett",))
    return region.do(refer_by_letter, ReferPerson("sprungbrett", consent_id=consent.id, name=NAME))


@pytest.fixture
def call(website: Callable[..., Any], region: Any) -> Callable[..., Any]:
    """A program signed in as somebody."""

    def ask(who: str, method: str, address: str, **data: Any) -> Any:
        client = website(region).test_client()
        return client.open(address, method=method, json=data or None, headers=bearer(client.application, ACTORS[who]))

    return ask


def pages_of(letter: Any) -> tuple[str, ...]:
    sent = f"/verweise/{letter.id}"
    return (sent, f"{sent}/brief.pdf", f"{sent}/zettel.pdf", f"/einwilligungen/{letter.consent_id}")


def acts_on(letter: Any) -> dict[str, dict[str, Any]]:
    sent = f"/verweise/{letter.id}"
    return {
        f"{sent}/rueckzug": {"reason": "sent_by_mistake"},
        f"{sent}/antwort": {"answer": "accepted", "how": "letter"},
        f"{sent}/ergebnis": {"outcome": "arrived"},
        f"{sent}/entschieden": {},
        f"{sent}/vernichtet": {"answer": "deleted"},
        f"/einwilligungen/{letter.consent_id}/widerruf": {"by": "self", "how": "in_person"},
        "/verweisen/vorschau": {"receiver": "sprungbrett", "consent_id": letter.consent_id, "name": NAME},
        "/verweisen/senden": {"receiver": "sprungbrett", "consent_id": letter.consent_id, "name": NAME},
    }


@pytest.mark.parametrize("who", ["kowalczyk", "haddad", "thelen", "pruefer"])
def test_the_recorder_the_deputy_the_lead_and_the_auditor_see_it(
    region: Any, letter: Any, browse: Callable[..., FlaskClient], who: str
) -> None:
    client = browse(region, who)
    assert NAME in client.get("/einwilligungen/").text
    assert letter.number in client.get("/verweise/").text
    assert NAME in client.get(f"/verweise/{letter.id}").text


def test_a_colleague_without_relation_finds_nothing(region: Any, letter: Any, browse: Callable[..., FlaskClient]) -> None:
    breuer = browse(region, "breuer")
    for address in ("/einwilligungen/", "/verweise/", "/verweise/offen", "/verweisen/"):
        shown = breuer.get(address)
        assert (shown.status_code, NAME in shown.text, letter.number in shown.text) == (200, False, False)
    asked = breuer.post("/verweisen/", data={"about_kind": "case", "about_id": "case-41"})
    assert (asked.status_code, NAME in asked.text) == (200, False)
    assert breuer.post("/verweise/code", data={"code": letter.return_code}).location == "/verweise/"


def test_a_colleague_without_relation_opens_and_does_nothing(region: Any, letter: Any, browse: Callable[..., FlaskClient]) -> None:
    breuer = browse(region, "breuer")
    for address in pages_of(letter):
        assert breuer.get(address).status_code == 404, address
    for address, data in acts_on(letter).items():
        refused = breuer.post(address, data=data)
        assert (refused.status_code, NAME in refused.text) == (404, False), address
    kept = region.sent(letter)
    assert (kept.state, kept.answered_at) == ("offered", None)


def test_the_json_door_decides_the_same(region: Any, letter: Any, call: Callable[..., Any]) -> None:
    for address in ("/api/referrals/", "/api/consents/"):
        assert call("breuer", "GET", address).json["items"] == []
        assert len(call("haddad", "GET", address).json["items"]) == 1
    about = {"referral_id": letter.id}
    under = {"receiver": "sprungbrett", "consent_id": letter.consent_id, "name": NAME}
    acts: dict[str, dict[str, Any]] = {
        "/api/referrals/withdrawals": about, "/api/referrals/outcomes": about, "/api/referrals/settlements": about,
        "/api/referrals/answers": {**about, "how": "letter"}, "/api/consents/revocations": {"consent_id": letter.consent_id},
        "/api/referrals/previews": under, "/api/referrals/letters": under, "/api/referrals/": under,
    }  # fmt: skip
    for address, data in acts.items():
        assert call("breuer", "POST", address, **data).status_code == 404, address
    for address in (f"/api/referrals/{letter.id}", f"/api/consents/{letter.consent_id}"):
        assert call("breuer", "GET", address).status_code == 404
        assert call("haddad", "GET", address).status_code == 200


def test_the_id_of_anothers_referral_or_consent_does_not_fetch_it(region: Any, letter: Any, call: Callable[..., Any]) -> None:
    slip = call("breuer", "POST", "/api/referrals/slips", id=letter.id, receiver="sprungbrett")
    assert (slip.status_code, letter.number in slip.text) == (404, False)
    terms = {"person": "Jemand", "purpose": "Begleitung", "recipients": ["sprungbrett"], "categories": ["name"], "informed": True}
    again = call("breuer", "POST", "/api/consents/", id=letter.consent_id, given_on="2022-05-10", valid_to="2022-12-31", **terms)
    assert (again.status_code, NAME in again.text) == (404, False)


def test_who_recorded_a_consent_sees_what_the_deputy_told_under_it(region: Any, browse: Callable[..., FlaskClient]) -> None:
    consent = region.consent()
    haddad = Actor("haddad", "R. Haddad", "staedteregion-aachen", MANAGER)
    with region.house.database.write() as session:
        said = ReferPerson("caritas-eifel", consent_id=consent.id, name=NAME)
        sent = refer_person(session, region.house.act(haddad), said)
    assert browse(region, "kowalczyk").get(f"/verweise/{sent.id}").status_code == 200


def test_where_the_service_says_nothing_everybody_sees_their_own_alone(region: Any, letter: Any, website: Callable[..., Any]) -> None:
    slip = region.do(give_slip, GiveSlip("sprungbrett"))
    client = website(region, relations={}).test_client()

    def numbers(who: str) -> set[str]:
        listed = client.get("/api/referrals/", headers=bearer(client.application, ACTORS[who]))
        return {one["number"] for one in listed.json["items"]}

    assert numbers("kowalczyk") == {slip.number, letter.number}
    assert numbers("thelen") == set()


def test_of_what_the_service_hides_nothing_is_shown_to_recorder_lead_and_auditor_alike(
    region: Any, letter: Any, website: Callable[..., Any], caritas: Any, pump_all: Callable[..., int]
) -> None:
    """A case that is protected: its consents and referrals are not there, nor the referral it came from."""
    caritas.refer(caritas.consent(recipients=("staedteregion-aachen",)), receiver=REGION)
    pump_all()
    came = region.only_received()
    with region.house.database.write() as session:
        kept = session.get_one(ReceivedReferral, came.id)
        kept.about_kind, kept.about_id = "case", "case-41"

    def answers(hidden: str) -> set[tuple[str, int, int]]:
        def sees(act: Act) -> Seen:
            return Seen(act.actor.id, everything=True, hidden={"case": select(literal(hidden))})

        client = website(region, relations={PART: sees}).test_client()
        headers = bearer(client.application, ACTORS["kowalczyk"])
        found = set()
        for group, id in (("consents", letter.consent_id), ("referrals", letter.id), ("received-referrals", came.id)):
            listed = client.get(f"/api/{group}/", headers=headers).json["items"]
            found.add((group, len(listed), client.get(f"/api/{group}/{id}", headers=headers).status_code))
        return found

    assert answers("case-42") == {("consents", 1, 200), ("referrals", 1, 200), ("received-referrals", 1, 200)}
    assert answers("case-41") == {("consents", 0, 404), ("referrals", 0, 404), ("received-referrals", 0, 404)}


def test_no_view_decides_by_itself_what_somebody_may_see() -> None:
    """Single things come by `relation.told` or `decide`, lists by the functions of `model/seen.py`."""
    own = re.compile(r"kim_runtime\.policy|\.roles\b|session\.get\((?:Consent|Release|Referral)\b|\.declared\(|\.referrals\(\)")
    views = [path for folder in ("pages", "api") for path in (PACKAGE / folder).rglob("*.py")]
    assert len(views) > 8
    assert [path.name for path in views if own.search(path.read_text("utf-8"))] == []
