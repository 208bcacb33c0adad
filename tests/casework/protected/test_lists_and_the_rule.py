"""The plain rule decides of one case, the select of all: both say the same, whatever somebody has to do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from casework.protected.conftest import HOUSE, JUNE, WHY
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_casework.model.case import Case, hidden_cases, list_cases, visible_cases
from kim_casework.model.cover import Cover
from kim_casework.model.order import InterpretingOrder, list_orders
from kim_casework.model.protection import EmergencyAccess, Protection
from kim_casework.model.standing import STANDINGS, lets
from kim_casework.model.team import Team, TeamMember
from kim_casework.rules.permissions import RULES
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from kim_runtime.policy import ground
from sqlalchemy import delete

ROLES = ("case_manager", "case_lead", "protected_case_reader", "intake_staff", "auditor")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    roles=st.sets(st.sampled_from(ROLES)),
    responsible=st.booleans(), deputy=st.booleans(), protected=st.booleans(), subject=st.booleans(), opened=st.booleans(),
    cover=st.sampled_from([None, False, True]), cover_days=st.tuples(st.integers(-2, 2), st.integers(0, 3)), minutes=st.integers(0, 90),
    action=st.sampled_from(["case.list", "case.see", "case.work", "case.assign"]),
    teams=st.tuples(st.sampled_from([None, "nord"]), st.sampled_from([None, "nord", "süd"])),
)  # fmt: skip
def test_lists_and_the_rule_always_agree(
    casework: Any, at_noon: Callable[..., datetime], roles: set[str], responsible: bool, deputy: bool, protected: bool, subject: bool,
    opened: bool, cover: bool | None, cover_days: tuple[int, int], minutes: int, action: str,
    teams: tuple[str | None, str | None],
) -> None:  # fmt: skip
    """The plain rule decides of one case, the select of all: whatever somebody has to do with a case, both say the same. What an emergency
    alone opens is seen by its address, with the reason, and stands in no list; and so it is with an order of the case.
    """
    now = at_noon(5, 10)
    me = Actor("breuer", "Breuer", HOUSE, frozenset(roles))
    case_id, begins = new_id(), (now + timedelta(days=cover_days[0])).date()
    with casework.database.write() as session:
        for table in (Cover, EmergencyAccess, Protection, TeamMember, Team):
            session.execute(delete(table))
        session.add_all(Team(id=name, name=name) for name in ("nord", "süd"))
        session.flush()
        session.add_all(TeamMember(member=who, team_id=team) for who, team in zip(("breuer", "kowalczyk"), teams, strict=True) if team)
        case = Case(
            id=case_id, number=case_id[-20:], version=1, state="open", phase="intake", responsible="breuer" if responsible else "kowalczyk",
            opened_on=now.date(), agreement_on=now.date(), criteria=[], reasoning="", need="", topics=[], site="", town="",
        )  # fmt: skip
        session.add(case)
        session.flush()
        session.add(an_order_row(case_id, now, "breuer" if responsible else "thelen"))
        if deputy:
            case.set_deputies(["breuer"], now.date(), "thelen")
        if protected:
            about = "breuer" if subject else None
            session.add(
                Protection(id=new_id(), case_id=case_id, reason="colleague", subject=about, since=now.date(), protected_by="thelen")
            )
        if opened:
            session.add(
                EmergencyAccess(
                    id=new_id(), case_id=case_id, actor="breuer", actor_name="", reason=WHY, opened_at=now - timedelta(minutes=minutes),
                    ends_at=now + timedelta(minutes=60 - minutes),
                )
            )  # fmt: skip
        if cover is not None:
            session.add(
                Cover(
                    id=new_id(), absent="kowalczyk", cover="breuer", from_day=begins, until_day=begins + timedelta(days=cover_days[1]),
                    with_protected=cover, reason="", given_by="thelen", given_at=now,
                )
            )  # fmt: skip
    act = casework.act(me, now)
    with casework.database.read() as session:
        one, order = session.get_one(Case, case_id), session.get_one(InterpretingOrder, case_id)
        because = ground(RULES, roles, action, STANDINGS[Case](session, act, one))
        assert because in {None, "", WHY}
        assert (one in session.scalars(visible_cases(act, action)).all()) is (because == "")
        listed = one in list_cases(session, act)
        assert listed is lets(session, act, "case.list", one)
        assert (case_id in session.scalars(hidden_cases(act)).all()) is (protected and not listed)
        assert (order in list_orders(session, act)) is lets(session, act, "order.list", order)
        for thing, kind in ((one, "case"), (order, "order")):
            seen, only_so = (
                lets(session, act, f"{kind}.see", thing),
                ground(RULES, roles, f"{kind}.see", STANDINGS[type(thing)](session, act, thing)),
            )
            assert seen is (lets(session, act, f"{kind}.list", thing) or only_so == WHY)


def an_order_row(case_id: str, now: datetime, by: str) -> InterpretingOrder:
    return InterpretingOrder(
        id=case_id, number=case_id[-20:], version=1, case_id=case_id, state="requested", requested_at=now, requested_by=by, sent_to="pool",
        desk="", requester_town="", job_kind="phone", occasion="authority", language="prs", service_date=JUNE, minutes=30, editable=True,
        decides_something=False, public_room=True, place="", other_payers_ruled_out=False, answer_version=0,
    )  # fmt: skip
