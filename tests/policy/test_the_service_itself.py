"""The service itself, in a reaction or chore, may no more than the table gives a program: nothing is let through without the one decision.

A reaction acts on what its event names and a chore on what its day brings; neither asks whether somebody may, and neither uses what does.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from kim_casework.model.case import visible_cases
from kim_casework.model.order import visible_orders
from kim_casework.model.standing import lets
from kim_casework.rules import permissions as casework
from kim_intake.model.consultation import Consultation, consultations_open_to
from kim_intake.rules import permissions as intake
from kim_runtime.act import service_act
from kim_runtime.clock import SystemClock
from policy.conftest import SERVICES, US
from sqlalchemy import select

PACKAGES = [Path(str(files(f"kim_{name}"))) for name in (*sorted(SERVICES), "referral", "protection", "statistics")]
# What decides, or looks a thing up for somebody who may do something with it.
ASKS = {
    "lets", "lets_with", "may_do", "may_at", "manages_cases", "visible_cases", "visible_orders", "list_orders", "open_to",
    "disclosures_seen", "case_to_change", "open_case_to_change", "order_to_change", "check_second_person",
    "check_second_step", "sees_all_disclosures",
}  # fmt: skip
# Programs have this role in the table, and nowhere else does anybody ask for it.
THE_SERVICE = "service"


def asks_for_the_service(code: str) -> Iterator[int]:
    """Lines where a function compares with the role of the service itself, or has it in a set of roles."""
    for function in ast.walk(ast.parse(code)):
        if isinstance(function, (ast.FunctionDef, ast.Lambda)):
            for node in ast.walk(function):
                said = (node.left, *node.comparators) if isinstance(node, ast.Compare) else node.elts if isinstance(node, ast.Set) else ()
                if any(isinstance(one, ast.Constant) and one.value == THE_SERVICE for one in said):
                    yield node.lineno


def used_by(module: Path, names: Collection[str], package: Path, seen: set[tuple[Path, str]] | None = None) -> Iterator[tuple[str, str]]:
    """(file, name) of what these functions of a module use, and what they call in turn in the module and in its package's operations."""
    seen = set() if seen is None else seen
    tree = ast.parse(module.read_text("utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    imported = {
        alias.name: package.parent / f"{node.module.replace('.', '/')}.py"
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{package.name}.operations.")
        for alias in node.names
    }
    for name in names:
        if name in functions and (module, name) not in seen:
            seen.add((module, name))
            used = {node.id for node in ast.walk(functions[name]) if isinstance(node, ast.Name)}
            yield from ((module.name, one) for one in sorted(used))
            yield from used_by(module, used, package, seen)
        elif name in imported:
            yield from used_by(imported[name], {name}, package, seen)


def by_itself(package: Path) -> list[tuple[Path, set[str]]]:
    """The modules of reactions and chores, with the functions that begin there."""
    found = []
    for path in sorted((package / "reactions").glob("[!_]*.py")):
        begun = {node.name for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)}
        found.append((path, begun))
    for table in (package / "service.py", package / "mount.py"):
        if table.is_file():
            for node in ast.walk(ast.parse(table.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.module and ".operations." in node.module:
                    found.append((package.parent / f"{node.module.replace('.', '/')}.py", {alias.name for alias in node.names}))
    return found


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.name)
def test_nothing_asks_whether_it_is_the_service(package: Path) -> None:
    modules = sorted(package.rglob("*.py"))
    assert modules
    assert [f"{path.name}:{line}" for path in modules for line in asks_for_the_service(path.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "wrong", ['def f(a): return "service" in a.roles', 'def f(a): return a.roles & {"service"}', "f = lambda a: a == 'service'"]
)
def test_whatever_asks_for_it_is_found(wrong: str) -> None:
    assert list(asks_for_the_service(wrong)) == [1]


@pytest.mark.parametrize("package", [one for one in PACKAGES if by_itself(one)], ids=lambda path: path.name)
def test_no_reaction_and_no_chore_uses_what_asks_whether_somebody_may(package: Path) -> None:
    begun = by_itself(package)
    assert begun
    used = [(begin.name, *one) for begin, names in begun for one in used_by(begin, names, package)]
    assert used
    assert [one for one in used if one[2] in ASKS] == []


def test_the_walk_finds_what_asks() -> None:
    package = next(one for one in PACKAGES if one.name == "kim_casework")
    assert ("find_case.py", "lets") in set(used_by(package / "operations" / "note_contact.py", {"note_contact"}, package))


def test_the_table_gives_the_service_figures_and_nothing_of_anybody() -> None:
    given = {(name, rule.action) for name, service in SERVICES.items() for rule in service.doors().rules if rule.role == THE_SERVICE}
    assert {action for _name, action in given} == {"statistics.read", "site.see"}


def test_the_service_lists_nothing_and_may_do_nothing_with_a_case(houses) -> None:  # type: ignore[no-untyped-def]
    act = service_act(US, "casework", SystemClock().now())
    house = houses(f"{US}.casework", SERVICES["casework"])
    with house.database.read() as session:
        assert session.scalars(visible_cases(act)).all() == session.scalars(visible_orders(act)).all() == []
        refused = {rule.action for rule in casework.RULES if not lets(session, act, rule.action)}
    assert refused == set(casework.PERMISSIONS) - {"statistics.read"}
    compiled = select(Consultation.id).where(consultations_open_to(act, "consultation.list"))
    with houses(f"{US}.intake", SERVICES["intake"]).database.read() as session:
        assert session.scalars(compiled).all() == []
    whole = intake.Facts(at_own_site=True, keeps=True, entrusted=True)
    assert {action for action in intake.PERMISSIONS if intake.may_do(act.actor, action, whole)} == {"statistics.read", "site.see"}
