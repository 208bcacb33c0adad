"""One decision: pages, templates and programs ask `decide`, operations `lets`, lists the lines of the same table; nothing else is asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from flask import g
from kim_casework.model.case import Case
from kim_casework.model.disclosures import disclosures_seen
from kim_casework.operations.open_in_emergency import OpenInEmergency, open_in_emergency
from kim_casework.operations.protect_case import ProtectCase, protect_case
from kim_referral.model.consent import Consent
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.revoke_release import RevokeRelease, revoke_release
from kim_runtime.act import Actor
from kim_web.policy import could, decide
from sqlalchemy import select

PACKAGE = Path(str(files("kim_casework")))
THINGS = {"Case", "InterpretingOrder"}
# What decides, or is what a decision is made of. `hidden_cases` and the lists of the model are asked for rows, not for a permission.
DECIDES = {"kim_runtime.policy", "kim_casework.rules.permissions"}
MADE_OF = {"case_facts", "visible_cases", "ways_to", "ground", "allowed", "reach", "has_a_line"}
MAY_ASK = {"operations": {"lets", "manages_cases"}, "pages": set[str](), "api": set[str]()}


def asked_beside_it(code: str, floor: str) -> Iterator[str]:
    """What a module of this floor asks, or looks at, that is not the one decision."""
    tree = ast.parse(code)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = {alias.name for alias in node.names}
            if node.module in DECIDES or names & MADE_OF:
                yield f"line {node.lineno}: imports {sorted(names)} of {node.module}"
            if node.module == "kim_casework.model.standing" and not names <= MAY_ASK[floor]:
                yield f"line {node.lineno}: imports {sorted(names)} of {node.module}"
        elif isinstance(node, ast.Import) and {alias.name for alias in node.names} & DECIDES:
            yield f"line {node.lineno}: imports what decides"
        elif isinstance(node, ast.Attribute) and node.attr == "roles":
            yield f"line {node.lineno}: looks at roles"
        elif floor != "operations" and _looks_up_a_thing(node) and not _handed_to_found(parents[node]):
            yield f"line {node.lineno}: looks a thing up without asking"


def _looks_up_a_thing(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"get", "get_one"} and node.args):
        return False
    return isinstance(node.args[0], ast.Name) and node.args[0].id in THINGS


def _handed_to_found(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "found"


@pytest.mark.parametrize("floor", sorted(MAY_ASK))
def test_no_view_and_no_operation_asks_anything_else(floor: str) -> None:
    modules = sorted((PACKAGE / floor).rglob("*.py"))
    # What an entry's kind asks is asked by kim_web.entries, of a row whose author is the one who asks.
    looked_at = [path for path in modules if path.name != "entry_kinds.py"]
    assert len(looked_at) > 5
    assert [f"{path.name} {what}" for path in looked_at for what in asked_beside_it(path.read_text("utf-8"), floor)] == []


def test_no_template_looks_at_roles() -> None:
    templates = sorted(PACKAGE.rglob("*.html"))
    assert len(templates) > 10
    assert [path.name for path in templates if re.search(r"\broles\b|(?<!change\.)\bactor\b", path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "from kim_casework.rules.permissions import LEAD", "from kim_runtime.policy import allowed", "import kim_runtime.policy",
        "from kim_casework.model.case import Case, case_facts", "from kim_casework.model.standing import STANDINGS",
        "if 'case_lead' in act.actor.roles: pass", "case = session.get(Case, id)", "f(session.get_one(InterpretingOrder, id))",
    ],
)  # fmt: skip
def test_whatever_asks_otherwise_is_found(wrong: str) -> None:
    assert list(asked_beside_it(wrong, "pages")) != []


def test_what_asks_as_it_should_is_let_alone() -> None:
    assert list(asked_beside_it('case = found("case.see", session.get(Case, id), no_case)', "pages")) == []
    assert list(asked_beside_it("from kim_casework.model.standing import lets", "operations")) == []


@pytest.fixture
def do(casework: Any, actors: dict[str, Actor]) -> Callable[..., Any]:
    def one(operation: Callable[..., Any], command: Any, by: str = "kowalczyk") -> Any:
        with casework.database.write() as session:
            return operation(session, casework.act(actors[by]), command)

    return one


@pytest.fixture
def actors(actors: dict[str, Actor]) -> dict[str, Actor]:
    house = "staedteregion-aachen"
    return {
        **actors,
        "prüfung": Actor("prüfung", "Prüfung", house, frozenset({"auditor"})),
        "leserin": Actor("leserin", "Leserin", house, frozenset({"protected_case_reader", "case_manager"})),
    }


def test_the_decision_on_a_consent_is_what_its_lists_show(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    """Of a protected case nothing is shown to an auditor either, though the table gives them all the house told."""
    case = admit(casework)
    said: dict[str, Any] = {
        "about_kind": "case", "about_id": case.id, "person": "Anna Beispiel", "purpose": "Wohnung", "recipients": ("caritas-eifel",),
        "categories": ("name",), "given_on": date(2022, 5, 10), "valid_to": date(2022, 12, 31), "informed": True, "signed": True,
        "kept_at": "Ordner",
    }  # fmt: skip
    consent = do(record_consent, RecordConsent(**said))
    app = browse(casework, "kowalczyk").application
    for protected in (False, True):
        if protected:
            do(protect_case, ProtectCase(case.id, "endangered"))
        decided = {}
        for name, actor in actors.items():
            with app.test_request_context(), casework.database.read() as session:
                one = session.get_one(Consent, consent.id)
                decided[name] = decide(actor, "consent.see", one)
                seen = disclosures_seen(casework.act(actor))
                listed = session.scalars(select(Consent).where(seen.declared(Consent))).all()
                assert decided[name] is (could(actor, "consent.see") and one in listed), name
        assert {name for name, sees in decided.items() if sees} == (
            {"kowalczyk", "leserin"} if protected else {"kowalczyk", "thelen", "jansen", "prüfung"}
        )


def test_the_case_page_names_the_releases_and_leads_to_those_one_may_see(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    case = admit(casework)
    page = text_of(browse(casework, "kowalczyk").get(f"/faelle/{case.id}").text)
    assert "Wer ist von der Schweigepflicht entbunden? Niemand" in page
    said: dict[str, Any] = {
        "about_kind": "case", "about_id": case.id, "person": "Anna Beispiel", "recipients": ("caritas-eifel",), "subjects": ("topics",),
        "given_on": date(2022, 5, 2), "informed": True, "signed": True, "kept_at": "Ordner",
    }  # fmt: skip
    stands, over, taken_back = (
        do(record_release, RecordRelease(released=who, valid_to=until, **said))
        for who, until in (("Praxis Schmitz", date(2022, 12, 31)), ("Jobcenter", date(2022, 5, 10)), ("Kita", date(2022, 12, 31)))
    )
    do(revoke_release, RevokeRelease(taken_back.id, how="in_person", by="self"))
    casework.clock.set(casework.clock.now() + timedelta(days=1))
    html = browse(casework, "kowalczyk").get(f"/faelle/{case.id}").text
    page = text_of(html)
    assert "gilt Praxis Schmitz gegenüber Caritasverband für die Region Eifel: Themen, bis 31.12.2022" in page
    assert "abgelaufen Jobcenter gegenüber" in page and "widerrufen Kita gegenüber" in page and "widerrufen am 10.05.2022" in page
    assert all(f"/schweigepflichtentbindungen/{one.id}" in html for one in (stands, over, taken_back))
    do(open_in_emergency, OpenInEmergency(case.number, "Kind seit heute früh vermisst"), by="breuer")
    html = browse(casework, "breuer").get(f"/faelle/{case.id}").text
    assert "Praxis Schmitz" in html and stands.id not in html  # in an emergency it is named, and opens no further


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)).replace(" :", ":")


def test_where_nothing_but_an_emergency_allows_it_the_reason_is_noted_and_otherwise_not(
    casework: Any, admit: Callable[..., Case], do: Callable[..., Any], actors: dict[str, Actor], browse: Callable[..., Any]
) -> None:
    case, why = admit(casework), "Kind seit heute früh vermisst"
    app = browse(casework, "breuer").application
    do(open_in_emergency, OpenInEmergency(case.number, why), by="breuer")
    for name, action, may, noted in (
        ("breuer", "case.see", True, why), ("breuer", "case.list", False, ""), ("breuer", "case.work", False, ""),
        ("kowalczyk", "case.see", True, ""), ("thelen", "case.see", True, ""),
    ):  # fmt: skip
        with app.test_request_context(), casework.database.read() as session:
            assert (decide(actors[name], action, session.get_one(Case, case.id)), g.get("because", "")) == (may, noted), (name, action)
