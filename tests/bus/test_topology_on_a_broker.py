"""The definitions imported into a real broker: all that a service must be able to do succeeds there, and nothing else does."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import urlopen

import pika
import pytest
from kim_bus.inspection import Rejected, inspect
from kim_bus.post import Post
from kim_bus.routing import bindings
from kim_bus.sealing import SIGNATURE_HEADER, sign
from kim_bus.topology import DEAD_EXCHANGE, EXCHANGE, OPERATOR, main, password_variable
from kim_bus.transports.interface import Delivery
from kim_events.envelope import Envelope
from kim_runtime.ids import new_id
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection
from pika.exceptions import ChannelClosedByBroker, ProbableAccessDeniedError, ProbableAuthenticationError
from servers.operator import PASSWORD

pytestmark = pytest.mark.rabbitmq

CARITAS, REGION, REGION_INTAKE = "caritas-eifel.casework", "staedteregion-aachen.casework", "staedteregion-aachen.intake"
OFFICE = "auslaenderamt.intake"
# Names that a careless pattern would take for Caritas's mailbox.
LOOK_ALIKES = ("caritas-eifel.caseworks", "xcaritas-eifel.casework", "caritas-eifelXcasework", "caritas-eifel.casework.copy")
REST = "referral.answered.v1.staedteregion-aachen.casework"
BOUND = f"{REGION_INTAKE}.consultation.recorded.v1.staedteregion-aachen"  # reaches casework of the StädteRegion

Act = Callable[[BlockingChannel], object]


@pytest.fixture(scope="module")
def connected(rabbit) -> Iterator[Callable[[str], BlockingConnection]]:
    """The one connection of a mailbox's user, or of the operator."""
    opened: dict[str, BlockingConnection] = {}

    def connect(user: str) -> BlockingConnection:
        if user not in opened:
            url = f"{rabbit.amqp.rstrip('/')}/{rabbit.vhost}" if user == OPERATOR else rabbit.url_of(user)
            opened[user] = pika.BlockingConnection(pika.URLParameters(url))
        return opened[user]

    yield connect
    for connection in opened.values():
        connection.close()


@pytest.fixture(scope="module")
def look_alikes(rabbit) -> Iterator[None]:
    """Queues that are really there, so that what refuses is the name and not their absence."""
    rabbit.call("PUT", f"permissions/{rabbit.vhost}/{urlsplit(rabbit.amqp).username}", {"configure": ".*", "write": ".*", "read": ".*"})
    for name in LOOK_ALIKES:
        rabbit.call("PUT", f"queues/{rabbit.vhost}/{name}", {"durable": True})
    yield
    for name in LOOK_ALIKES:
        rabbit.call("DELETE", f"queues/{rabbit.vhost}/{name}")


@pytest.fixture
def standing(rabbit, look_alikes, connected, directory) -> Callable[[], object]:
    """Everything the operator sees: queues, exchanges, bindings, policies, and how much waits in each queue."""

    def look() -> object:
        topology = rabbit.call("GET", f"definitions/{rabbit.vhost}")
        channel = connected(OPERATOR).channel()
        waiting = {queue["name"]: channel.queue_declare(queue["name"], passive=True).method.message_count for queue in topology["queues"]}
        channel.close()
        return {name: _sorted(topology[name]) for name in ("queues", "exchanges", "bindings", "policies")}, waiting

    return look


def _sorted(entries):
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


def publish(exchange: str, routing_key: str, headers: dict[str, object] | None = None) -> Act:
    def act(channel: BlockingChannel) -> None:
        channel.confirm_delivery()
        channel.basic_publish(exchange, routing_key, b"{}", pika.BasicProperties(delivery_mode=2, headers=headers), mandatory=True)

    return act


def get(queue: str) -> Act:
    return lambda channel: channel.basic_get(queue)


def consume(queue: str) -> Act:
    return lambda channel: channel.basic_consume(queue, lambda *_: None)


def test_the_broker_holds_what_the_command_wrote_and_a_second_import_changes_nothing(rabbit, directory, monkeypatch, capsys):
    for user in (OPERATOR, *directory.mailboxes()):
        monkeypatch.setenv(password_variable(user), PASSWORD)
    assert main(["deploy/rabbitmq/topology.toml", "--with-passwords"]) == 0
    written = json.loads(capsys.readouterr().out.replace('"vhost": "kim"', f'"vhost": "{rabbit.vhost}"'))
    written["vhosts"] = [{"name": rabbit.vhost}]
    rabbit.call("POST", "definitions", written)
    rabbit.call("POST", "definitions", written)
    held = rabbit.call("GET", f"definitions/{rabbit.vhost}")
    for part in ("queues", "exchanges", "bindings", "policies"):
        wanted = [{name: value for name, value in entry.items() if name != "vhost"} for entry in written[part]]
        found = [{name: entry[name] for name in wanted[0]} for entry in held[part]]
        assert _sorted(found) == _sorted(wanted), part
    for part in ("permissions", "topic_permissions"):
        found = rabbit.call("GET", f"vhosts/{rabbit.vhost}/{part.replace('_', '-')}")
        ours = [entry for entry in found if entry["user"] in {OPERATOR, *directory.mailboxes()}]
        assert _sorted(ours) == _sorted(written[part]), part


def test_every_agreed_event_reaches_exactly_the_mailboxes_bound_to_it(rabbit, connected, directory):
    readers: dict[str, set[str]] = {}
    for binding in bindings(directory):
        readers.setdefault(binding.routing_key, set()).add(binding.mailbox)
    for mailbox in directory.mailboxes():
        rabbit.call("DELETE", f"queues/{rabbit.vhost}/{mailbox}/contents")
    for routing_key in readers:
        channel = connected(".".join(routing_key.split(".")[:2])).channel()
        publish(EXCHANGE, routing_key)(channel)  # raises when it comes back or is not confirmed
        channel.close()
    reached: dict[str, set[str]] = {routing_key: set() for routing_key in readers}
    for mailbox in directory.mailboxes():
        channel = connected(mailbox).channel()
        while True:
            method, _, _ = channel.basic_get(mailbox)
            if method is None:
                break
            reached[method.routing_key].add(mailbox)
            channel.basic_ack(method.delivery_tag)
        channel.close()
    assert reached == readers


def test_a_service_may_look_whether_exchange_and_mailbox_are_there(connected, directory):
    for mailbox in directory.mailboxes():
        channel = connected(mailbox).channel()
        channel.exchange_declare(EXCHANGE, passive=True)
        assert channel.queue_declare(mailbox, passive=True).method.queue == mailbox
        channel.close()


FORBIDDEN: dict[str, tuple[str, Act]] = {
    # ---- to speak under another's name
    "publish as another organisation": (CARITAS, publish(EXCHANGE, f"{REGION}.{REST}")),
    "publish as another service of its own organisation": (REGION, publish(EXCHANGE, BOUND)),
    **{f"publish as {name}": (CARITAS, publish(EXCHANGE, f"{name}.{REST}")) for name in LOOK_ALIKES if not name.endswith(".copy")},
    "publish under its own name without a dot after it": (CARITAS, publish(EXCHANGE, CARITAS)),
    "publish under its own name in capitals": (CARITAS, publish(EXCHANGE, f"{CARITAS.upper()}.{REST}")),
    "publish under a name with its own on a second line": (CARITAS, publish(EXCHANGE, f"{REGION}\n{CARITAS}.{REST}")),
    "publish under no name": (CARITAS, publish(EXCHANGE, "")),
    # ---- to go round the exchange, which alone knows who may be told what
    "publish to its own mailbox by the default exchange": (CARITAS, publish("", CARITAS)),
    "publish to another's mailbox by the default exchange": (CARITAS, publish("", REGION)),
    "publish to the dead exchange": (CARITAS, publish(DEAD_EXCHANGE, REGION)),
    **{f"publish to {name}": (CARITAS, publish(name, f"{CARITAS}.{REST}")) for name in ("amq.topic", "amq.direct", "amq.fanout")},
    # ---- to read what is another's
    "read another organisation's mailbox": (CARITAS, get(REGION)),
    "consume another organisation's mailbox": (CARITAS, consume(REGION)),
    "read the mailbox of another service of its own organisation": (REGION, get(REGION_INTAKE)),
    "consume the mailbox of another service of its own organisation": (REGION, consume(REGION_INTAKE)),
    **{f"read {name}": (CARITAS, get(name)) for name in LOOK_ALIKES},
    "read what was put aside for it": (CARITAS, get(f"{CARITAS}.dead")),
    "consume what was put aside for it": (CARITAS, consume(f"{CARITAS}.dead")),
    "read what was put aside for another": (CARITAS, get(f"{REGION}.dead")),
    # ---- to change the topology
    "declare a queue": (CARITAS, lambda channel: channel.queue_declare("mine", durable=True)),
    "declare a queue for itself alone": (CARITAS, lambda channel: channel.queue_declare("", exclusive=True)),
    "declare a queue under its own name": (CARITAS, lambda channel: channel.queue_declare(f"{CARITAS}.mine")),
    "declare an exchange": (CARITAS, lambda channel: channel.exchange_declare("mine", "topic")),
    "declare an alternative for what the exchange returns": (
        CARITAS, lambda channel: channel.exchange_declare(EXCHANGE, "topic", durable=True, arguments={"alternate-exchange": "amq.fanout"}),
    ),
    "bind its mailbox to everything": (CARITAS, lambda channel: channel.queue_bind(CARITAS, EXCHANGE, "#")),
    "bind its mailbox to one more event": (CARITAS, lambda channel: channel.queue_bind(CARITAS, EXCHANGE, BOUND)),
    "bind another's mailbox": (CARITAS, lambda channel: channel.queue_bind(REGION, EXCHANGE, f"{CARITAS}.{REST}")),
    "bind its mailbox to an exchange of the broker's": (CARITAS, lambda channel: channel.queue_bind(CARITAS, "amq.topic", "#")),
    "bind an exchange to the exchange": (CARITAS, lambda channel: channel.exchange_bind("amq.fanout", EXCHANGE, "#")),
    "unbind its mailbox": (CARITAS, lambda channel: channel.queue_unbind(CARITAS, EXCHANGE, f"{REGION}.{REST}")),
    "unbind another's mailbox": (CARITAS, lambda channel: channel.queue_unbind(REGION, EXCHANGE, BOUND)),
    # ---- to destroy
    "purge another's mailbox": (CARITAS, lambda channel: channel.queue_purge(REGION)),
    "purge the mailbox of another service of its own organisation": (REGION, lambda channel: channel.queue_purge(REGION_INTAKE)),
    "purge what was put aside for it": (CARITAS, lambda channel: channel.queue_purge(f"{CARITAS}.dead")),
    "delete its mailbox": (CARITAS, lambda channel: channel.queue_delete(CARITAS)),
    "delete another's mailbox": (CARITAS, lambda channel: channel.queue_delete(REGION)),
    "delete what was put aside for it": (CARITAS, lambda channel: channel.queue_delete(f"{CARITAS}.dead")),
    "delete the exchange": (CARITAS, lambda channel: channel.exchange_delete(EXCHANGE)),
}  # fmt: skip


@pytest.mark.parametrize("forbidden", FORBIDDEN)
def test_the_broker_refuses_to(forbidden, connected, standing):
    user, act = FORBIDDEN[forbidden]
    before = standing()
    channel = connected(user).channel()
    with pytest.raises(ChannelClosedByBroker) as refusal:
        act(channel)
    assert refusal.value.reply_code == 403, refusal.value.reply_text
    assert standing() == before


def test_a_service_gets_no_further_than_its_virtual_host(rabbit):
    with pytest.raises(ProbableAccessDeniedError):
        pika.BlockingConnection(pika.URLParameters(rabbit.url_of(CARITAS).replace(f"/{rabbit.vhost}", "/%2F")))
    with pytest.raises(ProbableAuthenticationError):
        pika.BlockingConnection(pika.URLParameters(rabbit.url_of(CARITAS, "a-wrong-one")))


def test_a_service_does_not_reach_the_operators_interface(rabbit):
    parts = urlsplit(rabbit.url)
    opened = rabbit.__class__(f"{parts.scheme}://{quote(CARITAS)}:{PASSWORD}@{parts.hostname}:{parts.port}", rabbit.amqp, rabbit.vhost)
    with pytest.raises(HTTPError) as refusal:
        opened.call("GET", f"definitions/{rabbit.vhost}")
    assert refusal.value.code in (401, 403)
    with pytest.raises(HTTPError), urlopen(f"{parts.scheme}://{parts.hostname}:{parts.port}/api/definitions", timeout=30):
        pass


@pytest.mark.parametrize("header", ["CC", "BCC"])
@pytest.mark.parametrize(
    ("name", "recipient", "bound", "reader", "reason"),
    [
        ("case.changed.v1", "staedteregion-aachen", BOUND, REGION, "not_between_these_services"),
        ("referral.withdrawn.v1", OFFICE, f"{REGION_INTAKE}.referral.withdrawn.v1.{OFFICE}", OFFICE, "no_agreement"),
        ("referral.withdrawn.v1", REGION, f"{REGION_INTAKE}.referral.withdrawn.v1.{OFFICE}", OFFICE, "not_for_this_mailbox"),
    ],
)
def test_what_is_smuggled_by_a_second_address_is_refused_by_its_reader(
    rabbit, connected, directory, keys, header, name, recipient, bound, reader, reason
):
    """RabbitMQ also delivers to the addresses in the headers CC and BCC, and older versions do not ask who may write to those.

    So the reader asks again: the event is signed by its true sender, who may not say this here.
    """
    body = Envelope(
        id=new_id(), organisation="caritas-eifel", service="casework", name=name, subject="s-1", subjectversion=1,
        time=datetime.now(UTC), dataschema="urn:kim", recipient=recipient, correlationid=new_id(), data={},
    ).encode()  # fmt: skip
    headers = {SIGNATURE_HEADER: sign(body, keys[CARITAS].signing), header: [bound]}
    rabbit.call("DELETE", f"queues/{rabbit.vhost}/{reader}/contents")
    channel = connected(CARITAS).channel()
    channel.confirm_delivery()
    try:
        channel.basic_publish(EXCHANGE, f"{CARITAS}.{name}.{recipient}", body, pika.BasicProperties(delivery_mode=2, headers=headers))
    except ChannelClosedByBroker as refusal:
        assert refusal.reply_code == 403
        return
    at_reader = connected(reader).channel()
    method, properties, arrived = at_reader.basic_get(reader, auto_ack=True)
    at_reader.close()
    assert method is not None
    delivery = Delivery(1, method.routing_key, arrived, {SIGNATURE_HEADER: properties.headers[SIGNATURE_HEADER]})
    found = inspect(Post(reader, directory, keys[reader]), delivery)
    assert isinstance(found, Rejected)
    assert found.reason == reason
