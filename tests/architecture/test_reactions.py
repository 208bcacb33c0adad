"""Who is said to read an event does something about it."""

from importlib import import_module

import pytest
from kim_bus.probe import PROBED
from kim_events.catalogue import CATALOGUE
from kim_events.types.statistics import SERVICES


@pytest.mark.parametrize("service", SERVICES)
def test_every_event_a_service_reads_has_a_reaction_and_no_other(service):
    reacted = {reaction.event_name for reaction in import_module(f"kim_{service}.service").SERVICE.reactions}
    read = {kind.name for kind in CATALOGUE.values() if service in kind.receivers}
    assert reacted == read - {PROBED}, "the courier itself reacts to its probe"
