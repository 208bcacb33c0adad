"""Every route has a policy, every role is one of the suite's, and each JSON door describes itself."""

import pytest
from kim_web.openapi import openapi
from kim_web.policy import OPEN, action_of, unguarded

ROLES = {"intake_staff", "case_manager", "case_lead", "interpreting_coordinator", "budget_officer", "hr_staff", "centre_head",
         "report_reader", "auditor", "hr_auditor", "protected_case_reader", "ops", "service"}  # fmt: skip
# What anybody may see without signing in.
OPEN_ADDRESSES = (
    "/static/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/",
    "/anmelden",
    "/abmelden",
    "/abgemeldet",
    "/gesperrt",
    "/barrierefreiheit",
)


def routes(app):
    """(method, address, endpoint) of every route."""
    return [
        (method, rule.rule, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_route_has_a_policy(app):
    assert unguarded(app) == []


def test_little_is_open_to_everybody(app, service_name):
    opened = {address for method, address, endpoint in routes(app) if action_of(app, endpoint, method) == OPEN}
    style_sheets = f"/{service_name}/<path:name>"
    assert opened
    assert {address for address in opened if not address.startswith(OPEN_ADDRESSES)} <= {"/", style_sheets}


def test_permissions_name_known_roles_and_grant_something(app):
    permissions = app.extensions["kim_web"].doors.permissions
    assert all(roles for roles in permissions.values())
    assert set().union(*permissions.values()) <= ROLES


def test_every_action_that_changes_something_is_a_post(app):
    """A link that is followed, or fetched ahead by a browser, must change nothing."""
    changing = [(method, address) for method, address, endpoint in routes(app) if method not in {"GET", "POST", "PUT", "PATCH", "DELETE"}]
    assert changing == []


def test_the_json_door_describes_itself(app):
    assert openapi(app)["openapi"].startswith("3.1")


@pytest.mark.slow
def test_the_description_of_the_json_door_is_valid(app):
    from openapi_spec_validator import validate  # builds grammars for seconds: not in each process

    validate(openapi(app))


def test_every_operation_of_the_json_door_says_what_it_is_for(app):
    for path, item in openapi(app)["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                assert operation.get("summary") or operation.get("description"), f"{method} {path}"


def test_every_service_answers_for_the_progress_report(app):
    assert any(address.rstrip("/") == "/api/statistics" for method, address, _ in routes(app) if method == "GET")


def test_every_service_is_alive_and_ready_and_measured(app):
    assert {"/healthz", "/readyz", "/metrics"} <= {address for _, address, _ in routes(app)}


def test_the_immigration_office_reads_no_case(apps):
    """§ 87 AufenthG: what its staff may see of others' clients is what was referred to them, so casework knows no role of theirs."""
    assert "immigration_office" not in set().union(*apps["casework"].extensions["kim_web"].doors.permissions.values())


def test_every_service_shows_its_operator_what_waits_and_nobody_else(app):
    """Pages and JSON door alike. The operator's role opens nothing that speaks of people."""
    theirs = {method + " " + address for method, address, endpoint in routes(app)
              if (action_of(app, endpoint, method) or "").startswith("parked.")}  # fmt: skip
    assert theirs == {
        "GET /betrieb/", "GET /betrieb/<path:event_id>", "POST /betrieb/<path:event_id>/erneut", "POST /betrieb/<path:event_id>/verwerfen",
        "GET /api/parked/", "GET /api/parked/<path:event_id>",
        "POST /api/parked/<path:event_id>/retry", "POST /api/parked/<path:event_id>/discard",
        "GET /api/parked/causes", "POST /api/parked/retries", "POST /betrieb/erneut",
    }  # fmt: skip
    permissions = app.extensions["kim_web"].doors.permissions
    assert permissions["parked.see"] == permissions["parked.settle"] == {"ops"}
    ours = {action for action, roles in permissions.items() if "ops" in roles}
    assert ours <= {"parked.see", "parked.settle", "house.arrange"}  # the last: names of sites, and who sits under their roofs
