"""On PostgreSQL: the same way as on SQLite, and what only several writers at once can show."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from kim_referral import steps
from kim_referral.model.referral import referrals_under
from kim_referral.model.seen import Seen, sent_referrals
from kim_referral.mount import REACTIONS, metadata
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.keep_deadlines import stop_unsent_offers
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from kim_runtime.database import Database
from kim_runtime.entered import metadata as entered
from kim_runtime.refusal import Refused
from referral.conftest import Desk

pytestmark = pytest.mark.postgres


@pytest.fixture
def region(houses: Any, postgres_database_url: str) -> Desk:
    return Desk(houses("staedteregion-aachen.casework", metadata=(metadata, entered), reactions=REACTIONS, url=postgres_database_url))


def test_a_referral_is_sent_answered_and_withdrawn(region: Desk, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    pump_all()
    caritas.do(answer_referral, AnswerReferral(caritas.only_received().id))
    pump_all()
    assert region.sent(sent).state == "accepted"
    region.do(revoke_consent, RevokeConsent(consent.id))
    pump_all()
    assert caritas.only_received().must_be_confirmed


def test_what_did_not_leave_by_the_last_day_of_its_consent_is_back_to_be_decided_anew(region: Desk, now: Callable[..., None]) -> None:
    sent = region.refer(region.consent(valid_to=date(2022, 5, 12)))
    now(2022, 5, 13, 8)
    assert region.do(lambda session, act, _nothing: [one.id for one in stop_unsent_offers(session, act)], None) == [sent.id]
    assert region.sent(sent).ground == "consent_expired"


def test_nothing_stays_sent_under_a_consent_revoked_at_the_same_moment(region: Desk) -> None:
    """Whoever comes first: the referral is refused, or it is withdrawn with the rest."""
    for _round in range(5):
        consent = region.consent()
        together = Barrier(2)

        def refer(consent: Any = consent, together: Barrier = together) -> None:
            together.wait()
            try:
                region.refer(consent)
            except Refused as refused:
                assert refused.code == "consent_revoked"

        def revoke(consent: Any = consent, together: Barrier = together) -> None:
            together.wait()
            region.do(revoke_consent, RevokeConsent(consent.id))

        with ThreadPoolExecutor(2) as pool:
            for done in [pool.submit(refer), pool.submit(revoke)]:
                done.result()
        assert {referral.state for referral in region.look(referrals_under, consent.id)} <= {"withdrawn"}


def test_no_number_is_given_twice(region: Desk) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _one: region.do(give_slip, GiveSlip("sprungbrett")), range(12)))
    numbers = sorted(referral.number for referral in region.look(sent_referrals, Seen("", everything=True)))
    assert numbers == [f"R-2022-{number:04}" for number in range(1, 13)]


def test_the_migration_steps_make_the_tables_of_the_model(postgres_database_url: str) -> None:
    database = Database(postgres_database_url)
    with database.engine.begin() as connection:
        context = MigrationContext.configure(connection)
        steps.create_referral_1(Operations(context))
        steps.create_referral_2(Operations(context))
        steps.create_referral_3(Operations(context))
        steps.create_referral_4(Operations(context))
        steps.create_referral_5(Operations(context))
        assert compare_metadata(context, metadata) == []
        steps.drop_referral_5(Operations(context))
        steps.drop_referral_4(Operations(context))
        steps.drop_referral_3(Operations(context))
        steps.drop_referral_2(Operations(context))
        steps.drop_referral_1(Operations(context))
    database.close()
