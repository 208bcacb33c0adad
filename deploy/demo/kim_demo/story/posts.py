"""Posts, people, contracts; the Land's announcement and its written commitment; eleven extensions in time and one too late.

Legal employer StädteRegion: 12 contracts to 31 December 2022 (a Saturday; the house is closed from 23 December to 1 January).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kim_staffing.operations.ask_council import AskCouncil, RecordCouncilAnswer, ask_council, record_council_answer
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.draft_extension import DraftAllExtensions, draft_all_extensions
from kim_staffing.operations.hand_over_letter import HandOverLetter, MakeLetters, hand_over_letter, make_letters
from kim_staffing.operations.hire import Hire, hire
from kim_staffing.operations.occupy_post import OccupyPost, occupy_post
from kim_staffing.operations.plan_post import PlanPost, plan_post
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from kim_staffing.operations.record_grant import RecordGrant, record_grant
from kim_staffing.operations.record_late import RecordLate, finding_of, record_late
from kim_staffing.operations.record_signature import RecordSignature, record_signature
from kim_staffing.operations.set_up_employer import SetUpEmployer, set_up_employer

from kim_demo.people import AACHEN
from kim_demo.scenario import BEGIN, Scenario, at
from kim_demo.story.stage import STAFFING, Stage, Step, expect

STARTED, ENDS = date(2022, 1, 1), date(2022, 12, 31)
LATE_ONE = "p-07"
"""Nour Haddad, 0.5: her papers come by post on 2 January."""


@dataclass(frozen=True, slots=True)
class Own:
    """One of the own staff, made up: staff reference, name, post, share."""

    staff: str
    name: str
    post: str
    share: str


OWN = (
    Own("p-01", "Selin Aydın", "cm-1", "1.0"),
    Own("p-02", "Marek Kowalczyk", "cm-2", "1.0"),
    Own("p-03", "Anne Breuer", "cm-3", "1.0"),
    Own("p-04", "Petra Thelen", "cm-4", "1.0"),
    Own("p-05", "Jakub Nowak", "cm-5", "1.0"),
    Own("p-06", "Sabine Esser", "cm-6", "0.5"),
    Own(LATE_ONE, "Nour Haddad", "cm-6", "0.5"),
    Own("p-08", "Ralf Hermanns", "co-1", "1.0"),
    Own("p-09", "Ayşe Kılıç", "co-2", "1.0"),
    Own("p-10", "Birgit Pohl", "co-3", "1.0"),
    Own("p-11", "Dirk Schäfer", "ad-1", "0.5"),
    Own("p-12", "Claudia Vossen", "io-1", "1.0"),
)
POSTS = {
    **{f"cm-{number}": (2, "case_management", "1.0", "") for number in range(1, 7)},
    **{f"co-{number}": (1, "coordination", "1.0", "") for number in range(1, 4)},
    "ad-1": (1, "administration", "0.5", ""),
    "io-1": (3, "immigration_office", "1.0", "auslaenderamt"),
}
EMPLOYERS = {
    "baesweiler": "Stadt Baesweiler",
    "caritas-eifel": "Caritasverband für die Region Eifel",
    "diakonie-herzogenrath": "Diakonisches Werk",
    "sprungbrett": "SPRUNGbrett gGmbH",
    "wuerselen": "Stadt Würselen",
}
TAKEN_OVER = date(2022, 7, 1)


def steps(scenario: Scenario) -> list[Step]:
    announced, committed = (date.fromisoformat(str(assurance["dated"])) for assurance in scenario["funding_assurances"])
    return [
        Step(at(BEGIN, "07:30"), "Stellen und Verträge", _posts),
        Step(at(BEGIN, "07:40"), "Der Bescheid für 2022", _grant, settle=False),
        Step(at(TAKEN_OVER, "08:00"), "Übernahmen aus dem Teilhabemanagement", _take_overs),
        Step(at(date(2022, 9, 23), "09:00"), "Schreiben nach § 38 SGB III", _letters, settle=False),
        Step(at(date(2022, 10, 4), "09:00"), "Gesundheitskiosk besetzt die geplante Stelle", _kiosk, settle=False),
        Step(at(announced, "10:00"), "Ankündigung des Landes: noch nichts verlängerbar", _announced, settle=False),
        Step(at(committed, "10:00"), "Schriftliche Zusage: zwölf Verträge verlängerbar", _committed, settle=False),
        Step(at(date(2022, 12, 13), "09:00"), "Personalrat stimmt zu, Entwürfe", _council, settle=False),
        Step(at(date(2022, 12, 16), "14:00"), "Elf Verlängerungen mit drei Daten", _extend),
        Step(at(date(2022, 12, 20), "09:00"), "Wer braucht ab Januar eine neue Fallmanagerin?", _cases_at_risk, settle=False),
        Step(at(date(2023, 1, 2), "09:00"), "Eine kam zu spät", _late),
    ]


def _posts(stage: Stage) -> None:
    desk = stage.desk(STAFFING, "lenzen")
    with desk.write() as (session, act):
        own = SetUpEmployer(
            AACHEN,
            ((date(2009, 10, 21), "StädteRegion Aachen"),),
            own=True,
            council="personalrat",
            offices=("auslaenderamt", "a46"),
            closed=((date(2022, 12, 23), date(2023, 1, 1)),),
        )
        set_up_employer(session, act, own)
        for employer, name in EMPLOYERS.items():
            set_up_employer(session, act, SetUpEmployer(employer, ((date(2000, 1, 1), name),)))
    with desk.write() as (session, act):
        for key, (baustein, role, fte, workplace) in POSTS.items():
            post = create_post(
                session,
                act,
                CreatePost(baustein, role, Decimal(fte), employer=AACHEN, starts_on=STARTED, workplace=workplace, id=f"post-{key}"),
            )
            stage.kept[key] = post.id
        for index, row in enumerate(stage.scenario["posts"]):
            if row["status"] == "undecided":
                undecided = CreatePost(
                    2, row["role"], Decimal(row["fte"][0]), "undecided", municipality=row["municipality"], id=f"post-open-{index}"
                )
                create_post(session, act, undecided)
            if row["status"] == "planned":
                begins = date.fromisoformat(str(row["from"]))
                planned = CreatePost(
                    2, row["role"], Decimal(row["fte"][0]), "planned", row["employer"], begins, id=f"post-planned-{row['employer']}"
                )
                create_post(session, act, planned)
    for one in OWN:
        with desk.write() as (session, act):
            contract = hire(
                session,
                act,
                Hire(
                    name=one.name,
                    post=stage.kept[one.post],
                    share=Decimal(one.share),
                    starts_on=STARTED,
                    ends_on=ENDS,
                    employer_signed_on=date(2021, 12, 10),
                    employee_signed_on=date(2021, 12, 13),
                    original_received_on=date(2021, 12, 15),
                    staff=one.staff,
                ),
            )
            stage.kept[one.staff] = contract.id


def _grant(stage: Stage) -> None:
    """What pays the own case managers of the year: the page of a grant, and of each post, says so."""
    notice = stage.scenario["grant_2022"]
    first, last = (date.fromisoformat(str(notice["period"][end])) for end in ("from", "to"))
    own = tuple(stage.kept[key] for key in POSTS if key.startswith("cm-"))
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        granted = RecordGrant(
            notice["name"], 2, first, last, Decimal(notice["case_management_fte"]), Decimal(notice["per_fte_and_year"]),
            rule_source=notice["rule_source"], notice_dated=date.fromisoformat(str(notice["notice_dated"])), posts=own,
        )  # fmt: skip
        expect("granted for the year", record_grant(session, act, granted).total, Decimal("342000.00"))


def _take_overs(stage: Stage) -> None:
    """Posts of partners, taken over or new on 1 July: their staff are a headcount here, never a name."""
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        for row in stage.scenario["posts"]:
            if row["status"] != "staffed" or row["employer"] == AACHEN:
                continue
            post = create_post(
                session,
                act,
                CreatePost(
                    row["baustein"],
                    row["role"],
                    Decimal(row["fte"][0]),
                    employer=row["employer"],
                    starts_on=TAKEN_OVER,
                    transferred_from=row.get("transferred_from", ""),
                ),
            )
            occupy_post(session, act, OccupyPost(post.id, Decimal(row["fte"][0]), TAKEN_OVER, holder=f"{row['employer']}-1"))


def _letters(stage: Stage) -> None:
    """§ 38(1) SGB III: to everybody whose contract ends, extension in prospect or not; 14 weeks ahead, as three months are the limit."""
    contracts = tuple(stage.kept[one.staff] for one in OWN)
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        expect("letters made", len(make_letters(session, act, MakeLetters(contracts))), len(OWN))
        for contract in contracts:
            hand_over_letter(session, act, HandOverLetter(contract, act.today))


def _kiosk(stage: Stage) -> None:
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        post = plan_post(session, act, PlanPost("post-planned-sprungbrett", "established", "sprungbrett", date(2022, 10, 1)))
        for holder in ("sprungbrett-2", "sprungbrett-3"):
            occupy_post(session, act, OccupyPost(post.id, Decimal("0.5"), date(2022, 10, 1), holder=holder))


def _announced(stage: Stage) -> None:
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        outcome = record_assurance(session, act, RecordAssurance("announced", act.today, AACHEN, "Ankündigung des Landes"))
        expect("extendable after the announcement", (len(outcome.extendable), len(outcome.not_yet)), (0, len(OWN)))


def _committed(stage: Stage) -> None:
    commitment = stage.scenario["funding_assurances"][1]
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        outcome = record_assurance(
            session,
            act,
            RecordAssurance(
                "written_commitment",
                act.today,
                AACHEN,
                "Schriftliche Zusage des Landes",
                date.fromisoformat(str(commitment["period"]["from"])),
                date.fromisoformat(str(commitment["period"]["to"])),
                Decimal(commitment["covers_fte"]),
            ),
        )
        expect("extendable after the written commitment", (len(outcome.extendable), len(outcome.not_yet)), (len(OWN), 0))
        stage.kept["commitment"] = outcome.assurance.id


def _council(stage: Stage) -> None:
    desk = stage.desk(STAFFING, "lenzen")
    with desk.write() as (session, act):
        contracts = tuple(stage.kept[one.staff] for one in OWN)
        hearing = ask_council(session, act, AskCouncil(contracts, "without_ground", "written_commitment", date(2022, 12, 9)))
        record_council_answer(session, act, RecordCouncilAnswer(hearing.id, "agreed", act.today))
    with desk.write() as (session, act):
        for draft in draft_all_extensions(session, act, DraftAllExtensions(stage.kept["commitment"])):
            stage.kept[f"draft of {draft.person.staff}"] = draft.id


def _extend(stage: Stage) -> None:
    for one in OWN:
        if one.staff == LATE_ONE:
            continue
        with stage.desk(STAFFING, "lenzen").write() as (session, act):
            extended = record_signature(
                session,
                act,
                RecordSignature(
                    stage.kept[f"draft of {one.staff}"], date(2022, 12, 14), date(2022, 12, 15), date(2022, 12, 16), "Frank Lenzen"
                ),
            )
            expect(f"{one.staff}: the extension", (extended.state, extended.ends_on), ("running", date(2023, 12, 31)))


def _cases_at_risk(stage: Stage) -> None:
    """Casework has learned whose time ends: the cases of the one whose extension is not signed need somebody else."""
    from kim_casework.model.week import cases_needing_a_manager

    with stage.desk("staedteregion-aachen.casework", "thelen").read() as (session, act):
        found = [case for case, _day in cases_needing_a_manager(session, act)]
        expect("whose cases need a new case manager", {case.responsible for case in found}, {"haddad"})


def _late(stage: Stage) -> None:
    draft = stage.kept[f"draft of {LATE_ONE}"]
    with stage.desk(STAFFING, "lenzen").write() as (session, act):
        late = record_late(
            session,
            act,
            RecordLate(draft, date(2022, 12, 20), act.today, act.today, "Frank Lenzen", at(act.today, "08:00")),
        )
        finding = finding_of(session, late)
        expect("what is said of the late one", finding is not None and "Personalrecht fragen" in finding.message, True)
