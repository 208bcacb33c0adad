"""From the transport into the inbox: stored first, acknowledged then."""

import json

import pytest
from kim_bus import tables
from kim_bus.consumer import Consumer
from kim_bus.sealing import SIGNATURE_HEADER, sign
from kim_bus.transports import open_transport
from kim_bus.transports.interface import LinkLost, Mail
from kim_runtime.clock import SystemClock
from kim_runtime.database import Database
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

SENDER, RECEIVER = "staedteregion-aachen.casework", "staedteregion-aachen.interpreting"


@pytest.fixture
def interpreting(open_house, say):
    """A house with one piece of mail in its mailbox."""
    casework = open_house(SENDER)
    say(casework, "case.changed.v1")
    casework.courier.pump()
    return open_house(RECEIVER)


@pytest.fixture
def transport(houses):
    return open_transport(f"sqlite:///{houses.folder / 'mail'}", RECEIVER, houses.directory)


def test_what_cannot_be_stored_is_not_acknowledged_and_comes_again(interpreting, transport, rows):
    consumer = Consumer(interpreting.database, interpreting.post, SystemClock())
    rename(interpreting, "kim_inbox", "kim_inbox_away")
    link = consumer.open(transport)
    with pytest.raises(DBAPIError):
        consumer.receive(link)
    link.close()
    rename(interpreting, "kim_inbox_away", "kim_inbox")
    link = consumer.open(transport)
    assert consumer.receive(link) == 1
    link.close()
    assert len(rows(interpreting, tables.inbox)) == 1


def rename(house, old, new):
    with house.database.write() as session:
        session.execute(text(f"alter table {old} rename to {new}"))


def test_no_link_is_opened_while_the_database_does_not_answer(interpreting, transport, tmp_path):
    away = Database(f"sqlite:///{tmp_path / 'no-such-folder' / 'database.sqlite3'}")
    with pytest.raises(LinkLost):
        Consumer(away, interpreting.post, SystemClock()).open(transport)


def test_what_cannot_be_trusted_is_kept_apart_and_acknowledged(interpreting, transport, houses, rows):
    road = open_transport(f"sqlite:///{houses.folder / 'mail'}", SENDER, houses.directory).outgoing()
    road.publish([Mail("e-1", f"{SENDER}.case.changed.v1.staedteregion-aachen", b"rubbish", {}, mandatory=False)])
    road.close()
    consumer = Consumer(interpreting.database, interpreting.post, SystemClock())
    link = consumer.open(transport)
    assert consumer.receive(link) == 2
    link.close()
    assert len(rows(interpreting, tables.inbox)) == 1
    [refused] = rows(interpreting, tables.refused)
    assert (refused.reason, refused.body, refused.size) == ("bad_signature", b"rubbish", 7)
    again = transport.incoming()
    assert again.fetch(10, 0) == []
    again.close()


def test_what_is_broken_is_parked_and_holds_back_nobody(interpreting, transport, houses, say, rows, keys):
    casework = next(house for house in houses.opened if house.mailbox == SENDER)
    honest = rows(casework, tables.outbox)[0]
    body = json.dumps(json.loads(honest.body) | {"id": "e-2", "subject": "s-2", "data": {"number": "Frau Çelik", "phase": 3}}).encode()
    road = open_transport(f"sqlite:///{houses.folder / 'mail'}", SENDER, houses.directory).outgoing()
    road.publish([Mail("e-2", honest.routing_key, body, {SIGNATURE_HEADER: sign(body, keys[SENDER].signing)}, mandatory=False)])
    road.close()
    consumer = Consumer(interpreting.database, interpreting.post, SystemClock())
    link = consumer.open(transport)
    consumer.receive(link)
    link.close()
    states = {row.event_id: (row.state, row.reason) for row in rows(interpreting, tables.inbox)}
    assert states[honest.event_id] == ("new", None)
    assert states["e-2"] == ("parked", "data: change, changed_on, phase, state")
