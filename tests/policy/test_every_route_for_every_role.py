"""Every method of every route of every service, asked by every role: what the table says is what happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from kim_login.roles import KEPT_APART
from kim_runtime.act import Actor
from kim_runtime.policy import permissions
from kim_web.audit import as_written
from kim_web.policy import OPEN, SIGNED_IN, action_of
from policy.conftest import APPLICATIONS, US

pytestmark = pytest.mark.slow  # hashes and whole walks: more than the quick tier has time for

ROLES = ("intake_staff", "case_manager", "case_lead", "interpreting_coordinator", "budget_officer", "hr_staff", "centre_head",
         "report_reader", "auditor", "hr_auditor", "protected_case_reader", "ops", "service", "a role nobody declared")  # fmt: skip
# What is typed, or where one sits, stands in no address: it is posted.
SEARCHES = {"audit.read", "case.list", "client.list", "referral.see", "today.see"}
FIGURES = {"statistics.read", "entry.settle", "site.see", "parked.see", "parked.settle", "house.arrange", "team.see", "team.arrange"}


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """(method, address with ids that do not exist, action) of all that is neither open to everybody nor one's own account."""
    adapter = app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            action = action_of(app, rule.endpoint, method)
            if action not in {OPEN, SIGNED_IN}:
                given = {name: 7 if "Integer" in type(rule._converters[name]).__name__ else "unknown" for name in rule.arguments}
                yield method, adapter.build(rule.endpoint, given, method=method), action or ""


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_table_says_who_gets_in(application, signed_in, name):
    app = application(name)
    table = permissions(app.extensions["kim_web"].doors.rules)
    asked = list(routes(app))
    assert asked
    wrong = []
    for role in ROLES:
        ask = signed_in(app, Actor("somebody", "Somebody", US, frozenset({role})))
        for method, address, action in asked:
            status = ask(method, address).status_code
            may = role in table.get(action, frozenset())
            if status >= 500 or status == 401 or (status == 403) == may:
                wrong.append(f"{role} {method} {address} ({action}): {status}")
    assert wrong == []


@pytest.mark.parametrize("name", APPLICATIONS)
def test_nobody_gets_in_without_signing_in(application, name):
    app = application(name)
    client = app.test_client()
    for method, address, _ in routes(app):
        answer = client.open(address, method=method)
        assert answer.status_code == 401 or (answer.status_code in {302, 303} and answer.location.startswith("/anmelden")), (
            method,
            address,
        )


@pytest.mark.parametrize("name", APPLICATIONS)
def test_what_is_permitted_follows_from_the_table(application, name):
    doors = application(name).extensions["kim_web"].doors
    assert dict(doors.permissions) == permissions(doors.rules)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_what_is_only_looked_at_is_a_look_in_the_audit_and_what_is_done_none(application, name):
    """An action by which nothing can be done is no act whose page one opens; one by which something is done is called otherwise."""
    methods: dict[str, set[str]] = {}
    for method, _address, action in routes(application(name)):
        methods.setdefault(action, set()).add(method)
    looks = {action for action in methods if as_written(action, "seen", "GET") == action}
    assert {action for action, used in methods.items() if used == {"GET"}} - looks == set()
    assert {action for action in looks if methods[action] != {"GET"}} <= SEARCHES


def test_who_reads_figures_acts_on_nobody(application):
    for name in ("casework", "intake"):
        table = application(name).extensions["kim_web"].doors.permissions
        for role in ("report_reader", "centre_head"):
            assert {action for action, roles in table.items() if role in roles} <= FIGURES, (name, role)


# Who lists others reads no live sum of them, whatever else they are: a list taken off it tells who is protected (docs/security.md).
SUMS = {
    "casework": ({"case_lead"}, {"statistics.read"}),
    "intake": ({"intake_staff"}, {"statistics.read"}),
    "interpreting": ({"case_lead"}, {"statistics.read", "unmet.see"}),
    "report": ({"case_lead", "intake_staff"}, {"report.see", "report.freeze"}),
}


@pytest.mark.parametrize("name", sorted(SUMS))
def test_who_lists_others_reads_no_sum_whatever_else_they_are(application, signed_in, name):
    app, (listing, sums) = application(name), SUMS[name]
    rules = app.extensions["kim_web"].doors.rules
    asked = [one for one in routes(app) if one[2] in sums]
    assert {action for _method, _address, action in asked} == sums
    readers = {rule.role for rule in rules if rule.action in sums}
    assert readers >= {"centre_head"}
    for role in readers:
        for lister in listing:
            ask = signed_in(app, Actor("both", "Both", US, frozenset({role, lister})))
            assert {ask(method, address).status_code for method, address, _action in asked} == {403}, (role, lister)


def test_every_service_that_keeps_cases_and_talks_says_who_reads_no_sums(application):
    for name, (listing, sums) in SUMS.items():
        for rule in application(name).extensions["kim_web"].doors.rules:
            if rule.action in sums:
                assert rule.not_beside >= listing, rule


def test_the_provider_warns_of_just_the_roles_the_tables_keep_apart(application):
    rules = [rule for name in APPLICATIONS for rule in application(name).extensions["kim_web"].doors.rules if rule.role != "service"]
    assert {frozenset({rule.role, other}) for rule in rules for other in rule.not_beside} == KEPT_APART


@pytest.mark.parametrize("name", APPLICATIONS)
def test_who_may_send_a_form_may_see_a_page_it_stands_on(application, name):
    """A form that comes back shows its page: who may send it and not see that page would read the page by sending nonsense."""
    app = application(name)
    table = permissions(app.extensions["kim_web"].doors.rules)
    pages, forms = {}, set()
    for rule in app.url_map.iter_rules():
        group = rule.endpoint.partition(".")[0]
        if group.startswith("api_"):
            continue
        if (seeing := action_of(app, rule.endpoint, "GET")) and "GET" in rule.methods:
            pages.setdefault(group, set()).update(table.get(seeing, frozenset()))
        if (sending := action_of(app, rule.endpoint, "POST")) and "POST" in rule.methods:
            forms.update((group, sending, role) for role in table.get(sending, frozenset()))
    assert forms
    assert {form for form in forms if form[0] in pages and form[2] not in pages[form[0]]} == set()
