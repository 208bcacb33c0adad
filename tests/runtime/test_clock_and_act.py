"""The business clock, ids, acts and refusals."""

from datetime import UTC, date, datetime, timedelta

import pytest
from kim_runtime.act import Act, Actor, service_act
from kim_runtime.clock import BERLIN, FileClock, SetClock, SystemClock, local_day
from kim_runtime.ids import new_id
from kim_runtime.refusal import Forbidden, NotFound, Refused

MIDNIGHT = datetime(2022, 8, 15, 0, 30, tzinfo=BERLIN)


def test_the_day_is_the_day_at_the_desk():
    assert local_day(MIDNIGHT.astimezone(UTC)) == date(2022, 8, 15)
    assert MIDNIGHT.astimezone(UTC).date() == date(2022, 8, 14)


def test_a_set_clock_stands_still_and_needs_a_zone():
    clock = SetClock(MIDNIGHT)
    assert clock.now() == MIDNIGHT and clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="zone"):
        clock.set(datetime(2022, 8, 15))


def test_processes_read_one_time_from_one_file(tmp_path):
    path = tmp_path / "clock"
    FileClock.write(path, MIDNIGHT)
    first, second = FileClock(path), FileClock(path)
    assert first.now() == second.now() == MIDNIGHT
    FileClock.write(path, MIDNIGHT + timedelta(days=1))
    assert first.now() == MIDNIGHT + timedelta(days=1)


def test_the_system_clock_tells_utc():
    assert SystemClock().now().tzinfo is UTC


def test_ids_sort_by_when_they_were_made():
    ids = [new_id() for _ in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000


def test_an_act_knows_its_day_and_its_house():
    act = Act("caritas-eifel", "casework", Actor("jansen", "Jansen", "caritas-eifel"), MIDNIGHT.astimezone(UTC))
    assert (act.today, act.mailbox) == (date(2022, 8, 15), "caritas-eifel.casework")


def test_a_service_acts_as_itself_and_goes_on_with_the_same_correlation():
    act = service_act("caritas-eifel", "casework", MIDNIGHT, correlation_id="k-1", causation_id="e-1")
    assert (act.actor.id, act.actor.roles, act.correlation_id, act.causation_id) == ("service:casework", {"service"}, "k-1", "e-1")
    assert service_act("caritas-eifel", "casework", MIDNIGHT).correlation_id != "k-1"


def test_a_refusal_says_what_to_do_with_its_figures():
    refused = Refused("pot_too_small", "Der Topf {pot} hat noch {left}.", "pot", pot="KIM 2022", left="312,40 €")
    assert str(refused) == "Der Topf KIM 2022 hat noch 312,40 €."
    assert (refused.code, refused.field, refused.status) == ("pot_too_small", "pot", 409)


def test_refusals_have_the_status_of_their_kind():
    assert (NotFound("gone", "Nicht da.").status, Forbidden("no", "Nein.").status) == (404, 403)
