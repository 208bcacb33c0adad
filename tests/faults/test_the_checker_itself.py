"""Each promise, broken alone in a small world, is named by the checker; and a seed draws one schedule."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from faults import schedule
from faults.checker import Check, House, sha256
from faults.fault import ALL
from faults.place import CASEWORK, INTAKE
from faults.workload import DEADLY, NORMAL, OFFERED, POISON, WITHDRAWN, follow_ups

NOON = datetime(2022, 6, 1, 12, tzinfo=UTC)
FACT_KEY = f"{INTAKE}.consultation.recorded.v1.staedteregion-aachen"


class Small:
    """Intake said a consultation, a poisonous and a deadly one, and a referral that it offered and withdrew; casework has it all."""

    def __init__(self):
        self.houses = {INTAKE: house(), CASEWORK: house()}
        self.dead = {INTAKE: [], CASEWORK: [b'{"id":"deadly"}']}
        self.refusals, self.strangers, self.lost = {sha256(b"x"): "too_large"}, {"strange": "unknown_type"}, set()
        for event_id, mark in (("fact", NORMAL), ("poison", POISON), ("deadly", DEADLY)):
            self.say(event_id, "consultation.recorded.v1", f"b-{event_id}", 1, FACT_KEY, mark=mark)
        self.say("offer", OFFERED, "r-2", 1, f"{INTAKE}.{OFFERED}.{CASEWORK}", content="r-2/1")
        self.say("withdrawal", WITHDRAWN, "r-2", 2, f"{INTAKE}.{WITHDRAWN}.{CASEWORK}")
        casework = self.houses[CASEWORK]
        self.take("fact")
        casework.follow_ups["fact"] = follow_ups("fact", "consultation.recorded.v1", CASEWORK)
        self.take("offer")
        self.take("withdrawal")
        self.take("poison", state="parked", reason="ArithmeticError", effects=0)
        self.take("strange", state="new", reason="unknown_type", effects=0)
        casework.projections[INTAKE, "r-2"] = SimpleNamespace(version=2, content="")
        self.show(1, "r-2/1", NOON)
        self.show(2, "", NOON + timedelta(minutes=1))
        casework.known.append(SimpleNamespace(source="urn:kim:staedteregion-aachen:intake", subject="r-2", version=2, at=NOON))
        casework.refused.append(SimpleNamespace(sha256=sha256(b"x"), reason="too_large"))

    def say(self, event_id, name, subject, version, key, content="", mark=NORMAL):
        row = SimpleNamespace(
            event_id=event_id, name=name, subject=subject, version=version, routing_key=key, content=content, mark=mark,
            cause=None, held=False, taken_back=False,
        )  # fmt: skip
        self.houses[INTAKE].said.append(row)
        self.houses[INTAKE].outbox[event_id] = SimpleNamespace(published_at=NOON, stuck_at=None, last_error=None, attempts=1)

    def take(self, event_id, state="done", reason=None, effects=1):
        self.houses[CASEWORK].inbox[INTAKE, event_id] = SimpleNamespace(state=state, reason=reason, attempts=1, name="")
        self.houses[CASEWORK].effects[INTAKE, event_id] = [SimpleNamespace()] * effects

    def show(self, version, content, began):
        self.houses[CASEWORK].shown.append(SimpleNamespace(source=INTAKE, subject="r-2", version=version, content=content, began=began))

    def check(self, directory):
        return Check(self.houses, directory, self.dead, self.refusals, self.strangers, self.lost).run()


def house():
    return House([], Counter(), {}, {}, defaultdict(list), {}, [], [], [])


def forget(world, event_id):
    del world.houses[CASEWORK].inbox[INTAKE, event_id]
    world.houses[CASEWORK].effects.pop((INTAKE, event_id), None)


def set_in(rows, key, **values):
    vars(rows[key]).update(values)


BROKEN = {
    "lost": lambda world: forget(world, "fact"),
    "applied twice": lambda world: world.take("fact", effects=2),
    "not applied": lambda world: world.take("fact", state="new", effects=0),
    "called done and never applied": lambda world: world.take("fact", effects=0),
    "applied and called superseded": lambda world: world.take("fact", reason="superseded"),
    "its effect said too much or too little": lambda world: world.houses[CASEWORK].follow_ups.update(fact=1),
    "cannot take effect and is not parked with a reason": lambda world: world.take("poison", state="parked", effects=0),
    "kills its reader and is not in the dead queue": lambda world: world.dead[CASEWORK].clear(),
    "dead without having killed anybody": lambda world: world.dead[CASEWORK].append(b'{"id":"fact"}'),
    "not published": lambda world: set_in(world.houses[INTAKE].outbox, "fact", published_at=None),
    "stuck": lambda world: set_in(world.houses[INTAKE].outbox, "fact", published_at=None, stuck_at=NOON),
    "said and not in the outbox": lambda world: world.houses[INTAKE].outbox.pop("fact"),
    "taken back and delivered all the same": lambda world: vars(world.houses[INTAKE].said[3]).update(taken_back=True),
    "here and never said": lambda world: world.take("ghost"),
    "a projection is not at its highest version": lambda world: set_in(world.houses[CASEWORK].projections, (INTAKE, "r-2"), version=1),
    "a stranger did not end as it must": lambda world: world.take("strange"),
    "to be refused and was not": lambda world: world.houses[CASEWORK].refused.clear(),
    "refused without cause": lambda world: world.refusals.clear(),
    "withdrawn content shown": lambda world: world.show(1, "r-2/1", NOON),
}


def test_a_world_in_order_has_no_faults(directory):
    findings = Small().check(directory)
    assert findings.good, list(findings.lines())
    assert findings.counts["events said"] == 5


@pytest.mark.parametrize("sort", BROKEN)
def test_the_checker_names(directory, sort):
    world = Small()
    BROKEN[sort](world)
    assert sort in world.check(directory).faults


def test_content_shown_while_its_withdrawal_was_known_is_found_although_its_effect_came_later(directory):
    world = Small()
    shown = world.houses[CASEWORK].shown
    vars(shown[0]).update(began=NOON + timedelta(seconds=30))
    assert "withdrawn content shown" in world.check(directory).faults


def test_a_lower_state_may_stay_away_with_a_lost_mailbox_and_the_highest_may_not(directory):
    world = Small()
    forget(world, "offer")
    assert "lost" in world.check(directory).faults
    world.lost.add(CASEWORK)
    assert world.check(directory).good
    forget(world, "withdrawal")
    assert "lost" in world.check(directory).faults


def test_a_seed_draws_one_schedule_in_which_every_fault_comes():
    assert schedule.plan(7, 300) == schedule.plan(7, 300) != schedule.plan(8, 300)
    assert {one.fault.name for one in schedule.plan(7, 300)} == set(ALL)
