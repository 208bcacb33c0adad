"""Standing in for an absent colleague, for some days: the right begins and ends by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from kim_audit.tables import entries
from kim_casework.model.case import Case, list_cases
from kim_casework.model.contact import own_open_steps
from kim_casework.model.cover import Cover, covers_to_come
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.model.order import list_orders
from kim_casework.model.standing import lets
from kim_casework.operations.cover_for_colleague import EndCover, GiveCover, end_cover, give_cover
from kim_casework.operations.find_case import case_to_change
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_referral.model.consent import Consent
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor
from kim_runtime.refusal import Forbidden, Refused
from sqlalchemy import select
from web.signed_in import bearer

FIRST, LAST, JUNE = date(2022, 5, 11), date(2022, 5, 13), date(2022, 6, 1)


@pytest.fixture
def give(casework: Any, actors: dict[str, Actor]) -> Callable[..., Cover]:
    """Breuer stands in for Kowalczyk from 11 to 13 May 2022, unless told otherwise; given on the 10th."""

    def one(by: str = "thelen", **said: Any) -> Cover:
        wanted = {"absent": "kowalczyk", "cover": "breuer", "from_day": FIRST, "until_day": LAST, **said}
        with casework.database.write() as session:
            return give_cover(session, casework.act(actors[by]), GiveCover(**wanted))

    return one


@pytest.fixture
def on(casework: Any, actors: dict[str, Actor], at_noon: Callable[..., Any]) -> Callable[[str, int], Any]:
    """`on("breuer", 11)`: an act of this person on a day in May."""
    return lambda who, day: casework.act(actors[who], at_noon(5, day))


def sees(casework: Any, act: Any, case_id: str) -> bool:
    with casework.database.read() as session:
        return lets(session, act, "case.see", session.get_one(Case, case_id))


def test_the_right_begins_and_ends_by_itself(casework: Any, admit: Callable[..., Case], give: Any, on: Any) -> None:
    case = admit(casework)
    give()
    assert [day for day in range(10, 16) if sees(casework, on("breuer", day), case.id)] == [11, 12, 13]
    assert all(sees(casework, on("kowalczyk", day), case.id) for day in range(10, 16))


def test_who_stands_in_works_with_the_cases_and_finds_them_in_every_list(
    casework: Any, admit: Callable[..., Case], give: Any, on: Any
) -> None:
    case = admit(casework)
    give()
    owner, cover, next_day = on("kowalczyk", 10), on("breuer", 12), on("breuer", 14)
    with casework.database.write() as session:
        note = NoteContact(case.id, "talk", 30, next_step="anrufen", next_step_on=date(2022, 5, 16))
        note_contact(session, owner, note)
        wanted = OrderInterpreting(
            "phone", "authority", "prs", date(2022, 6, 1), False, "Infopunkt", "05334002", case_id=case.id, minutes=30
        )
        order_interpreting(session, owner, wanted)
    with casework.database.write() as session:
        assert case_to_change(session, cover, case.id).id == case.id
    with casework.database.read() as session:
        for act, found in ((cover, 1), (next_day, 0)):
            assert len(list_cases(session, act)) == found
            assert len(list_cases(session, act, words="Beispiel")) == found
            assert len(list_orders(session, act)) == found
            assert len(own_open_steps(session, act, date(2022, 5, 20))) == found
            assert list(session.scalars(disclosures_seen(act).about["case"])) == [case.id] * found


def test_a_lead_ends_it_at_once(casework: Any, admit: Callable[..., Case], give: Any, on: Any) -> None:
    case, cover = admit(casework), give()
    for _ in range(2):  # ending twice changes nothing
        with casework.database.write() as session:
            end_cover(session, on("thelen", 12), EndCover(cover.id))
    assert not sees(casework, on("breuer", 12), case.id)
    with casework.database.read() as session:
        assert covers_to_come(session, on("thelen", 11)) == []
    give(until_day=date(2022, 5, 12))  # what was ended stands in nobody's way


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"cover": "kowalczyk"}, "covers_oneself"),
        ({"cover": "nobody"}, "not_introduced"),
        ({"absent": "thelen"}, "not_introduced"),
        ({"from_day": date(2022, 5, 9)}, "day_past"),
        ({"until_day": date(2022, 5, 10)}, "ends_before_it_begins"),
        ({"until_day": date(2022, 6, 22)}, "too_long"),
    ],
)
def test_what_makes_no_cover_is_refused(give: Any, said: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        give(**said)
    assert refused.value.code == code


def test_the_longest_cover_has_forty_two_days(give: Any) -> None:
    assert give(until_day=date(2022, 6, 21)).until_day == date(2022, 6, 21)


def test_two_covers_of_one_pair_share_no_day(give: Any) -> None:
    give()
    with pytest.raises(Refused, match="Breuer vertritt Kowalczyk schon vom"):
        give(from_day=LAST, until_day=date(2022, 5, 20))
    give(from_day=date(2022, 5, 14), until_day=date(2022, 5, 20))


def test_who_may_not_have_cases_on_each_of_the_days_stands_in_for_nobody(give: Any, tell: Any) -> None:
    tell("p-02", until=date(2022, 5, 12))
    with pytest.raises(Refused, match=r"am 2022-05-13 nicht"):
        give()
    give(until_day=date(2022, 5, 12))


def test_only_a_lead_gives_and_ends_them(casework: Any, give: Any, on: Any) -> None:
    with pytest.raises(Forbidden):
        give(by="kowalczyk")
    cover = give()
    with pytest.raises(Forbidden), casework.database.write() as session:
        end_cover(session, on("breuer", 12), EndCover(cover.id))


def test_the_same_id_again_gives_the_cover_there_is(give: Any) -> None:
    assert give(id="c-1").id == give(id="c-1").id == "c-1"


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_the_pages_say_who_stands_in_for_whom(
    casework: Any, admit: Callable[..., Case], browse: Callable[..., Any], at_noon: Callable[..., Any]
) -> None:
    case = admit(casework)
    lead = browse(casework, "thelen")
    form = {"absent": "kowalczyk", "cover": "breuer", "from_day": "10.05.2022", "until_day": "12.05.2022"}
    answer = lead.post("/vertretungen", data=form, follow_redirects=True)
    assert "Vertretung gespeichert. Sie endet von selbst." in text_of(answer)
    assert "Kowalczyk Breuer 10.05.2022 gilt 12.05.2022 nein" in text_of(answer)
    again = lead.post("/vertretungen", data=form)
    assert again.status_code == 422
    assert "schon vom 10.05.2022 bis 12.05.2022" in text_of(again)
    cover = browse(casework, "breuer")
    assert "Sie vertreten Kowalczyk bis 12.05.2022." in text_of(cover.get("/woche"))
    assert "Vertretung bis 12.05.2022" in text_of(cover.get("/faelle"))
    absent = browse(casework, "kowalczyk")
    assert "Breuer vertritt Sie bis 12.05.2022." in text_of(absent.get("/woche"))
    assert "vertreten durch Breuer bis 12.05.2022" in text_of(absent.get(f"/faelle/{case.id}"))
    casework.clock.set(at_noon(5, 13))
    assert "Sie vertreten" not in text_of(browse(casework, "breuer").get("/woche"))
    assert "Noch kein Fall" in text_of(browse(casework, "breuer").get("/faelle"))


def test_programs_give_list_and_end_them(casework: Any, browse: Callable[..., Any], actors: dict[str, Actor]) -> None:
    client = browse(casework, "thelen")
    headers = bearer(client.application, actors["thelen"])
    said = {"absent": "kowalczyk", "cover": "breuer", "from_day": "2022-05-10", "until_day": "2022-05-12"}
    given = client.post("/api/covers/", json=said, headers=headers)
    assert given.status_code == 201
    assert [one["id"] for one in client.get("/api/covers/", headers=headers).json["items"]] == [given.json["id"]]
    ended = client.post("/api/covers/endings", json={"cover_id": given.json["id"]}, headers=headers)
    assert ended.json["ended_at"] is not None
    assert client.get("/api/covers/", headers=headers).json["items"] == []
    with casework.database.read() as session:
        written = session.execute(select(entries.c.actor_id, entries.c.action, entries.c.thing).order_by(entries.c.serial)).all()
    thing = f"covers:{given.json['id']}"
    assert [row[:] for row in written if row.thing == thing] == [("thelen", "cover.give", thing), ("thelen", "cover.end", thing)]


def test_consents_of_a_covered_case_are_seen_on_those_days_alone(casework: Any, admit: Callable[..., Case], give: Any, on: Any) -> None:
    case = admit(casework)
    consent = RecordConsent(
        about_kind="case", about_id=case.id, person="Anna Beispiel", purpose="Wohnung", recipients=("caritas-eifel",), categories=("name",),
        given_on=date(2022, 5, 10), valid_to=date(2022, 12, 31), informed=True, signed=True, kept_at="Ordner",
    )  # fmt: skip
    with casework.database.write() as session:
        record_consent(session, on("kowalczyk", 10), consent)
    give()
    for day, found in ((10, 0), (11, 1), (14, 0)):
        with casework.database.read() as session:
            seen = disclosures_seen(on("breuer", day))
            assert len(session.scalars(select(Consent).where(seen.declared(Consent))).all()) == found


def test_what_was_recorded_under_cover_is_no_way_to_the_case_when_it_has_ended(
    casework: Any, admit: Callable[..., Case], give: Any, browse: Callable[..., Any], actors: dict[str, Actor], at_noon: Callable[..., Any]
) -> None:
    case = admit(casework)
    give(from_day=date(2022, 5, 10), until_day=date(2022, 5, 10))
    said = {
        "about_kind": "case", "about_id": case.id, "person": "Anna Beispiel", "purpose": "Wohnung", "recipients": ["caritas-eifel"],
        "categories": ["name"], "given_on": "2022-05-10", "valid_to": "2022-12-31", "informed": True, "signed": True, "kept_at": "Ordner",
    }  # fmt: skip
    breuer = browse(casework, "breuer")
    key = bearer(breuer.application, actors["breuer"])
    consent = breuer.post("/api/consents/", json=said, headers=key)
    under_it = {"receiver": "caritas-eifel.casework", "consent_id": consent.json["id"], "name": "Anna Beispiel"}
    sent = breuer.post("/api/referrals/", json=under_it, headers=key)
    assert (consent.status_code, sent.status_code) == (201, 201)
    casework.clock.set(at_noon(5, 11))
    for group, made in (("consents", consent), ("referrals", sent)):
        assert breuer.get(f"/api/{group}/", headers=key).json["items"] == []
        assert breuer.get(f"/api/{group}/{made.json['id']}", headers=key).status_code == 404
    assert breuer.post("/api/referrals/", json=under_it, headers=key).status_code == 404
    assert breuer.post("/api/consents/revocations", json={"consent_id": consent.json["id"]}, headers=key).status_code == 404
    owner = bearer(breuer.application, actors["kowalczyk"])
    assert len(breuer.get("/api/referrals/", headers=owner).json["items"]) == 1
