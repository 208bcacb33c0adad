"""Whatever a person does in a service is written down as theirs, and goes to another where it was not them: nothing is forgotten."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import pytest
from kim_interpreting.model.entered import HOLDERS
from kim_runtime.entered import EnteredColumns
from kim_service.service import Service
from kim_staffing.model.entered import LINES
from kim_tools.declared import declared_services

SERVICES = [service for service in declared_services() if service.doors().entries]
MOUNTED = {"intake": ("kim_referral",), "casework": ("kim_referral",)}
SAYS_WHO = re.compile(r"""Entered\.in_act\(act|(_by\b|\bactor=|"actor": |\.give_to\(|\.decide\()[^\n]*act\.actor\.id""")
LOOKED_AT = {"objection_to_printing", "preview_referral", "referral_to_admit"}  # nothing is entered by it
# Says who sees what, which is put right by nobody; the audit has who did it (docs/decisions/0063).
ARRANGED = {"create_team", "rename_team", "join_team", "leave_team", "dissolve_team"}
# By the head and the operator, who share no desk with anybody and give no entries away; the audit has who did it.
ARRANGED |= {"name_site", "place_body", "take_away_body"}
# Columns that stay as they are, by the reason.
REASONS = {
    "who could see what is put right by nobody": [
        *(f"{of}.{by}" for of in ("client_protection", "case_protections", "referral_protection") for by in ("protected_by", "lifted_by")),
        "emergency_access.actor", "emergency_accesses.actor", "referral_emergency.actor",
    ],
    "typed: a document, or somebody who was told of": [
        "pot_rules.decided_by", "funding_assurance.decided_by", "contract.original_received_by", "hand_over.told_by",
        "referral_sent.answer_said_by",
    ],
    "in what part a person declared, as a code": [
        f"referral_{of}.{by}" for of in ("consent", "release") for by in ("given_by", "revoked_by")
    ],
    "until which day": ["referral_sent.answer_by", "referral_received.answer_by"],
    "no entry: of the session, of the operator, of the list of entries itself": [
        "kim_access_key.actor", "kim_session.actor", "kim_person.actor", "kim_interventions.actor", "kim_moved_entry.settled_by",
    ],
}  # fmt: skip
STAYS = {column for columns in REASONS.values() for column in columns}


def named_columns(service: Service) -> set[str]:
    """`table.column` of everything that says by whom something was."""
    tables = [table for metadata in service.metadata for table in metadata.tables.values()]
    return {f"{table.name}.{one.name}" for table in tables for one in table.columns if re.search(r"(^|_)by$|^actor$", one.name)}


def moved_columns(service: Service) -> set[str]:
    """Those that a kind of entry changes, itself or with what goes along."""
    own = {f"{kind.model.__table__.name}.{kind.by}" for kind in service.doors().entries}
    held = {f"{model.__table__.name}.{column}" for model, column, _name in HOLDERS.values()}
    lines = {f"{model.__tablename__}.by" for model in LINES.values()}
    along = {
        "casework": {"assignments.assigned_by"},
        "interpreting": {*held, "reassignments.withdrawn_by", "order_steps.actor", "movements.actor"},
        "staffing": {*lines, "contract.prognosis_by"},
    }
    return own | along.get(service.name, set())


@pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])
def test_each_column_that_says_who_did_it_can_be_put_right_or_stays_for_a_reason(service: Service) -> None:
    assert named_columns(service) - moved_columns(service) - STAYS == set()
    assert moved_columns(service) <= named_columns(service)


def test_no_column_stays_for_a_reason_that_is_gone() -> None:
    assert STAYS - set().union(*(named_columns(service) for service in SERVICES)) == set()
    assert not STAYS & set().union(*(moved_columns(service) for service in SERVICES))


def doing(package: str) -> dict[str, FunctionType]:
    """Every operation that a page or the JSON door of a package calls for somebody who acts."""
    root = Path(sys.modules[package].__file__ or "").parent
    found = {}
    for path in [*(root / "pages").glob("*.py"), *(root / "api").glob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}.operations."):
                for alias in node.names:
                    found.update(_operations_of(getattr(sys.modules[str(node.module)], alias.name)))
    return found


def _operations_of(imported: Any) -> dict[str, FunctionType]:
    """An operation itself, or those that a description of several names (`protection.Opening`)."""
    named = [getattr(imported, one.name) for one in fields(imported)] if is_dataclass(imported) and not isinstance(imported, type) else []
    functions = [one for one in (imported, *named) if inspect.isfunction(one)]
    of = {one: list(inspect.signature(one).parameters) for one in functions}
    return {one.__name__: one for one, names in of.items() if names[:2] == ["session", "act"] and len(names) > 2}


def calls(one: FunctionType, seen: set[FunctionType]) -> Iterator[FunctionType]:
    """An operation and all it calls of other operations."""
    if one in seen or ".operations" not in one.__module__:
        return
    seen.add(one)
    yield one
    names = set(_names(one.__code__))
    known = [one.__globals__[name] for name in names if name in one.__globals__]
    of_modules = [getattr(module, name, None) for module in known if inspect.ismodule(module) for name in names]
    for called in (*known, *of_modules):
        if inspect.isfunction(called):
            yield from calls(called, seen)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):  # of a comprehension
            yield from _names(inner)


def packages(service: Service) -> tuple[str, ...]:
    return (service.package, *MOUNTED.get(service.name, ()))


@pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])
def test_whatever_a_person_does_is_written_down_as_theirs(service: Service) -> None:
    service.doors()
    operations = {name: one for package in packages(service) for name, one in doing(package).items()}
    assert len(operations) > 10
    nameless = {name for name, one in operations.items() if not any(SAYS_WHO.search(inspect.getsource(each)) for each in calls(one, set()))}
    assert nameless - LOOKED_AT - ARRANGED == set()


@pytest.mark.parametrize("service", SERVICES, ids=[service.name for service in SERVICES])
def test_each_kind_that_is_written_can_be_given_and_no_other(service: Service) -> None:
    kinds = {kind.code for kind in service.doors().entries if issubclass(kind.model, EnteredColumns)}
    assert set().union(*(written(package) for package in packages(service))) == kinds


def written(package: str) -> set[str]:
    """The kinds of entries that the operations of a package write; what is done anew is one of them."""
    found = set()
    for path in (Path(sys.modules[package].__file__ or "").parent / "operations").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Entered.in_act" and isinstance(node.args[1], ast.Name):
                found.add(_value(f"{package}.operations.{path.stem}", node.args[1].id))
    return found


def _value(module: str, name: str) -> Any:
    return getattr(sys.modules[module], name)
