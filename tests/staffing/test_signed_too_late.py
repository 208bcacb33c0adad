"""Twelve contracts end on Saturday, 31 December 2022: ten are extended in time, two are signed too late. One story, step by step."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from kim_bus.tables import outbox
from kim_runtime.refusal import Refused
from kim_staffing.model.alarm import alarms_on
from kim_staffing.model.contract import contract_by_id
from kim_staffing.operations.add_remark import AddRemark, add_remark
from kim_staffing.operations.ask_council import AskCouncil, RecordCouncilAnswer, ask_council, record_council_answer
from kim_staffing.operations.draft_extension import DraftAllExtensions, DraftExtension, draft_all_extensions, draft_extension
from kim_staffing.operations.hand_over_letter import HandOverLetter, MakeLetters, hand_over_letter, make_letters
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from kim_staffing.operations.record_late import RecordLate, finding_of, record_late
from kim_staffing.operations.record_signature import RecordSignature, record_signature
from kim_staffing.rules.extension_gate import LampState
from kim_staffing.rules.fixed_term import WITHOUT_GROUND
from sqlalchemy import select

OWN = "staedteregion-aachen"
ALARM = "letzter Arbeitstag heute; wer ab 2.1.2023 weiterarbeitet, kann unbefristet beschäftigt sein"
LATE = "nicht rechtzeitig verlängert; weitergearbeitet 2.1.2023; Personalrecht fragen (§ 14 Abs. 4, § 15 Abs. 6, § 16 TzBfG)"
IN_TIME = [f"p-{n:02}" for n in (1, 2, 3, 4, 5, 6, 8, 9, 11, 12)]
B, C = "p-07", "p-10"  # Haddad's half of the shared post, and a coordinator


def lamp(ending: Any, name: str) -> Any:
    return next(one for one in ending.lamps if one.name == name)


def said(ending: Any, name: str) -> str:
    return str(lamp(ending, name).finding)


@pytest.mark.slow
def test_signed_too_late(twelve: Any) -> None:
    office = twelve
    everybody = tuple(office.contracts.values())

    # 1. Reminders, each on a working day at or before the date; the end has a weekday and a last real working day
    first = office.ending("p-01", date(2022, 6, 1))
    assert [one.due_on for one in first.reminders] == [
        date(2022, 6, 30),
        date(2022, 9, 23),
        date(2022, 10, 21),
        date(2022, 12, 2),
        date(2022, 12, 16),
    ]
    assert first.last_working_day == date(2022, 12, 22)
    assert sum(one.contract.share for one in office.endings(date(2022, 6, 1))) == Decimal("10.5")

    # 2. Twelve letters on 23 September; on the 30th nobody is without
    office.do(date(2022, 9, 23), make_letters, MakeLetters(everybody))
    for contract in everybody:
        office.do(date(2022, 9, 26), hand_over_letter, HandOverLetter(contract, date(2022, 9, 26)))
    assert [one for one in office.endings(date(2022, 9, 30)) if one.contract.letter_handed_over_on is None] == []

    # 3. The council refuses: which money?
    asked = office.do(date(2022, 10, 28), ask_council, AskCouncil(everybody, WITHOUT_GROUND, "announced"))
    office.do(date(2022, 11, 9), record_council_answer, RecordCouncilAnswer(asked.id, "refused", date(2022, 11, 9), "Mittel unklar"))
    refused = office.ending("p-01", date(2022, 11, 9))
    assert lamp(refused, "council").state is LampState.STOP
    assert said(refused, "council") == "abgelehnt am 9.11.2022: „Mittel unklar“"

    # 4. The announcement makes nothing extendable
    announced = office.do(
        date(2022, 11, 28), record_assurance, RecordAssurance("announced", date(2022, 11, 28), OWN, "Ankündigung des Landes")
    )
    assert len(announced.not_yet) == 12 and announced.extendable == ()
    assert all(said(one, "money").startswith("noch nicht verlängerbar: Stufe angekündigt") for one in announced.not_yet)
    with pytest.raises(Refused) as too_early:
        office.do(date(2022, 11, 28), draft_extension, DraftExtension(office.contracts["p-01"], date(2023, 12, 31)))
    assert too_early.value.code == "only_announced"

    # 5. The written commitment, entered once, covers all twelve
    commitment = RecordAssurance(
        "written_commitment",
        date(2022, 12, 8),
        OWN,
        "Schreiben der Bezirksregierung",
        date(2023, 1, 1),
        date(2023, 12, 31),
        Decimal("10.5"),
    )
    written = office.do(date(2022, 12, 8), record_assurance, commitment)
    assert len(written.extendable) == 12 and written.not_yet == ()
    assert {said(one, "money") for one in written.extendable} == {
        "verlängerbar: Schreiben der Bezirksregierung vom 8.12.2022, bis 31.12.2023"
    }
    drafts = office.do(date(2022, 12, 9), draft_all_extensions, DraftAllExtensions(written.assurance.id))
    assert {draft.ends_on for draft in drafts} == {date(2023, 12, 31)}
    draft_of = {draft.person.staff: draft.id for draft in drafts}

    # 6. Signed before the consent is said to be, until a new one is signed after it
    office.do(date(2022, 12, 12), record_signature, RecordSignature(draft_of["p-01"], employer_signed_on=date(2022, 12, 12)))
    again = office.do(date(2022, 12, 12), ask_council, AskCouncil(everybody, WITHOUT_GROUND, "written_commitment"))
    office.do(date(2022, 12, 13), record_council_answer, RecordCouncilAnswer(again.id, "agreed", date(2022, 12, 13)))
    early = office.ending("p-01", date(2022, 12, 13))
    assert lamp(early, "council").state is LampState.DONE
    assert said(early, "signatures") == "am 12.12.2022 vor der Zustimmung unterschrieben: Personalrecht fragen"
    renewed = office.do(
        date(2022, 12, 14), draft_extension, DraftExtension(office.contracts["p-01"], date(2023, 12, 31), replaces=draft_of["p-01"])
    )
    draft_of["p-01"] = renewed.id

    # 7. Ten are signed by both on 14 to 16 December and back by the 20th
    for place, staff in enumerate(IN_TIME):
        day = date(2022, 12, 14 + place % 3)
        office.do(day, record_signature, RecordSignature(draft_of[staff], employer_signed_on=day, employee_signed_on=day))
        assert not office.ending(staff, day).complete
        extended = office.do(
            date(2022, 12, 20),
            record_signature,
            RecordSignature(draft_of[staff], original_received_on=date(2022, 12, 20), received_by="Lenzen"),
        )
        assert (extended.state, extended.ends_on) == ("running", date(2023, 12, 31))

    # 8. Two are not complete: the alarm on the last working day, and every day after it
    office.do(date(2022, 12, 20), record_signature, RecordSignature(draft_of[B], employer_signed_on=date(2022, 12, 20)))
    office.do(date(2022, 12, 15), record_signature, RecordSignature(draft_of[C], employee_signed_on=date(2022, 12, 15)))
    assert said(office.ending(C, date(2022, 12, 16)), "signatures") == "Arbeitgeber fehlt; Beschäftigte_r am 15.12.2022"
    for day, words in ((date(2022, 12, 22), ALARM), (date(2022, 12, 27), "letzter Arbeitstag war 22.12.2022")):
        office.on(day)
        office.house.courier.pump()
        with office.house.database.read() as session:
            alarms = alarms_on(session, day)
            assert {alarm.contract_id for alarm in alarms} == {office.contracts[B], office.contracts[C]}
            assert all(alarm.text.startswith(words) and alarm.raised_to == ["clerk", "deputy", "head"] for alarm in alarms)
    office.on(date(2022, 12, 21))
    assert not any(one.alarm for one in office.endings(date(2022, 12, 21)))

    # 9. B comes by post on 2 January with an earlier date on it: the page asks, and the truth is kept
    dated_back = RecordSignature(draft_of[B], employee_signed_on=date(2022, 12, 30))
    with pytest.raises(Refused) as asks:
        office.do(date(2023, 1, 2), record_signature, dated_back)
    assert (asks.value.code, asks.value.field) == ("who_received", "received_by")
    with pytest.raises(Refused) as over:
        office.do(
            date(2023, 1, 2),
            record_signature,
            RecordSignature(draft_of[B], None, date(2022, 12, 30), date(2023, 1, 2), "Lenzen"),
        )
    assert over.value.code == "past_the_end"
    truth = RecordLate(
        draft_of[B],
        employee_signed_on=date(2023, 1, 2),
        original_received_on=date(2023, 1, 2),
        received_by="Lenzen",
        worked_since=datetime(2023, 1, 2, 7, tzinfo=UTC),
    )
    office.do(date(2023, 1, 2), record_late, truth)

    # 10. The employer signs C on 3 January: the employee's earlier signature does not help
    office.do(
        date(2023, 1, 3),
        record_late,
        RecordLate(draft_of[C], employer_signed_on=date(2023, 1, 3), worked_since=datetime(2023, 1, 2, 7, tzinfo=UTC)),
    )
    with office.house.database.read() as session:
        assert [str(finding_of(session, contract_by_id(session, draft_of[staff]))) for staff in (B, C)] == [LATE, LATE]

    # 11. Both records change by an addition only
    for command in (truth, RecordSignature(draft_of[B], employer_signed_on=date(2022, 12, 21))):
        operation = record_late if isinstance(command, RecordLate) else record_signature
        with pytest.raises(Refused) as frozen:
            office.do(date(2023, 1, 4), operation, command)
        assert frozen.value.code == "record_frozen"
    added = office.do(date(2023, 1, 4), add_remark, AddRemark(draft_of[B], "Personalrecht am 4.1. gefragt."))
    assert [addition.text for addition in added.additions] == ["Personalrecht am 4.1. gefragt."]

    # 12. The report, and what casework hears: who may be assigned, and nothing else
    extensions = office.figures(date(2023, 1, 3))["extensions"]
    assert extensions["ended"] == 12 and extensions["fte_ended"] == "10.5"
    assert (extensions["extended_in_time"], extensions["fte_in_time"]) == (10, "9.0")
    assert (extensions["not_in_time"], extensions["fte_not_in_time"]) == (2, "1.5")
    with office.house.database.read() as session:
        told = session.execute(select(outbox.c.name, outbox.c.subjectversion, outbox.c.body)).all()
    assert {row.name for row in told} == {"assignability.changed.v1"}
    assert not any(b"Person" in row.body for row in told)
    assert sum(b'"assignable_to":"2023-12-31"' in row.body for row in told) == 6  # of the ten, those who manage cases
