"""What is emitted is declared, by one who may say it; what is declared is emitted and read."""

import ast
from importlib import import_module

import pytest
from kim_bus.probe import PROBED
from kim_events.catalogue import CATALOGUE
from kim_tools.tree import ROOT


def emitted(package_folder, package):
    """The names of event types in the calls of `emit` in a package; constants are looked up in the module that names them."""
    found = set()
    for path in package_folder.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "emit":
                argument = ast.Expression(call.args[2])
                module = import_module(".".join((package, *path.relative_to(package_folder).with_suffix("").parts)))
                found.add(eval(compile(argument, str(path), "eval"), vars(module)))
    return found


@pytest.fixture(scope="session")
def said(services):
    """Service -> names of event types it emits, by itself or through what it mounts."""
    mounted = {name: emitted(ROOT / f"shared/{name}/kim_{name}", f"kim_{name}") for name in ("referral", "statistics")}
    result = {}
    for name, service in services.items():
        result[name] = emitted(ROOT / f"services/{name}/kim_{name}", f"kim_{name}") | mounted["statistics"]
        if any(reaction.event_name.startswith("referral.") for reaction in service.reactions):
            result[name] |= mounted["referral"]
    return result


def test_a_service_says_only_what_it_may_say(said, service_name):
    assert said[service_name] <= {name for name, kind in CATALOGUE.items() if service_name in kind.senders}


def test_a_service_reads_only_what_it_may_read_and_each_event_once(service, service_name):
    read = [reaction.event_name for reaction in service.reactions]
    assert len(read) == len(set(read))
    assert set(read) <= {name for name, kind in CATALOGUE.items() if service_name in kind.receivers}


def test_every_declared_event_is_said_by_somebody_and_read_by_somebody(said, services):
    by_itself = emitted(ROOT / "shared/bus/kim_bus", "kim_bus")
    assert by_itself == {PROBED}
    assert set().union(*said.values()) == set(CATALOGUE) - by_itself
    assert {reaction.event_name for service in services.values() for reaction in service.reactions} == set(CATALOGUE) - by_itself


def test_chores_have_names_of_their_own(service):
    names = [chore.name for chore in service.chores]
    assert len(names) == len(set(names))
