"""What a service may say, to whom, and what is written for it."""

import json
from datetime import date

import pytest
from kim_bus import tables
from kim_bus.keys import Keys
from kim_bus.outbox import InvalidEvent, emit, take_back
from kim_bus.post import Post
from kim_bus.sealing import SIGNATURE_HEADER, CannotOpen, unseal, verify
from kim_runtime.refusal import Refused
from sqlalchemy.event import listen

HOUSE = "staedteregion-aachen"


@pytest.fixture
def casework(open_house):
    return open_house(f"{HOUSE}.casework")


@pytest.fixture
def intake(open_house):
    return open_house(f"{HOUSE}.intake")


def test_an_event_is_written_as_signed_bytes_and_no_sooner_sent(casework, say, rows):
    event_id = say(casework, "case.changed.v1", subject="c-1", version=3)
    [row] = rows(casework, tables.outbox)
    assert (row.event_id, row.subject, row.subjectversion, row.published_at) == (event_id, "c-1", 3, None)
    assert row.routing_key == f"{HOUSE}.casework.case.changed.v1.{HOUSE}"
    verify(row.body, row.headers[SIGNATURE_HEADER], casework.post.keys.public().signing)
    body = json.loads(row.body)
    assert body["source"] == f"urn:kim:{HOUSE}:casework"
    assert body["time"] == "2022-05-10T07:00:00Z"
    assert body["data"]["changed_on"] == "2022-05-10"


def test_what_is_said_costs_the_act_one_statement_more(casework, say):
    statements = []
    listen(casework.database.engine, "before_cursor_execute", lambda _connection, _cursor, statement, *_rest: statements.append(statement))
    say(casework, "case.changed.v1")
    assert [statement.split()[:3] for statement in statements if not statement.startswith("BEGIN")] == [["INSERT", "INTO", "kim_outbox"]]


def test_only_what_is_addressed_must_reach_somebody(casework, say, rows):
    say(casework, "case.changed.v1")
    say(casework, "referral.withdrawn.v1", subject="r-1", to="caritas-eifel")
    assert [row.mandatory for row in rows(casework, tables.outbox)] == [False, True]


def test_an_act_that_fails_says_nothing(casework, rows):
    with pytest.raises(ZeroDivisionError), casework.database.write() as session:
        emit(session, casework.act(), "case.changed.v1", subject="c-1", version=1, data=example())
        raise ZeroDivisionError
    assert rows(casework, tables.outbox) == []


def example():
    return {"number": "2022-0041", "state": "open", "phase": "intake", "change": "opened", "changed_on": date(2022, 5, 10)}


def test_personal_data_lies_sealed_in_the_outbox_and_only_the_receiver_opens_it(intake, say, rows, keys):
    receiver = "caritas-eifel.casework"
    event_id = say(intake, "referral.offered.v1", to=receiver)
    [row] = rows(intake, tables.outbox)
    assert "Łucja" not in row.body.decode()
    sealed = json.loads(row.body)["data"]
    source = f"urn:kim:{HOUSE}:intake"
    assert unseal(sealed, keys[receiver].sealing, source=source, event_id=event_id)["person"]["name"] == "Łucja Çelik"
    with pytest.raises(CannotOpen):
        unseal(sealed, keys[f"{HOUSE}.intake"].sealing, source=source, event_id=event_id)


def test_sealed_data_cannot_be_passed_on_under_another_name_or_event(intake, say, rows, keys):
    receiver = "caritas-eifel.casework"
    event_id = say(intake, "referral.offered.v1", to=receiver)
    sealed = json.loads(rows(intake, tables.outbox)[0].body)["data"]
    for source, event in ((f"urn:kim:{HOUSE}:casework", event_id), (f"urn:kim:{HOUSE}:intake", "another")):
        with pytest.raises(CannotOpen):
            unseal(sealed, keys[receiver].sealing, source=source, event_id=event)


def test_a_personal_event_of_the_house_goes_to_its_single_reader(intake, rows):
    from kim_events.catalogue import CATALOGUE

    kind = CATALOGUE["admission.proposed.v1"]
    with intake.database.write() as session:
        emit(session, intake.act(), kind.name, subject="a-1", version=1, data=kind.schema().load(kind.example))
    assert rows(intake, tables.outbox)[0].routing_key.endswith(f".{HOUSE}.casework")


def test_a_house_without_a_reader_has_nobody_to_tell(open_house, say, rows):
    caritas = open_house("caritas-eifel.casework")  # no interpreting service there
    assert say(caritas, "case.changed.v1") is None
    assert rows(caritas, tables.outbox) == []


def test_inside_the_house_an_event_carries_the_act_it_came_from(casework, say, rows):
    say(casework, "case.changed.v1")
    act = casework.act()
    with casework.database.write() as session:
        emit(session, act, "case.changed.v1", subject="c-2", version=1, data=example())
    assert json.loads(rows(casework, tables.outbox)[-1].body)["correlationid"] == act.correlation_id


def test_what_leaves_the_house_does_not_say_which_act_it_came_from(casework, rows):
    from dataclasses import replace

    act = replace(casework.act(), causation_id="an-event-of-the-house")
    data = {"number": "R-1", "withdrawn_at": act.at, "reason": "consent_revoked"}
    with casework.database.write() as session:
        emit(session, act, "referral.withdrawn.v1", subject="r-1", version=2, data=data, to="caritas-eifel")
    body = json.loads(rows(casework, tables.outbox)[0].body)
    assert act.correlation_id not in json.dumps(body)
    assert "causationid" not in body


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("nobody-known.casework", "unknown_organisation"),
        ("sprungbrett.casework", "no_software"),
        ("caritas-eifel.intake", "no_software"),
        ("caritas-eifel.case", "no_software"),
    ],
)
def test_a_receiver_that_cannot_be_told_is_a_refusal_that_says_why(intake, say, rows, to, code):
    with pytest.raises(Refused) as refusal:
        say(intake, "referral.offered.v1", to=to)
    assert refusal.value.code == code
    assert str(refusal.value)
    assert rows(intake, tables.outbox) == []


def test_without_an_agreement_nothing_is_said(open_house, say):
    caritas = open_house("caritas-eifel.casework")
    with pytest.raises(Refused) as refusal:
        say(caritas, "referral.offered.v1", to="auslaenderamt.intake")
    assert refusal.value.code == "no_agreement"
    assert "Ausländeramt" in str(refusal.value)


def test_without_a_key_no_personal_data_leaves(intake, say, directory, keys):
    from kim_bus.directory import Directory

    bare = Directory(directory.organisations, directory.agreements)
    intake.database.info["post"] = Post(intake.mailbox, bare, Keys.generate())
    with pytest.raises(Refused) as refusal:
        say(intake, "referral.offered.v1", to="caritas-eifel.casework")
    assert refusal.value.code == "no_key"


@pytest.mark.parametrize(
    ("name", "changed", "to", "part"),
    [
        ("consultation.recorded.v1", {}, None, "does not say this"),
        ("case.changed.v1", {"colour": "red"}, None, "colour"),
        ("case.changed.v1", {"phase": "geheim"}, None, "phase"),
        ("case.changed.v1", {}, "caritas-eifel", "goes to"),
        ("case.changed.v1", {"version": 0}, None, "version"),
        ("referral.offered.v1", {}, "caritas-eifel", "one mailbox"),
        ("referral.offered.v1", {}, None, "needs a receiver"),
    ],
)
def test_a_program_that_says_what_its_type_does_not_allow_fails_without_quoting_values(casework, say, rows, name, changed, to, part):
    with pytest.raises(InvalidEvent, match=part) as fault:
        say(casework, name, to=to, **changed)
    assert "geheim" not in str(fault.value)
    assert rows(casework, tables.outbox) == []


def test_what_has_not_left_yet_can_be_taken_back(intake, say, rows):
    say(intake, "referral.offered.v1", subject="r-1", to="caritas-eifel.casework")
    say(intake, "referral.offered.v1", subject="r-2", to="caritas-eifel.casework")
    with intake.database.write() as session:
        assert take_back(session, "r-1", "referral.offered.v1") == 1
        assert take_back(session, "r-2", "referral.withdrawn.v1") == 0
    assert [row.subject for row in rows(intake, tables.outbox)] == ["r-2"]


def test_what_has_left_cannot_be_taken_back(intake, say):
    say(intake, "referral.offered.v1", to="caritas-eifel.casework")
    intake.courier.pump()
    with intake.database.write() as session:
        assert take_back(session, "s-1") == 0
