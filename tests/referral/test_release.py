"""A release from confidentiality stands apart from the consent: who is bound tells what was confided only with both."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_events.types.referral import DATA_CATEGORIES
from kim_referral.model.seen import Seen, sent_referrals
from kim_referral.operations.keep_deadlines import stop_unsent_offers
from kim_referral.operations.preview_referral import ReferPerson, preview_referral
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_by_letter import refer_by_letter
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.revoke_release import RevokeRelease, revoke_release
from kim_referral.rules.release_rules import CONFIDED, ReleaseTerms, objections_to_release, released_until, unreleased
from kim_runtime.refusal import Refused
from referral.conftest import ACTORS
from web.signed_in import bearer

NAME, CARITAS = "Zahra Rahimi-Ḫalīl", "caritas-eifel.casework"
FIRST, LAST = date(2022, 5, 10), date(2022, 8, 10)
TERMS = ReleaseTerms(frozenset({"caritas-eifel"}), frozenset({"topics"}), FIRST, LAST)


def released(region: Any, **changes: Any) -> Any:
    said = {
        "person": NAME, "released": "Case Management, K. Kowalczyk", "recipients": ("caritas-eifel",), "subjects": ("topics", "note"),
        "given_on": FIRST, "valid_to": LAST, "informed": True, "signed": True, "kept_at": "Ordner Arkaden",
        "about_kind": "case", "about_id": "case-41",
    }  # fmt: skip
    return region.do(record_release, RecordRelease(**{**said, **changes}))


def refusal(act: Callable[[], Any]) -> Refused:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value


@given(named=st.frozensets(st.sampled_from(DATA_CATEGORIES)), asked=st.frozensets(st.sampled_from(DATA_CATEGORIES)))
def test_nothing_confided_is_told_outside_the_release(named: frozenset[str], asked: frozenset[str]) -> None:
    terms = ReleaseTerms(TERMS.recipients, named, FIRST, LAST)
    assert set(unreleased([terms], "caritas-eifel", asked, FIRST)) == (asked & CONFIDED) - named
    assert set(unreleased([], "caritas-eifel", asked, FIRST)) == asked & CONFIDED


@pytest.mark.parametrize(
    ("terms", "recipient", "day"),
    [
        (TERMS, "sprungbrett", FIRST), (TERMS, "caritas-eifel", date(2022, 5, 9)), (TERMS, "caritas-eifel", date(2022, 8, 11)),
        (ReleaseTerms(TERMS.recipients, TERMS.subjects, FIRST, LAST, datetime(2022, 5, 11, tzinfo=UTC)), "caritas-eifel", FIRST),
    ],
)  # fmt: skip
def test_a_release_holds_towards_whom_it_names_on_its_days_until_revoked(terms: ReleaseTerms, recipient: str, day: date) -> None:
    assert unreleased([TERMS], "caritas-eifel", {"topics"}, LAST) == ()
    assert unreleased([terms], recipient, {"topics"}, day) == ("topics",)


def test_a_release_needs_information_recipients_subjects_and_sound_days() -> None:
    def code(informed: bool = True, recipients: frozenset[str] = TERMS.recipients, subjects: frozenset[str] = TERMS.subjects,
             first: date = FIRST, last: date = LAST) -> str | None:  # fmt: skip
        terms = ReleaseTerms(recipients, subjects, first, last)
        return ", ".join(one.code for one in objections_to_release(terms, informed=informed, today=FIRST)) or None

    assert code() is None
    assert code(informed=False) == "not_informed"
    assert code(recipients=frozenset()) == "no_recipient"
    assert code(subjects=frozenset()) == "no_subject"
    assert code(first=date(2022, 5, 11)) == "given_in_future"
    assert code(last=date(2022, 5, 9)) == "ends_before_start"


def test_who_is_bound_sees_it_missing_in_the_preview_and_cannot_send(sworn_region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    command = ReferPerson(receiver=CARITAS, consent_id=sworn_region.consent().id, name=NAME, topics=("housing",))
    preview = sworn_region.do(preview_referral, command)
    assert (preview.secrecy, preview.unreleased) == ("missing", ("topics",))
    said = refusal(lambda: sworn_region.do(refer_person, command))
    assert (said.code, said.params["subjects"]) == ("release_missing", "Themen")
    assert refusal(lambda: sworn_region.do(refer_by_letter, command)).code == "release_missing"
    pump_all()
    assert caritas.received() == []
    released(sworn_region)
    assert sworn_region.do(preview_referral, command).secrecy == "released"
    sworn_region.do(refer_person, command)
    pump_all()
    assert caritas.only_received().topics == ["housing"]


def test_name_and_telephone_go_with_the_consent_alone(sworn_region: Any) -> None:
    sent = sworn_region.refer(topics=())
    assert (sent.state, sent.categories) == ("offered", ["name", "phone"])


def test_who_is_not_bound_needs_no_release(region: Any) -> None:
    assert region.refer().state == "offered"


def test_a_release_alone_replaces_no_consent(sworn_region: Any) -> None:
    released(sworn_region)
    assert refusal(lambda: sworn_region.do(refer_person, ReferPerson(receiver=CARITAS, name=NAME))).code == "consent_missing"


@pytest.mark.parametrize("changes", [{"person": "Omid Rahimi"}, {"about_id": "case-42"}, {"recipients": ("sprungbrett",)}])
def test_a_release_of_another_person_matter_or_receiver_carries_nothing(sworn_region: Any, changes: dict[str, Any]) -> None:
    released(sworn_region, **changes)
    assert refusal(sworn_region.refer).code == "release_missing"


def test_a_release_taken_back_holds_back_what_has_not_left(sworn_region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    release = released(sworn_region)
    consent = sworn_region.consent()
    gone = sworn_region.refer(consent)
    pump_all()
    waiting, plain = sworn_region.refer(consent), sworn_region.refer(consent, topics=())
    sworn_region.do(revoke_release, RevokeRelease(release.id))
    assert sworn_region.do(revoke_release, RevokeRelease(release.id)).revoked_at is not None
    pump_all()
    assert (sworn_region.sent(waiting).state, sworn_region.sent(waiting).withdrawal) == ("withdrawn", "taken_back")
    assert (sworn_region.sent(gone).state, sworn_region.sent(plain).state) == ("offered", "offered")
    assert sorted(one.number for one in caritas.received()) == [gone.number, plain.number]
    assert refusal(lambda: sworn_region.refer(consent)).code == "release_missing"


def test_a_letter_is_printed_only_while_what_it_tells_is_released(sworn_region: Any, browse: Any) -> None:
    """On paper it leaves the house when it is printed: a release that was taken back or has run out since carries nothing."""
    consent, client = sworn_region.consent(recipients=("sprungbrett",)), browse(sworn_region, "kowalczyk")
    to = {"receiver": "sprungbrett", "consent_id": consent.id, "name": NAME}
    release = released(sworn_region, recipients=("sprungbrett",))
    letter = sworn_region.do(refer_by_letter, ReferPerson(**to, topics=("housing",)))
    plain = sworn_region.do(refer_by_letter, ReferPerson(**to))

    def printed() -> list[tuple[int, bool]]:
        pages = [f"/verweise/{one.id}" for one in (letter, plain)]
        return [(client.get(f"{page}/brief.pdf").status_code, "brief.pdf" in client.get(page).text) for page in pages]

    assert printed() == [(200, True), (200, True)]
    sworn_region.do(revoke_release, RevokeRelease(release.id))
    assert printed() == [(409, False), (200, True)]
    again = released(sworn_region, recipients=("sprungbrett",), valid_to=FIRST)
    assert printed() == [(200, True), (200, True)]
    assert again.valid_to < LAST
    sworn_region.house.clock.set(datetime(2022, 5, 11, 10, tzinfo=UTC))
    assert printed() == [(409, False), (200, True)]


def test_no_offer_leaves_after_the_last_day_of_its_release(
    sworn_region: Any, caritas: Any, browse: Any, pump_all: Callable[..., int]
) -> None:
    """The network stood still: what was confided stays here, and is back to be decided anew; name and telephone go."""
    for last in (date(2022, 5, 11), date(2022, 5, 12)):
        released(sworn_region, valid_to=last)
    consent = sworn_region.consent()
    held, plain = sworn_region.refer(consent), sworn_region.refer(consent, topics=())
    sworn_region.house.clock.set(datetime(2022, 5, 13, 10, tzinfo=UTC))
    pump_all()
    assert [one.number for one in caritas.received()] == [plain.number]
    sworn_region.do(lambda session, act, _nothing: stop_unsent_offers(session, act), None)
    assert (sworn_region.sent(held).state, sworn_region.sent(held).ground) == ("rejected", "release_expired")
    assert "nie gesendet, die Schweigepflichtentbindung war vorher abgelaufen" in browse(sworn_region, "kowalczyk").get("/verweise/").text


@pytest.mark.parametrize(
    ("subjects", "categories", "expected"),
    [
        ((("topics", 11), ("topics", 13)), ("name", "topics"), 13), ((("topics", 13), ("note", 12)), ("topics", "note"), 12),
        ((("topics", 13),), ("topics", "note"), None), ((("topics", 13),), ("name",), None), ((("topics", 10),), ("topics",), 10),
    ],
)  # fmt: skip
def test_what_is_released_is_so_until_the_first_of_its_subjects_is_no_longer(
    subjects: tuple[tuple[str, int], ...], categories: tuple[str, ...], expected: int | None
) -> None:
    terms = [ReleaseTerms(TERMS.recipients, frozenset({one}), FIRST, date(2022, 5, day)) for one, day in subjects]
    last = released_until(terms, "caritas-eifel", categories, FIRST)
    assert last == (date(2022, 5, expected) if expected else None)


def test_a_second_release_keeps_what_the_first_no_longer_carries(sworn_region: Any) -> None:
    first, _second = released(sworn_region), released(sworn_region)
    sent = sworn_region.refer()
    sworn_region.do(revoke_release, RevokeRelease(first.id))
    assert sworn_region.sent(sent).state == "offered"


def test_a_guardian_releases_for_a_child(sworn_region: Any) -> None:
    assert refusal(lambda: released(sworn_region, age=9)).code == "guardian_needed"
    assert refusal(lambda: released(sworn_region, age=9, given_by="parent")).code == "giver_unnamed"
    assert released(sworn_region, age=9, given_by="parent", giver_name="Frau Rahimi").given_by == "parent"


def test_a_release_is_recorded_seen_and_taken_back_on_its_pages(sworn_region: Any, browse: Any) -> None:
    client = browse(sworn_region, "kowalczyk")
    assert "Noch keine Schweigepflichtentbindung" in client.get("/schweigepflichtentbindungen/").text
    said = {"receiver": CARITAS, "consent_id": sworn_region.consent().id, "name": NAME, "topics": ["housing"], "id": "ref-1"}
    preview = client.post("/verweisen/vorschau", data=said).text
    assert "Einwilligung: ja · Schweigepflichtentbindung: fehlt" in preview
    refused = client.post("/verweisen/senden", data=said)
    assert refused.status_code == 422
    assert "Schweigepflichtentbindung fehlt gegenüber" in refused.text
    assert sworn_region.look(sent_referrals, Seen("", everything=True)) == []
    known = {"about_kind": "case", "about_id": "case-41", "person": NAME}
    assert f'value="{NAME}"' in client.post("/schweigepflichtentbindungen/neu", data=known).text
    made = client.post("/schweigepflichtentbindungen/", data={
        **known, "released": "Case Management", "recipients": ["caritas-eifel"], "subjects": ["topics"], "given_on": "10.5.2022",
        "valid_to": "10.8.2022", "informed": "true", "signed": "true", "kept_at": "Ordner"})  # fmt: skip
    assert made.status_code == 303
    shown = client.get(made.location).text
    assert "Rahimi" not in re.findall(r"<title>(.*?)</title>", shown, re.DOTALL)[0]
    assert NAME in client.get("/schweigepflichtentbindungen/").text
    assert "Schweigepflichtentbindung: ja" in client.post("/verweisen/vorschau", data=said).text
    assert client.post(f"{made.location}/widerruf", data={"by": "self", "how": "telephone"}).status_code == 303
    assert "Widerrufen am" in client.get(made.location).text
    assert "Schweigepflichtentbindung: fehlt" in client.post("/verweisen/vorschau", data=said).text


def test_a_colleague_without_relation_finds_no_release(sworn_region: Any, browse: Any) -> None:
    release = released(sworn_region)
    other, deputy = browse(sworn_region, "breuer"), browse(sworn_region, "haddad")
    assert other.get(f"/schweigepflichtentbindungen/{release.id}").status_code == 404
    assert other.post(f"/schweigepflichtentbindungen/{release.id}/widerruf", data={"by": "self", "how": "letter"}).status_code == 404
    assert NAME not in other.get("/schweigepflichtentbindungen/").text
    assert deputy.get(f"/schweigepflichtentbindungen/{release.id}").status_code == 200


def test_the_json_door_records_shows_and_revokes(sworn_region: Any, website: Any) -> None:
    client = website(sworn_region).test_client()
    headers = bearer(client.application, ACTORS["kowalczyk"])
    made = client.post("/api/releases/", headers=headers, json={
        "person": NAME, "released": "Case Management", "recipients": ["caritas-eifel"], "subjects": ["topics"],
        "given_on": "2022-05-10", "valid_to": "2022-08-10", "informed": True})  # fmt: skip
    assert made.status_code == 201, made.text
    assert client.get(made.location, headers=headers).json["subjects"] == ["topics"]
    assert len(client.get("/api/releases/", headers=headers).json["items"]) == 1
    revoked = client.post("/api/releases/revocations", headers=headers, json={"release_id": made.json["id"]})
    assert revoked.json["revoked_at"] is not None
