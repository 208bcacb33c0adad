"""Traces: one id for an act's whole way, a new span for each step, and nothing taken over that cannot be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from kim_runtime import trace
from kim_runtime.act import service_act
from kim_runtime.ids import new_id

GIVEN = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"  # the example of the recommendation
FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def test_a_step_keeps_trace_and_flags_and_has_a_span_of_its_own():
    following = trace.next_step(GIVEN, new_id())
    assert FORM.fullmatch(following)
    assert trace.trace_id(following) == "4bf92f3577b34da6a3ce929d0e0e4736"
    assert following[36:52] != GIVEN[36:52]
    assert following[53:] == "01"
    assert trace.next_step(following, new_id())[36:52] != following[36:52]


def test_a_trace_that_begins_here_has_the_correlation_id_as_its_own_and_is_recorded_by_nobody():
    correlation_id = new_id()
    begun = trace.next_step(None, correlation_id)
    assert FORM.fullmatch(begun)
    assert trace.trace_id(begun) == correlation_id.replace("-", "")
    assert begun.endswith("-00")


def test_a_later_version_of_the_recommendation_is_read_as_far_as_it_is_known():
    later = "01" + GIVEN[2:] + "-what-it-adds"
    assert trace.next_step(later, new_id())[:36] == GIVEN[:36]


@pytest.mark.parametrize(
    "broken",
    ["", "nonsense", GIVEN.upper(), GIVEN + "-more", GIVEN[:-1], "ff" + GIVEN[2:], GIVEN + "\n",
     f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-4bf92f3577b34da6a3ce929d0e0e4736-{'0' * 16}-01"],
)  # fmt: skip
def test_what_cannot_be_read_is_not_taken_over(broken):
    correlation_id = new_id()
    assert trace.trace_id(trace.next_step(broken, correlation_id)) == correlation_id.replace("-", "")


@given(given=st.none() | st.text(max_size=60), correlation_id=st.text(max_size=40))
def test_a_step_can_always_be_read(given, correlation_id):
    step = trace.next_step(given, correlation_id)
    assert FORM.fullmatch(step)
    assert trace.trace_id(trace.next_step(step, correlation_id)) == trace.trace_id(step)


def test_an_act_without_a_step_belongs_to_the_trace_that_its_events_begin():
    act = service_act("caritas-eifel", "casework", None)
    assert act.trace_id == trace.trace_id(trace.next_step(None, act.correlation_id))
