"""What every transport promises. The embedded one and RabbitMQ run the same suite."""

import time

import pika
import pytest
from kim_bus.topology import definitions, salted_hash
from kim_bus.transports import open_transport
from kim_bus.transports.interface import AccessDenied, LinkLost, Mail, Outcome
from kim_events.envelope import LARGEST_BODY

CARITAS = "caritas-eifel.casework"
INTAKE = "staedteregion-aachen.intake"
CASEWORK = "staedteregion-aachen.casework"
TO_THE_HOUSE = f"{CARITAS}.referral.answered.v1.staedteregion-aachen"
TO_CASEWORK = f"{CARITAS}.referral.offered.v1.{CASEWORK}"
TO_NOBODY = f"{CARITAS}.referral.offered.v1.auslaenderamt.intake"
PATIENCE = 10.0


@pytest.fixture
def link(network):
    """Links of a mailbox, closed at the end: `link.outgoing(CARITAS)`."""

    class Links:
        opened = []

        def outgoing(self, mailbox):
            return self._keep(network.transport(mailbox).outgoing())

        def incoming(self, mailbox):
            return self._keep(network.transport(mailbox).incoming())

        def _keep(self, one):
            self.opened.append(one)
            return one

    links = Links()
    yield links
    for one in links.opened:
        one.close()


def all_of(incoming, count, limit=1000):
    """The first `count` deliveries, and whatever comes with them."""
    found, deadline = [], time.monotonic() + PATIENCE
    while len(found) < count and time.monotonic() < deadline:
        found += incoming.fetch(limit, 0.5)
    return found


def test_mail_arrives_with_the_very_bytes_and_headers_it_was_sent_with(link, mail):
    sent = mail(TO_CASEWORK, '{"name":"Łucja Çelik"} \x00\xff'.encode("latin-1", "replace"))
    assert link.outgoing(CARITAS).publish([sent]) == [Outcome.CONFIRMED]
    [arrived] = all_of(link.incoming(CASEWORK), 1)
    assert (arrived.routing_key, arrived.body, arrived.headers) == (sent.routing_key, sent.body, dict(sent.headers))


def test_mail_to_an_organisation_reaches_each_of_its_mailboxes_that_reads_it(link, mail):
    link.outgoing(CARITAS).publish([mail(TO_THE_HOUSE)])
    assert len(all_of(link.incoming(INTAKE), 1)) == 1
    assert len(all_of(link.incoming(CASEWORK), 1)) == 1
    assert link.incoming("staedteregion-aachen.staffing").fetch(10, 0.2) == []


def test_mail_to_a_mailbox_reaches_no_other(link, mail):
    link.outgoing(CARITAS).publish([mail(TO_CASEWORK)])
    assert len(all_of(link.incoming(CASEWORK), 1)) == 1
    assert link.incoming(INTAKE).fetch(10, 0.2) == []


def test_mandatory_mail_nobody_is_bound_to_is_returned_and_the_rest_of_its_batch_is_not(link, mail):
    batch = [mail(TO_CASEWORK), mail(TO_NOBODY), mail(TO_CASEWORK), mail(TO_NOBODY, mandatory=False)]
    assert link.outgoing(CARITAS).publish(batch) == [Outcome.CONFIRMED, Outcome.RETURNED, Outcome.CONFIRMED, Outcome.CONFIRMED]
    assert len(all_of(link.incoming(CASEWORK), 2)) == 2


def test_a_link_goes_on_after_a_return(link, mail):
    outgoing = link.outgoing(CARITAS)
    assert outgoing.publish([mail(TO_NOBODY)]) == [Outcome.RETURNED]
    assert outgoing.publish([mail(TO_CASEWORK)]) == [Outcome.CONFIRMED]


def test_an_empty_batch_is_nothing(link):
    assert link.outgoing(CARITAS).publish([]) == []


def test_a_window_of_mail_is_confirmed_as_a_whole(link, mail):
    batch = [mail(TO_CASEWORK, b"%d" % number) for number in range(500)]
    assert link.outgoing(CARITAS).publish(batch) == [Outcome.CONFIRMED] * 500
    incoming, found = link.incoming(CASEWORK), []
    deadline = time.monotonic() + PATIENCE
    while len(found) < 500 and time.monotonic() < deadline:
        some = incoming.fetch(120, 0.5)
        assert len(some) <= 120
        found += some
        if some:
            incoming.ack(some[-1].tag)
    assert sorted(int(one.body) for one in found) == list(range(500))


def test_the_largest_event_fits(link, mail):
    link.outgoing(CARITAS).publish([mail(TO_CASEWORK, b"x" * LARGEST_BODY)])
    [arrived] = all_of(link.incoming(CASEWORK), 1)
    assert len(arrived.body) == LARGEST_BODY


def test_what_was_not_acknowledged_comes_again_and_what_was_does_not(network, mail):
    outgoing = network.transport(CARITAS).outgoing()
    outgoing.publish([mail(TO_CASEWORK, b"%d" % number) for number in range(5)])
    outgoing.close()
    first = network.transport(CASEWORK).incoming()
    fetched = all_of(first, 5)
    first.ack(fetched[2].tag)  # and so the two before it
    first.close()
    second = network.transport(CASEWORK).incoming()
    again = []
    for _ in range(2):  # each alone, since it may have ended its reader
        again += all_of(second, 1)
        second.ack(again[-1].tag)
    assert sorted(one.body for one in again) == sorted(one.body for one in fetched[3:])
    second.close()
    third = network.transport(CASEWORK).incoming()
    assert third.fetch(10, 0.3) == []
    third.close()


def test_fetching_waits_no_longer_than_told(link):
    incoming = link.incoming(CASEWORK)
    began = time.monotonic()
    assert incoming.fetch(10, 0.2) == []
    assert 0.1 < time.monotonic() - began < 2


def test_mail_sent_while_a_reader_waits_arrives(link, mail):
    incoming, outgoing = link.incoming(CASEWORK), link.outgoing(CARITAS)
    assert incoming.fetch(10, 0.1) == []
    outgoing.publish([mail(TO_CASEWORK)])
    assert len(all_of(incoming, 1)) == 1


def test_a_mailbox_cannot_write_under_anothers_name(link, mail):
    with pytest.raises(AccessDenied):
        link.outgoing(CARITAS).publish([mail(f"{INTAKE}.referral.offered.v1.{CASEWORK}")])


def test_a_name_that_begins_like_ones_own_is_anothers(link, mail):
    with pytest.raises(AccessDenied):
        link.outgoing(CARITAS).publish([mail(f"{CARITAS}x.referral.offered.v1.{CASEWORK}")])


def test_mail_that_ends_its_reader_again_and_again_is_put_aside(network, mail):
    outgoing = network.transport(CARITAS).outgoing()
    outgoing.publish([mail(TO_CASEWORK)])
    outgoing.close()
    deliveries = 0
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        incoming = network.transport(CASEWORK).incoming()
        got = incoming.fetch(10, 1.0)
        deliveries += len(got)
        incoming.close()
        if not got:
            break
    assert 20 <= deliveries <= 21
    assert network.dead(CASEWORK) == network.transport(CASEWORK).dead() == 1


def test_mail_that_ends_its_reader_takes_nothing_along_that_was_fetched_with_it(network, mail):
    outgoing = network.transport(CARITAS).outgoing()
    outgoing.publish([mail(TO_CASEWORK) for _ in range(3)] + [mail(TO_CASEWORK, b"deadly")] + [mail(TO_CASEWORK) for _ in range(30)])
    outgoing.close()
    read, deadline = 0, time.monotonic() + 60
    while network.dead(CASEWORK) == 0 or read < 33:
        assert time.monotonic() < deadline
        incoming = network.transport(CASEWORK).incoming()
        while (got := incoming.fetch(10, 0.5)) and all(delivery.body != b"deadly" for delivery in got):
            incoming.ack(got[-1].tag)
            read += len(got)
        incoming.close()
    assert (read, network.dead(CASEWORK)) == (33, 1)


def test_checking_finds_the_transport_and_the_mailbox(network):
    network.transport(CASEWORK).check()


def test_a_transport_that_is_not_there_is_a_lost_link(directory, tmp_path):
    (tmp_path / "file").write_text("where a folder should be")
    for url in ("amqp://a:b@127.0.0.1:1/kim", f"sqlite:///{tmp_path / 'file'}"):
        transport = open_transport(url, CASEWORK, directory)
        with pytest.raises(LinkLost):
            transport.check()
        with pytest.raises(LinkLost):
            transport.incoming()
        with pytest.raises(LinkLost):
            outgoing = transport.outgoing()
            outgoing.publish([Mail("e-1", f"{CASEWORK}.case.changed.v1.staedteregion-aachen", b"{}", {}, mandatory=True)])


@pytest.mark.rabbitmq
class TestOnlyABrokerCan:
    """What the embedded transport cannot promise: whoever writes to its folder may write to any mailbox."""

    def open(self, rabbit, directory, user, mailbox=None, password=None):
        return open_transport(rabbit.url_of(user, *([password] if password else [])), mailbox or user, directory)

    def test_refuse_a_wrong_password(self, rabbit, directory):
        with pytest.raises(AccessDenied):
            self.open(rabbit, directory, CARITAS, password="wrong").outgoing()

    def test_refuse_a_reader_of_anothers_mailbox(self, rabbit, directory):
        with pytest.raises(AccessDenied):
            self.open(rabbit, directory, CARITAS, CASEWORK).incoming()

    def test_refuse_the_default_exchange_that_reaches_any_queue_by_name(self, rabbit):
        connection = pika.BlockingConnection(pika.URLParameters(rabbit.url_of(CARITAS)))
        channel = connection.channel()
        channel.confirm_delivery()
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            channel.basic_publish("", CASEWORK, b"forged")
        connection.close()

    def test_refuse_to_declare_anything(self, rabbit):
        connection = pika.BlockingConnection(pika.URLParameters(rabbit.url_of(CARITAS)))
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            connection.channel().queue_declare("of-my-own", durable=True)
        connection.close()

    def test_end_the_link_of_a_consumer_it_cancels(self, rabbit, directory):
        incoming = self.open(rabbit, directory, "auslaenderamt.intake").incoming()
        rabbit.call("DELETE", f"queues/{rabbit.vhost}/auslaenderamt.intake")
        try:
            with pytest.raises(LinkLost):
                for _ in range(50):
                    incoming.fetch(10, 0.2)
        finally:
            incoming.close()
            rabbit.call("POST", "definitions", definitions(directory, lambda user: salted_hash("of-the-tests"), rabbit.vhost))
