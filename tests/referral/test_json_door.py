"""The JSON door: the same operations, problems that say what is wrong, and no content in lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from referral.conftest import ACTORS
from web.signed_in import bearer

NAME = "Zahra Rahimi-Ḫalīl"


class Door:
    """A program that signs in as somebody."""

    def __init__(self, client: FlaskClient, actor: str) -> None:
        self.client = client
        self.headers = bearer(client.application, ACTORS[actor])

    def get(self, address: str) -> Any:
        return self.client.get(address, headers=self.headers)

    def post(self, address: str, **data: Any) -> Any:
        return self.client.post(address, json=data, headers=self.headers)


@pytest.fixture
def door(website: Callable[..., Any]) -> Callable[[Any, str], Door]:
    return lambda desk, actor: Door(website(desk).test_client(), actor)


def test_a_consent_a_referral_an_answer(region: Any, caritas: Any, door: Callable[..., Door], pump_all: Callable[..., int]) -> None:
    ours, theirs = door(region, "kowalczyk"), door(caritas, "jansen")
    consent = ours.post(
        "/api/consents/", person=NAME, purpose="Begleitung", recipients=["caritas-eifel"], categories=["name", "topics"],
        given_on="2022-05-10", valid_to="2022-12-31", informed=True,
    )  # fmt: skip
    assert (consent.status_code, consent.location) == (201, f"/api/consents/{consent.json['id']}")
    sent = ours.post("/api/referrals/", receiver="caritas-eifel", consent_id=consent.json["id"], name=NAME, topics=["housing"])
    assert (sent.status_code, sent.json["number"], sent.json["categories"]) == (201, "R-2022-0001", ["name", "topics"])
    pump_all()
    listed = theirs.get("/api/received-referrals/")
    assert NAME not in listed.text
    (waiting,) = listed.json["items"]
    opened = theirs.post("/api/received-referrals/opened", received_id=waiting["id"])
    assert (opened.json["content"]["name"], opened.json["purpose"]) == (NAME, "Begleitung")
    answered = theirs.post("/api/received-referrals/answers", received_id=waiting["id"], answer="accepted", appointment="2022-05-17")
    assert answered.json["state"] == "accepted"
    pump_all()
    assert ours.get(f"/api/referrals/{sent.json['id']}").json["appointment"] == "2022-05-17"
    assert ours.post("/api/consents/revocations", consent_id=consent.json["id"]).json["revoked_at"] is not None


def test_once_withdrawn_the_content_is_not_told_any_more(
    region: Any, caritas: Any, door: Callable[..., Door], pump_all: Callable[..., int]
) -> None:
    sent = region.refer()
    pump_all()
    received = caritas.only_received()
    theirs = door(caritas, "jansen")
    assert theirs.post("/api/received-referrals/opened", received_id=received.id).json["content"]["name"] == NAME
    region.do(revoke_consent, RevokeConsent(sent.consent_id))
    pump_all()
    left = theirs.post("/api/received-referrals/opened", received_id=received.id).json
    assert (left["content"]["name"], left["purpose"]) == ("", None)


def test_without_consent_the_problem_says_what_to_do(region: Any, door: Callable[..., Door]) -> None:
    refused = door(region, "kowalczyk").post("/api/referrals/", receiver="caritas-eifel", name=NAME)
    assert (refused.status_code, refused.mimetype, refused.json["code"]) == (409, "application/problem+json", "consent_missing")
    assert "Einwilligung fehlt" in refused.json["detail"]


def test_a_preview_tells_what_would_be_sent_and_keeps_nothing(region: Any, door: Callable[..., Door]) -> None:
    ours = door(region, "kowalczyk")
    consent = region.consent(categories=("name", "note"))
    shown = ours.post("/api/referrals/previews", receiver="caritas-eifel", consent_id=consent.id, name=NAME, note="braucht Insulin").json
    assert shown["purpose"] == "Begleitung in Roetgen"
    assert (shown["content"]["name"], shown["mailbox"], shown["hints"]) == (NAME, "caritas-eifel.casework", ["Insulin"])
    assert ours.get("/api/referrals/").json["items"] == []


def test_a_wrong_category_is_named_with_its_place(region: Any, door: Callable[..., Door]) -> None:
    wrong = door(region, "kowalczyk").post(
        "/api/consents/",
        person=NAME,
        purpose="Begleitung",
        recipients=["caritas-eifel"],
        categories=["religion"],
        given_on="x",
        valid_to="2022-12-31",
    )
    assert wrong.status_code == 422
    assert {error["field"].partition(".")[0] for error in wrong.json["errors"]} == {"categories", "given_on"}


def test_an_auditor_may_look_and_not_send(region: Any, door: Callable[..., Door]) -> None:
    auditor = door(region, "pruefer")
    assert auditor.get("/api/referrals/").status_code == 200
    assert auditor.post("/api/referrals/slips", receiver="sprungbrett").status_code == 403
    assert auditor.client.get("/api/referrals/").status_code == 401
    made_up = {"Authorization": "Bearer kim_abcdefgh_made-up"}
    assert auditor.client.get("/api/referrals/", headers=made_up).status_code == 401


def test_what_does_not_exist_is_not_found(region: Any, door: Callable[..., Door]) -> None:
    for address in ("/api/referrals/x", "/api/received-referrals/x", "/api/consents/x"):
        assert door(region, "kowalczyk").get(address).status_code == 404


@pytest.mark.parametrize("field", ["about_kind", "about_id"])
def test_what_it_is_about_is_told_by_an_id(region: Any, door: Callable[..., Door], field: str) -> None:
    """What is no id would stand in every list from then on, which says that there are ids in it."""
    ask = door(region, "kowalczyk")
    about = {"receiver": "sprungbrett", "about_kind": "case", "about_id": "case-41"}
    assert ask.post("/api/referrals/slips", **{**about, field: "1,5,5"}).status_code == 422
    assert ask.post("/api/referrals/slips", **about).status_code == 201


def test_to_an_immigration_office_a_program_sends_what_it_was_shown_and_nothing_else(region: Any, door: Callable[..., Door]) -> None:
    ask, consent = door(region, "kowalczyk"), region.consent(recipients=("auslaenderamt",))
    words = {"receiver": "auslaenderamt.intake", "consent_id": consent.id, "name": NAME, "phone": "1", "typed_confirmation": "Ausländeramt"}
    unseen = ask.post("/api/referrals/", **words)
    assert (unseen.status_code, "not_previewed" in unseen.text) == (409, True)
    mark = ask.post("/api/referrals/previews", **words).json["previewed"]
    for changed in ({"phone": "2"}, {"desk": "Arkaden"}):
        assert ask.post("/api/referrals/", **{**words, **changed}, previewed=mark).status_code == 409
    assert door(region, "thelen").post("/api/referrals/", **words, previewed=mark).status_code == 409, "shown to a colleague"
    assert ask.post("/api/referrals/", **words, previewed=mark).status_code == 201
