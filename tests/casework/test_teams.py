"""Teams of a house: a lead in one has its cases and those of nobody's team, a lead in none has them all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from kim_audit.tables import entries
from kim_casework.model.case import Case, list_cases
from kim_casework.model.cover import Cover, covers_to_come
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.model.order import list_orders
from kim_casework.model.standing import lets
from kim_casework.model.week import cases_needing_a_manager
from kim_casework.operations.arrange_teams import (
    CreateTeam,
    DissolveTeam,
    JoinTeam,
    LeaveTeam,
    RenameTeam,
    create_team,
    dissolve_team,
    join_team,
    leave_team,
    rename_team,
)
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.cover_for_colleague import EndCover, GiveCover, end_cover, give_cover
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.open_in_emergency import OpenInEmergency, open_in_emergency
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_referral.model.consent import Consent
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_runtime.act import Actor
from kim_runtime.refusal import Forbidden, NotFound, Refused
from sqlalchemy import select
from web.signed_in import bearer

HOUSE = "staedteregion-aachen"
WHY = "Kind seit heute früh vermisst, niemand erreichbar"
LEADS = ("nadia", "sami", "thelen")  # of Nord, of Süd, of the whole house


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    leads = {name: Actor(name, name.title(), HOUSE, frozenset({"case_lead"})) for name in ("nadia", "sami", "lena")}
    return {**actors, **leads, "guest": Actor("guest", "Gast", HOUSE, frozenset({"case_manager"}))}


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor]) -> Callable[..., Any]:
    def one(operation: Callable[..., Any], command: Any, by: str = "thelen") -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by]), command)

    return one


@pytest.fixture
def house(casework: Any, admit: Callable[..., Case], do: Callable[..., Any]) -> dict[str, Case]:
    """A case of Kowalczyk's, of Breuer's and of a guest's, and two leads; nobody is in a team yet."""
    for who in ("nadia", "sami"):
        do(introduce_staff, IntroduceStaff(who, who.title(), "", False))
    do(introduce_staff, IntroduceStaff("guest", "Gast", "", True))
    return {who: admit(casework, by=who, name=f"Familie von {who}") for who in ("kowalczyk", "breuer", "guest")}


@pytest.fixture
def teams(house: dict[str, Case], do: Callable[..., Any]) -> None:
    """Kowalczyk and Nadia in Nord, Breuer and Sami in Süd."""
    for name, members in (("nord", ("kowalczyk", "nadia")), ("süd", ("breuer", "sami"))):
        do(create_team, CreateTeam(f"Team {name.title()}", id=name))
        for member in members:
            do(join_team, JoinTeam(name, member))


@pytest.fixture
def seen_by(casework: Any, actors: dict[str, Actor], house: dict[str, Case]) -> Callable[..., dict[str, set[str]]]:
    """Whose cases each lead finds in a list."""
    whose = {case.id: who for who, case in house.items()}

    def seen(listed: Callable[[Any, Any], Any]) -> dict[str, set[str]]:
        found = {}
        for lead in LEADS:
            with casework.database.read() as session:
                found[lead] = {whose[one] for one in listed(session, casework.act(actors[lead]))}
        return found

    return seen


def cases(session: Any, act: Any) -> list[str]:
    return [case.id for case in list_cases(session, act)]


EVERYBODY = {"kowalczyk", "breuer", "guest"}
BY_TEAM = {"nadia": {"kowalczyk", "guest"}, "sami": {"breuer", "guest"}, "thelen": EVERYBODY}


def test_where_no_teams_are_arranged_every_lead_has_all_cases(seen_by: Any) -> None:
    assert seen_by(cases) == dict.fromkeys(LEADS, EVERYBODY)


def test_a_lead_in_a_team_has_its_cases_and_those_of_nobodys_team(
    casework: Any, actors: Any, house: Any, teams: None, seen_by: Any
) -> None:
    assert seen_by(cases) == BY_TEAM
    assert seen_by(lambda session, act: [case.id for case in list_cases(session, act, words="Familie")]) == BY_TEAM
    for action in ("case.see", "case.work", "case.assign", "case.protect"):
        assert seen_by(lambda session, act, action=action: [
            case.id for case in house.values() if lets(session, act, action, session.get_one(Case, case.id))
        ]) == BY_TEAM, action  # fmt: skip
    with casework.database.read() as session:  # colleagues have their own, as ever
        assert cases(session, casework.act(actors["breuer"])) == [house["breuer"].id]


def test_who_changes_teams_takes_their_cases_along(teams: None, seen_by: Any, do: Any) -> None:
    do(join_team, JoinTeam("süd", "kowalczyk"))
    assert seen_by(cases) == {"nadia": {"guest"}, "sami": EVERYBODY, "thelen": EVERYBODY}
    do(leave_team, LeaveTeam("süd", "kowalczyk"))
    assert seen_by(cases) == {"nadia": {"kowalczyk", "guest"}, "sami": EVERYBODY, "thelen": EVERYBODY}


def test_what_belongs_to_a_case_or_a_colleague_goes_by_the_same_team(
    house: dict[str, Case], teams: None, seen_by: Any, do: Any, tell: Callable[..., None]
) -> None:
    """Orders with a case and without, consents about a case and about a visitor, cases that need a new colleague."""
    whose = {}
    for who, case in house.items():
        for case_id in (case.id, None):
            talk = ("phone", "authority", "prs", date(2022, 6, 1), False, "Infopunkt", "05334002")
            order = do(order_interpreting, OrderInterpreting(*talk, case_id=case_id, minutes=30), by=who)
            whose[order.id] = case.id
        for about in (("case", case.id), ("visitor", "")):
            consent = do(record_consent, RecordConsent(
                about_kind=about[0], about_id=about[1], person="Anna Beispiel", purpose="Wohnung", recipients=("caritas-eifel",),
                categories=("name",), given_on=date(2022, 5, 10), valid_to=date(2022, 12, 31), informed=True, signed=True, kept_at="Ordner",
            ), by=who)  # fmt: skip
            whose[consent.id] = case.id

    def orders(session: Any, act: Any) -> list[str]:
        return [whose[one.id] for one in list_orders(session, act)]

    def consents(session: Any, act: Any) -> list[str]:
        return [whose[one] for one in session.scalars(select(Consent.id).where(disclosures_seen(act).declared(Consent)))]

    for listed in (orders, consents):  # of each colleague both or none: with a case and without
        assert seen_by(listed) == seen_by(both_of(listed)) == BY_TEAM
    for reference in ("p-01", "p-02"):
        tell(reference, until=date(2022, 5, 20))
    without_the_guest = {lead: found - {"guest"} for lead, found in BY_TEAM.items()}
    assert seen_by(lambda session, act: [case.id for case, _since in cases_needing_a_manager(session, act)]) == without_the_guest


def both_of(listed: Callable[[Any, Any], list[str]]) -> Callable[[Any, Any], list[str]]:
    return lambda session, act: [one for one, found in Counter(listed(session, act)).items() if found == 2]


def test_a_case_of_another_team_is_not_given_away_and_not_fetched(house: Any, teams: None, do: Any, seen_by: Any) -> None:
    with pytest.raises(NotFound):
        do(assign_case_manager, AssignCaseManager(house["kowalczyk"].id, "breuer"), by="sami")
    do(assign_case_manager, AssignCaseManager(house["kowalczyk"].id, "breuer"), by="nadia")  # their own they may give to another team
    assert seen_by(cases) == {"nadia": {"guest"}, "sami": EVERYBODY, "thelen": EVERYBODY}


def test_what_is_known_of_a_colleague_is_changed_by_their_team(casework: Any, teams: None, do: Any, browse: Callable[..., Any]) -> None:
    """Else a lead could take the cases of another team from it, by saying that a colleague there manages none any more."""
    said = {"member": "kowalczyk", "name": "Kowalczyk", "reference": "p-01"}
    refused = browse(casework, "sami").post("/haus/mitarbeitende", data=said)
    assert (refused.status_code, "Kowalczyk ist in einem anderen Team" in text_of(refused)) == (403, True)
    for lead in ("nadia", "thelen"):
        assert do(introduce_staff, IntroduceStaff("kowalczyk", "Kowalczyk", "p-01", True), by=lead).manages_cases
    assert browse(casework, "nadia").post("/haus/mitarbeitende", data=said).status_code == 303
    assert do(introduce_staff, IntroduceStaff("west", "West", "", True), by="sami").id == "west"
    with casework.database.read() as session:
        rows = session.execute(select(entries).where(entries.c.action == "house.arrange").order_by(entries.c.serial)).all()
    assert [(row.actor_id, row.reason, row.outcome) for row in rows] == [
        ("sami", "", "denied"), ("nadia", "changed: kowalczyk", "done"),
    ]  # fmt: skip


def test_cover_is_given_seen_and_ended_by_the_team_of_who_is_absent(casework: Any, actors: Any, teams: None, do: Any) -> None:
    wanted = GiveCover("kowalczyk", "guest", date(2022, 5, 11), date(2022, 5, 13), id="c-1")
    with pytest.raises(Refused, match="Kowalczyk ist in einem anderen Team"):
        do(give_cover, wanted, by="sami")
    given: Cover = do(give_cover, wanted, by="nadia")
    for refused in (lambda: do(end_cover, EndCover(given.id), by="sami"), lambda: do(give_cover, wanted, by="sami")):
        with pytest.raises(NotFound):
            refused()
    for lead, sees in (("nadia", True), ("sami", False), ("thelen", True)):
        with casework.database.read() as session:
            assert (given.id in [one.id for one in covers_to_come(session, casework.act(actors[lead]))]) is sees
            assert lets(session, casework.act(actors[lead]), "cover.see", session.get_one(Cover, given.id)) is sees
    assert do(end_cover, EndCover(given.id)).ended_by == "thelen"


def test_a_lead_opens_a_case_of_another_team_in_an_emergency_and_their_own_without(house: Any, teams: None, do: Any, seen_by: Any) -> None:
    with pytest.raises(Refused, match="dürfen Sie ohnehin sehen"):
        do(open_in_emergency, OpenInEmergency(house["breuer"].number, WHY), by="sami")
    do(open_in_emergency, OpenInEmergency(house["kowalczyk"].number, WHY), by="sami")
    assert seen_by(lambda session, act: [
        case.id for case in house.values() if lets(session, act, "case.see", session.get_one(Case, case.id))
    ])["sami"] == EVERYBODY  # fmt: skip
    assert seen_by(cases) == BY_TEAM


@pytest.mark.parametrize("who", ["nadia", "kowalczyk", "aydin"])
def test_only_who_is_in_no_team_arranges_them(teams: None, do: Any, who: str) -> None:
    for operation, command in (
        (create_team, CreateTeam("Team West")), (rename_team, RenameTeam("nord", "Team West")), (join_team, JoinTeam("nord", "breuer")),
        (leave_team, LeaveTeam("nord", who)), (dissolve_team, DissolveTeam("nord")),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            do(operation, command, by=who)


def test_a_lead_without_a_team_and_the_head_of_the_centre_arrange_them_and_nobody_themselves(teams: None, do: Any) -> None:
    for who in ("thelen", "wirtz"):
        do(join_team, JoinTeam("nord", "guest"), by=who)
        with pytest.raises(Refused, match="Sich selbst ordnet niemand"):
            do(join_team, JoinTeam("nord", who), by=who)


@pytest.mark.postgres
def test_of_two_who_put_each_other_into_a_team_one_is_left_to_arrange(
    open_house: Callable[..., Any], postgres_database_url: str, actors: dict[str, Actor]
) -> None:
    two = ("thelen", "lena")
    house = open_house(f"{HOUSE}.casework", [(actors[who], "") for who in two], url=postgres_database_url)

    def together(operation: Callable[..., Any], commands: dict[str, Any]) -> list[str]:
        meeting = Barrier(2)

        def one(by: str) -> str:
            try:
                with house.database.write() as session:
                    meeting.wait()
                    operation(session, house.act(actors[by]), commands[by])
            except Forbidden as refused:
                return refused.code
            return "done"

        with ThreadPoolExecutor(2) as pool:
            return sorted(pool.map(one, two))

    with house.database.write() as session:
        for team in ("nord", "süd"):
            create_team(session, house.act(actors["wirtz"]), CreateTeam(team, id=team))
    for _round in range(5):
        into = {"thelen": JoinTeam("nord", "lena"), "lena": JoinTeam("süd", "thelen")}
        assert together(join_team, into) == ["done", "without_team_only"]
        with house.database.write() as session:
            for who in two:
                for team in ("nord", "süd"):
                    leave_team(session, house.act(actors["wirtz"]), LeaveTeam(team, who))


def test_a_team_is_dissolved_when_nobody_is_in_it_and_its_name_is_its_own(teams: None, do: Any) -> None:
    with pytest.raises(Refused, match="ist noch jemand"):
        do(dissolve_team, DissolveTeam("nord"))
    with pytest.raises(Refused, match="gibt es schon"):
        do(rename_team, RenameTeam("nord", "Team Süd"))
    for member in ("kowalczyk", "nadia"):
        do(leave_team, LeaveTeam("süd", member))  # they are not in that one, and stay where they are
        with pytest.raises(Refused, match="ist noch jemand"):
            do(dissolve_team, DissolveTeam("nord"))
        do(leave_team, LeaveTeam("nord", member))
    do(dissolve_team, DissolveTeam("nord"))
    with pytest.raises(NotFound):
        do(rename_team, RenameTeam("nord", "Team Nord"))


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def test_a_house_is_parted_into_teams_at_the_desk(casework: Any, house: dict[str, Case], browse: Callable[..., Any]) -> None:
    """Petra Thelen's morning: two teams, who is in which; and what the two leads see then."""
    nadia = browse(casework, "nadia")
    thelen = browse(casework, "thelen")
    assert "Noch kein Team" in text_of(thelen.get("/teams"))
    ids = {}
    for name in ("Team Nord", "Team Süd"):
        page = thelen.post("/teams", data={"name": name}, follow_redirects=True).get_data(as_text=True)
        ids[name] = re.findall(r'id="team-([0-9a-f-]{36})">' + name, page)[0]
    for member, name in (("kowalczyk", "Team Nord"), ("nadia", "Team Nord"), ("breuer", "Team Süd")):
        answer = thelen.post("/teams/mitglieder", data={"member": member, "team_id": ids[name]}, follow_redirects=True)
        assert f"Zugeordnet: {name}." in text_of(answer)
    newcomer = "Leitung ohne Team, die noch nicht unter „Unser Haus“ steht: Lena"
    assert newcomer not in text_of(thelen.get("/teams"))
    browse(casework, "lena")
    page = text_of(thelen.get("/teams"))
    assert newcomer in page
    assert re.search(r"Team Nord .*Kowalczyk – herausnehmen .*Nadia Leitung herausnehmen .*Team Süd .*keine Leitung angemeldet", page)
    assert "Wer in keinem Team ist Name Leitung Gast – Sami – Thelen Leitung Einem Team zuordnen" in page
    assert "Team Nord" in text_of(nadia.get(f"/faelle/{house['kowalczyk'].id}"))
    listed = text_of(nadia.get("/faelle"))
    assert "Sie sehen die Fälle von Team Nord und die von Kolleg_innen ohne Team." in listed
    assert house["kowalczyk"].number in listed and house["breuer"].number not in listed
    assert nadia.get(f"/faelle/{house['breuer'].id}").status_code == 404
    own = text_of(nadia.get("/teams"))
    assert "Sie sind selbst in einem Team." in own and "herausnehmen" not in own
    assert nadia.post(f"/teams/{ids['Team Nord']}/herausnehmen", data={"member": "nadia"}).status_code == 403
    assert "ist noch jemand" in text_of(thelen.post(f"/teams/{ids['Team Süd']}/aufloesen"))
    thelen.post(f"/teams/{ids['Team Süd']}/name", data={"name": "Team Eifel"})
    thelen.post(f"/teams/{ids['Team Süd']}/herausnehmen", data={"member": "breuer"})
    assert "Das Team ist aufgelöst." in text_of(thelen.post(f"/teams/{ids['Team Süd']}/aufloesen", follow_redirects=True))
    with casework.database.read() as session:
        rows = session.execute(select(entries).where(entries.c.action == "team.arrange").order_by(entries.c.serial)).all()
    done = [(row.thing.removeprefix("teams:"), row.reason) for row in rows if row.outcome == "done"]
    nord, sued = ids["Team Nord"], ids["Team Süd"]
    assert done == [
        ("", f"created: {nord}"), ("", f"created: {sued}"), (nord, "joined: kowalczyk"), (nord, "joined: nadia"), (sued, "joined: breuer"),
        (sued, "renamed"), (sued, "left: breuer"), (sued, "dissolved"),
    ]  # fmt: skip
    assert {(row.actor_id, row.outcome) for row in rows} == {("thelen", "done"), ("nadia", "denied")}


def test_programs_arrange_teams_too(casework: Any, house: dict[str, Case], browse: Callable[..., Any], actors: dict[str, Actor]) -> None:
    client = browse(casework, "thelen")
    headers = bearer(client.application, actors["thelen"])

    def post(path: str, **said: str) -> Any:
        return client.post(f"/api/teams/{path}", json=said, headers=headers)

    for _twice in range(2):
        assert post("", id="nord", name="Team Nord").status_code == 201
    assert post("members", team_id="nord", member="kowalczyk").json == {"id": "nord", "name": "Team Nord", "members": ["kowalczyk"]}
    assert post("names", team_id="nord", name="Team Eifel").json["name"] == "Team Eifel"
    assert client.get("/api/teams/", headers=headers).json["items"] == [{"id": "nord", "name": "Team Eifel", "members": ["kowalczyk"]}]
    assert post("dissolutions", team_id="nord").status_code == 409
    assert post("leavings", team_id="nord", member="kowalczyk").json["members"] == []
    assert post("dissolutions", team_id="nord").status_code == 200
    assert client.get("/api/teams/", headers=headers).json["items"] == []
