"""At a desk of intake all consents of the desk are shared; who only looks after cases sees what they recorded."""

from __future__ import annotations

from datetime import date
from typing import Any

from kim_intake.model.disclosures import disclosures_seen
from kim_referral.model.consent import Consent
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.seen import recently_declared
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor


def test_a_consent_of_the_desk_is_shared_at_the_desk_and_nowhere_else(house: Any, people: dict[str, Actor], act_of: Any) -> None:
    with house.database.write() as session:
        said = RecordConsent(
            "Zahra Rahimi", "Begleitung", ("sprungbrett",), ("name",), date(2022, 5, 1), date(2022, 12, 31),
            informed=True, signed=True, kept_at="Ordner",
        )  # fmt: skip
        record_consent(session, act_of("lindner"), said)

    def seen_by(actor: Actor) -> int:
        with house.database.read() as session:
            return len(recently_declared(session, disclosures_seen(house.act(actor)), Consent))

    assert [seen_by(people[who]) for who in ("lindner", "aydin", "haddad", "wirtz")] == [1, 1, 1, 0]
    assert seen_by(Actor("breuer", "Breuer", people["aydin"].organisation, frozenset({"case_manager", "case_lead"}))) == 0
    assert seen_by(Actor("pruefer", "Prüfer", people["aydin"].organisation, frozenset({"auditor"}))) == 1


def test_a_referral_withdrawn_after_it_was_read_stands_on_the_day_of_each_desk_until_it_is_said_what_happened_to_the_data(
    house: Any, desk: Any
) -> None:
    now = house.clock.now()
    with house.database.write() as session:
        session.add(
            ReceivedReferral(
                id="one", sender="caritas-eifel.casework", referral_id="one", number="R-2022-0100", desk="", received_at=now,
                received_on=now.date(), read_at=now, withdrawn_at=now, consent_categories=[], dropped_categories=[], version=1,
                state="withdrawn", name="Anna Beispiel", phone="", language="", residence_town="", topics=[], note="", health="",
            )
        )  # fmt: skip
    browser, on_top = desk("aydin"), "Verweis R-2022-0100: zurückgezogen am"
    page = browser.get("/heute").text
    assert on_top in page and "/eingang/one" in page
    assert "Anna Beispiel" not in page  # it may lie open for all to see
    assert browser.post("/eingang/one/bestaetigung", data={"answer": "deleted"}).status_code == 303
    assert on_top not in browser.get("/heute").text
