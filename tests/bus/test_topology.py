"""The broker's definitions follow from the directory and the event types."""

import json
import re
from pathlib import Path

import pytest
from kim_bus.directory import Directory
from kim_bus.routing import bindings, readers
from kim_bus.topology import definitions, main, placeholder, salted_hash
from kim_events.catalogue import CATALOGUE
from kim_events.event_type import Audience

FOLDER = Path(__file__).parents[2] / "deploy/rabbitmq"
OFFICE = "auslaenderamt.intake"


@pytest.fixture
def made(directory):
    return definitions(directory, placeholder)


def test_the_committed_definitions_are_what_the_topology_makes(made):
    committed = json.loads((FOLDER / "definitions.json").read_text(encoding="utf-8"))
    assert committed == made, "run: python -m kim_bus.topology deploy/rabbitmq/topology.toml > deploy/rabbitmq/definitions.json"


def test_the_committed_definitions_hold_no_password(made):
    assert all(user["password_hash"].startswith("${BROKER_PASSWORD_HASH_") for user in made["users"])


def test_every_binding_belongs_to_an_agreement(directory):
    for binding in bindings(directory):
        sender, _, rest = binding.routing_key.partition(".")
        name = ".".join(rest.split(".")[1:4])
        assert directory.agreed(sender, binding.mailbox.partition(".")[0], name)


def test_no_binding_has_a_wildcard(directory):
    assert not any(set(binding.routing_key) & set("*#") for binding in bindings(directory))


def test_the_immigration_office_is_sent_referrals_and_nothing_else(directory):
    heard = {
        ".".join(binding.routing_key.split(".")[2:4])
        for binding in bindings(directory)
        if binding.mailbox == OFFICE and not binding.routing_key.startswith(f"{OFFICE}.")
    }
    assert heard == {"referral.offered", "referral.withdrawn", "referral.answered", "referral.completed"}


def test_what_stays_in_the_house_or_the_mailbox_is_bound_there_only(directory):
    for kind in CATALOGUE.values():
        if kind.audience is Audience.MAILBOX:
            assert all(readers(directory, sender, kind) == (sender,) for sender in directory.mailboxes())
        if kind.audience is Audience.ORGANISATION:
            for sender in directory.mailboxes():
                assert {reader.partition(".")[0] for reader in readers(directory, sender, kind)} <= {sender.partition(".")[0]}


def test_figures_for_the_network_reach_the_same_service_of_those_who_agreed(directory):
    kind = CATALOGUE["statistics.reported.v1"]
    assert readers(directory, "caritas-eifel.casework", kind) == ("staedteregion-aachen.casework",)
    assert readers(directory, "staedteregion-aachen.casework", kind) == ()


def test_a_service_may_write_as_itself_read_its_mailbox_and_declare_nothing(made):
    rights = next(entry for entry in made["permissions"] if entry["user"] == "caritas-eifel.casework")
    assert rights["configure"] == "^$"
    assert re.search(rights["write"], "kim.events")
    assert not any(re.search(rights["write"], name) for name in ("amq.default", "", "kimXevents", "kim.events2", "kim.dead"))
    assert re.search(rights["read"], "caritas-eifel.casework")
    assert not any(re.search(rights["read"], name) for name in ("caritas-eifel.casework.dead", "caritas-eifelXcasework", "kim.events"))
    topic = next(entry for entry in made["topic_permissions"] if entry["user"] == "caritas-eifel.casework")
    assert re.search(topic["write"], "caritas-eifel.casework.referral.answered.v1.staedteregion-aachen")
    assert not re.search(topic["write"], "caritas-eifel.caseworkx.referral.answered.v1.staedteregion-aachen")


def test_every_mailbox_has_a_dead_queue_and_a_delivery_limit(made, directory):
    queues = {queue["name"] for queue in made["queues"]}
    policies = {policy["pattern"]: policy["definition"] for policy in made["policies"]}
    for mailbox in directory.mailboxes():
        assert {mailbox, f"{mailbox}.dead"} <= queues
        [policy] = [definition for pattern, definition in policies.items() if re.search(pattern, mailbox)]
        assert policy["delivery-limit"] == 20
        assert policy["dead-letter-strategy"] == "at-least-once"
    assert all(queue["arguments"] == {"x-queue-type": "quorum"} for queue in made["queues"])


def test_a_password_hash_is_rabbitmqs_own():
    # The example of RabbitMQ's documentation: salt 908DC60A, password test12.
    assert salted_hash("test12", bytes.fromhex("908DC60A")) == "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"


def test_passwords_come_from_the_environment_and_missing_ones_are_named(monkeypatch, capsys):
    for mailbox in Directory.load(FOLDER / "topology.toml").mailboxes():
        monkeypatch.setenv(f"BROKER_PASSWORD_{mailbox.upper().replace('.', '_').replace('-', '_')}", "secret")
    assert main([str(FOLDER / "topology.toml"), "--with-passwords"]) == 1
    assert "BROKER_PASSWORD_KIM_OPERATOR: missing" in capsys.readouterr().err
    monkeypatch.setenv("BROKER_PASSWORD_KIM_OPERATOR", "secret")
    assert main([str(FOLDER / "topology.toml"), "--with-passwords"]) == 0
    written = capsys.readouterr().out
    assert "${" not in written
    assert "secret" not in written
