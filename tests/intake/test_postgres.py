"""What differs between the databases: one transaction at a time on SQLite, rows and advisory locks on PostgreSQL."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from intake.conftest import ARKADEN, PEOPLE
from kim_intake.model.consultation import Consultation, consultations_of_day
from kim_intake.model.hand_over import waiting_for
from kim_intake.model.proposal import open_proposal_of
from kim_intake.model.protection import LOCKS, Protection
from kim_intake.model.search import find_clients
from kim_intake.model.sight import hidden_clients
from kim_intake.operations.count_statistics import count_statistics
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.protect_client import ProtectClient, protect_client
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.operations.set_up_site import set_up_site
from kim_intake.operations.take_hand_over import TakeHandOver, take_hand_over
from kim_intake.service import SERVICE
from kim_runtime import migrations
from kim_runtime.database import Database
from kim_runtime.refusal import NotFound, Refused
from kim_web.tables import moved_entries
from sqlalchemy import select
from web.signed_in import sign_in

pytestmark = pytest.mark.postgres


@pytest.fixture
def house(houses: Any, postgres_database_url: str) -> Any:
    made = houses("staedteregion-aachen.intake", SERVICE, url=postgres_database_url)
    with made.database.write() as session:
        set_up_site(session, made.act(), ARKADEN)
    return made


def test_a_double_click_makes_one_consultation(house: Any) -> None:
    def click(_number: int) -> str:
        command = RecordConsultation(
            id="one-form", site="aachen-arkaden", service="school_entry", persons_present=5, hand_over_to="case_management"
        )
        with house.database.write() as session:
            return record_consultation(session, house.act(PEOPLE["lindner"]), command).id

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(click, range(4))) == {"one-form"}
    with house.database.read() as session:
        assert session.scalars(select(Consultation.id)).all() == ["one-form"]
        assert len(waiting_for(session, house.act(PEOPLE["haddad"]), "aachen-arkaden", "case_management")) == 1


def test_one_of_two_desks_takes_the_family(house: Any) -> None:
    command = RecordConsultation(site="aachen-arkaden", service="school_entry", persons_present=5, hand_over_to="case_management")
    with house.database.write() as session:
        record_consultation(session, house.act(PEOPLE["lindner"]), command)
    with house.database.read() as session:
        (waiting,) = [each.id for each in waiting_for(session, house.act(PEOPLE["haddad"]), "aachen-arkaden", "case_management")]

    def take(person: str) -> bool:
        try:
            with house.database.write() as session:
                take_hand_over(session, house.act(PEOPLE[person]), TakeHandOver(waiting))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, ["aydin", "haddad"])) == [False, True]


def test_one_of_two_clicks_gives_an_entry_away_and_only_once(app: Any, house: Any) -> None:
    command = RecordConsultation(site="aachen-arkaden", service="case_management", persons_present=5)
    with house.database.write() as session:
        made = record_consultation(session, house.act(PEOPLE["aydin"]), command).id
    for other in ("lindner", "haddad"):
        sign_in(app.test_client(), PEOPLE[other])
    browsers = {to: sign_in(app.test_client(), PEOPLE["aydin"]) for to in ("lindner", "haddad")}

    def move(to: str) -> int:
        return browsers[to].post("/eintraege/", data={"entries": f"consultation:{made}", "to": to}).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(move, browsers)) == [303, 422]
    with house.database.read() as session:
        (moved,) = session.execute(select(moved_entries)).all()
        found = session.get(Consultation, made)
        assert found is not None
        assert found.recorded_by == moved.to_id


def test_a_draft_is_kept_counted_continued_and_gone_when_sent(app: Any, house: Any) -> None:
    desk = sign_in(app.test_client(), PEOPLE["aydin"])
    half = {"site": "aachen-arkaden", "service": "case_management", "persons_present": "viele", "concern": "Zimmer", "id": "one"}
    assert desk.post("/beratungen", data={**half, "kim_label": "Beratung erfassen", "kim_keep": "1"}).status_code == 303
    page = desk.get("/entwuerfe").text
    assert "1 Entwurf<" in page
    (draft_id,) = re.findall(r'name="kim_continue" value="([^"]+)"', page)
    assert 'value="Zimmer"' in desk.post("/beratungen", data={"kim_continue": draft_id}).text
    sent = {**half, "persons_present": "3", "interpreter": "none", "channel": "in_person", "kim_draft": draft_id}
    assert desk.post("/beratungen", data=sent).status_code == 303
    assert "Keine Entwürfe" in desk.get("/entwuerfe").text


def test_who_is_closed_while_somebody_proposes_them_is_not_left_proposed(house: Any) -> None:
    for turn in range(4):
        with house.database.write() as session:
            act = house.act(PEOPLE["aydin"])
            agreed: dict[str, Any] = {"site": "aachen-arkaden", "consent_given_on": act.today}
            person = register_client(session, act, RegisterClient(name=f"Zahra Azizi {turn}", **agreed)).id

        def step(operation: Any, command: Any) -> None:
            with suppress(Refused, NotFound), house.database.write() as session:
                operation(session, house.act(PEOPLE["aydin"]), command)

        steps = [
            (
                propose_admission,
                ProposeAdmission(client_id=person, site="aachen-arkaden", need="Wohnung", consent_given_on=date(2022, 5, 10)),
            ),
            (protect_client, ProtectClient(person, "endangered")),
            (protect_client, ProtectClient(person, "well_known")),
        ]
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda one: step(*one), steps if turn % 2 else reversed(steps)))
        with house.database.read() as session:
            assert open_proposal_of(session, person) is None
            assert len(session.scalars(LOCKS.protected().where(Protection.client_id == person)).all()) == 1


def test_lists_hold_a_protected_person_for_who_may_see_them_alone(house: Any) -> None:
    aydin, lindner = (house.act(PEOPLE[who]) for who in ("aydin", "lindner"))
    command = RecordConsultation(site="aachen-arkaden", service="case_management", persons_present=5, hand_over_to="school_entry")
    with house.database.write() as session:
        talk = record_consultation(session, aydin, command)
        agreed: dict[str, Any] = {"site": "aachen-arkaden", "consent_given_on": aydin.today, "consultation_id": talk.id}
        person = register_client(session, aydin, RegisterClient(name="Zahra Azizi", **agreed))
        protect_client(session, aydin, ProtectClient(person.id, "endangered"))
    for act, found in ((aydin, 1), (lindner, 0)):
        with house.database.read() as session:
            assert len(find_clients(session, act, "azizi")) == found
            assert len(consultations_of_day(session, act, "aachen-arkaden", "case_management", act.today)) == found
            assert len(waiting_for(session, act, "aachen-arkaden", "school_entry")) == found
            assert len(session.scalars(hidden_clients(act)).all()) == 1 - found


def test_figures_are_counted_alike(house: Any) -> None:
    command = RecordConsultation(
        site="aachen-arkaden", service="case_management", persons_present=4, origin="UKR", languages=("ukr",), topics=("housing", "health"),
        hand_over_to="health_kiosk",
    )  # fmt: skip
    for person in ("haddad", "breuer", "kowalczyk"):
        with house.database.write() as session:
            record_consultation(session, house.act(PEOPLE[person]), replace(command, id=person))
    with house.database.read() as session:
        figures = count_statistics(session, date(2022, 5, 1), date(2022, 5, 31), date(2022, 6, 1))
    counted = figures["consultations"]["case_management"]
    assert (counted["total"], counted["by_month"], counted["by_topic"]) == (3, {"2022-05": 3}, {"health": 3, "housing": 3})
    assert counted["by_site"]["aachen-arkaden"]["by_topic"] == counted["by_topic"]
    assert counted["anonymous"] == 3
    assert counted["told"] == counted["told_how"] == figures["hand_overs"]["told"] == {"from": "2022-05-01", "to": "2022-05-31"}
    assert figures["hand_overs"]["open"] == 3


def test_migrations_make_exactly_the_tables_of_the_model(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)
    migrations.upgrade(database, "kim_intake")
    assert migrations.differences(database, SERVICE.metadata) == []
    migrations.downgrade(database, "kim_intake")
    database.close()
