"""The one decision: whatever the table, the roles and the relations."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kim_runtime.policy import ANY_STATE, Relation, Rule, allowed, grant, has_a_line, permissions, reach

ACTIONS, ROLES, STATES = ("see", "work", "close"), ("manager", "lead", "reader"), (ANY_STATE, "open", "closed")
APART = st.frozensets(st.sampled_from(ROLES), max_size=2)
RULE = st.builds(
    Rule, st.sampled_from(ACTIONS), st.sampled_from(ROLES), st.sampled_from(Relation), st.sampled_from(STATES), not_beside=APART
)
RULES = st.lists(RULE, max_size=8).map(tuple)
SOME_ROLES = st.frozensets(st.sampled_from(ROLES))
SOME_RELATIONS = st.frozensets(st.sampled_from([relation for relation in Relation if relation is not Relation.HOUSE]))
ACTION, STATE = st.sampled_from(ACTIONS), st.sampled_from(STATES)


@given(RULES, SOME_ROLES, ACTION, SOME_RELATIONS, STATE)
def test_it_is_allowed_exactly_where_a_line_of_the_table_says_so(rules, roles, action, relations, state):
    said = any(
        rule.action == action
        and rule.role in roles
        and not rule.not_beside & roles
        and rule.relation in {*relations, Relation.HOUSE}
        and rule.state in {ANY_STATE, state}
        for rule in rules
    )
    assert allowed(rules, roles, action, relations, state) == said


@given(RULES, SOME_ROLES, SOME_ROLES, ACTION, SOME_RELATIONS, STATE)
def test_another_role_takes_nothing_away_but_what_must_not_stand_beside_it(rules, roles, more, action, relations, state):
    kept = tuple(rule for rule in rules if rule.not_beside.isdisjoint(more))
    if allowed(kept, roles, action, relations, state):
        assert allowed(rules, roles | more, action, relations, state)


@given(RULES, SOME_ROLES, ACTION, SOME_RELATIONS, STATE)
def test_who_has_no_line_is_let_through_by_no_relation(rules, roles, action, relations, state):
    if allowed(rules, roles, action, relations, state):
        assert has_a_line(rules, roles, action)


def test_what_must_not_stand_beside_a_role_is_refused_to_who_has_both():
    rules = grant("figures.read", "reader", not_beside={"lead"})
    assert has_a_line(rules, {"reader"}, "figures.read")
    assert allowed(rules, {"reader", "manager"}, "figures.read", ())
    assert not has_a_line(rules, {"reader", "lead"}, "figures.read")
    assert not allowed(rules, {"reader", "lead"}, "figures.read", ())


@given(RULES, SOME_ROLES, ACTION, SOME_RELATIONS, STATE)
def test_whom_the_door_refuses_no_relation_lets_in(rules, roles, action, relations, state):
    if roles.isdisjoint(permissions(rules).get(action, frozenset())):
        assert not allowed(rules, roles, action, relations, state)
        assert reach(rules, roles, action, state) == frozenset()


@given(SOME_ROLES, ACTION, SOME_RELATIONS)
def test_an_empty_table_refuses_everybody(roles, action, relations):
    assert not allowed((), roles, action, relations)
