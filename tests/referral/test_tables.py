"""The migration step makes what the model has; numbers are given once; figures count what is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from kim_bus.tables import outbox
from kim_referral import steps
from kim_referral.figures import referral_figures
from kim_referral.mount import metadata
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.give_slip import GiveSlip, give_slip
from kim_referral.operations.note_outcome import NoteOutcome, note_outcome
from kim_runtime.database import Database
from sqlalchemy import select


def test_the_migration_step_makes_the_tables_of_the_model_and_takes_them_away(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'steps.sqlite3'}")
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
        assert {difference[0] for difference in compare_metadata(context, metadata)} >= {"add_table"}
    database.close()


def test_offers_that_wait_through_an_upgrade_get_the_last_day_of_their_consent(region: Any) -> None:
    region.refer(region.consent(valid_to=date(2022, 5, 12)))
    with region.house.database.engine.begin() as connection:
        connection.execute(outbox.update().values(last_day=None))
        steps.date_offers_1(Operations(MigrationContext.configure(connection)))
        assert connection.execute(select(outbox.c.last_day)).scalar_one() == date(2022, 5, 12)


def test_numbers_begin_anew_each_year(region: Any, now: Callable[..., None]) -> None:
    def number() -> str:
        return str(region.do(give_slip, GiveSlip("sprungbrett")).number)

    assert [number(), number()] == ["R-2022-0001", "R-2022-0002"]
    now(2023, 1, 2, 8)
    assert number() == "R-2023-0001"


def test_figures_count_by_partner_state_and_way(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    region.refer()
    region.refer()
    pump_all()
    first, second = sorted(caritas.received(), key=lambda one: one.number)
    caritas.do(answer_referral, AnswerReferral(first.id))
    caritas.do(answer_referral, AnswerReferral(second.id, "rejected", reason="no_capacity"))
    pump_all()
    slip = region.do(give_slip, GiveSlip("sprungbrett"))
    region.do(note_outcome, NoteOutcome(slip.id, "arrived"))
    sent = region.look(referral_figures, date(2022, 5, 1), date(2022, 5, 31))["sent"]
    assert (sent["total"], sent["by_state"]) == (3, {"accepted": 1, "completed": 1, "rejected": 1})
    assert (sent["by_channel"], sent["rejections"], sent["outcomes"]) == ({"bus": 2, "slip": 1}, {"no_capacity": 1}, {"arrived": 1})
    # How one organisation answered is told of none: it may be one colleague.
    assert sent["by_receiver"]["caritas-eifel"] == {"name": "Caritasverband für die Region Eifel", "total": 2}
    received = caritas.look(referral_figures, date(2022, 5, 1), date(2022, 5, 31))["received"]
    assert (received["by_state"], received["by_sender"]["staedteregion-aachen"]["total"]) == ({"accepted": 1, "rejected": 1}, 2)
    assert region.look(referral_figures, date(2022, 6, 1), date(2022, 6, 30))["sent"]["total"] == 0
