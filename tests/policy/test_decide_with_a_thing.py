"""What the web decides of a thing is what the service's own operations decide of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from kim_casework.model.case import Case
from kim_casework.model.standing import lets
from kim_intake.model.consultation import Consultation
from kim_runtime.act import Act, Actor
from kim_web.policy import decide
from kim_web.web import EXTENSION
from policy.conftest import US
from policy.test_things_of_others import ARKADEN_DESK, COLLEAGUE, HERZOGENRATH_DESK, OWNER, casework, intake  # noqa: F401 — fixtures

LEAD = Actor("thelen", "Thelen", US, frozenset({"case_lead"}))


@pytest.mark.parametrize(("actor", "may"), [(OWNER, True), (COLLEAGUE, False), (LEAD, True), (ARKADEN_DESK, False), (None, False)])
def test_a_case_is_for_who_is_responsible_and_for_the_lead(casework, actor, may):  # noqa: F811
    app, case_id, _ = casework
    with app.test_request_context(), app.extensions[EXTENSION].database.read() as session:
        case = session.get_one(Case, case_id)
        assert decide(actor, "case.see", case) == may
        assert actor is None or lets(session, Act(US, "casework", actor, datetime.now(UTC)), "case.see", case) == may


@pytest.mark.parametrize(("actor", "may"), [(ARKADEN_DESK, True), (HERZOGENRATH_DESK, False), (LEAD, False)])
def test_a_talk_is_for_the_desks_of_its_site(intake, actor, may):  # noqa: F811
    app, ids = intake
    with app.test_request_context(), app.extensions[EXTENSION].database.read() as session:
        assert decide(actor, "consultation.correct", session.get_one(Consultation, ids["consultation"])) == may


def test_a_thing_the_service_says_nothing_about_is_refused_loudly(casework):  # noqa: F811
    app, _, _ = casework
    with app.test_request_context(), pytest.raises(KeyError):
        decide(OWNER, "case.see", object())
