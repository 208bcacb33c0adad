"""The limit: hand-written pika and psycopg, nothing else. `python -m benchmarks.limit sender | relay | publisher | receiver`.

Sustained: the sender commits a domain row and an outbox row a time, the relay publishes in windows and marks. Drain: the publisher
reads the committed rows and publishes in windows. The receiver takes what has arrived and stores it with one statement.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import psycopg
from pika import BasicProperties, BlockingConnection, SelectConnection, URLParameters
from pika.channel import Channel
from sqlalchemy.engine import make_url

from benchmarks.common import DAY, QUEUE, SAID, Configuration, message, serve

WINDOW = 500
PREFETCH = 2000
OUTBOX = """create table bench_outbox (
  serial bigint generated always as identity primary key, body bytea not null, created_at timestamptz not null, published_at timestamptz
);
create index bench_outbox_unpublished on bench_outbox (serial) where published_at is null"""


def main(part: str) -> None:
    told = Configuration.read()
    {"sender": _send, "relay": _relay, "publisher": _publish, "receiver": _receive}[part](told)


def libpq(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def encode(subject: str) -> bytes:
    return json.dumps(message(subject)).encode()


def _send(told: Configuration) -> None:
    connection = psycopg.connect(libpq(told.sender_database), autocommit=True)

    def act(subject: str) -> None:
        with connection.transaction():
            connection.execute("insert into bench_act values (%s, %s, %s, %s)", (subject, SAID["site"], DAY, SAID["persons_present"]))
            connection.execute("insert into bench_outbox (body, created_at) values (%s, %s)", (encode(subject), datetime.now(UTC)))

    serve(act=act)


class Publisher:
    """Publishes a window at once and waits until all of it is confirmed."""

    def __init__(self, url: str) -> None:
        self._channel: Channel | None = None
        self._last = 0
        self._open: set[int] = set()
        self._connection = SelectConnection(
            URLParameters(url), on_open_callback=lambda connection: connection.channel(on_open_callback=self._opened)
        )
        self._loop = self._connection.ioloop
        self._loop.start()

    def publish(self, bodies: Iterable[bytes]) -> None:
        assert self._channel is not None
        properties = BasicProperties(content_type="application/json", delivery_mode=2)
        for body in bodies:
            self._channel.basic_publish("", QUEUE, body, properties)
            self._last += 1
            self._open.add(self._last)
        if self._open:
            self._loop.start()

    def _opened(self, channel: Channel) -> None:
        self._channel = channel
        channel.confirm_delivery(self._answered, callback=lambda _frame: self._loop.stop())

    def _answered(self, frame: Any) -> None:
        answer = frame.method
        assert answer.NAME == "Basic.Ack", "the broker refused a message"
        if answer.multiple:
            self._open = {tag for tag in self._open if tag > answer.delivery_tag}
        else:
            self._open.discard(answer.delivery_tag)
        if not self._open:
            self._loop.stop()


def _relay(told: Configuration) -> None:
    publisher = Publisher(told.amqp)
    connection = psycopg.connect(libpq(told.sender_database), autocommit=True)
    due = "select serial, body from bench_outbox where published_at is null order by serial limit %s"
    while True:
        rows = connection.execute(due, (WINDOW,)).fetchall()
        if not rows:
            time.sleep(0.005)
            continue
        publisher.publish(body for _, body in rows)
        connection.execute("update bench_outbox set published_at = now() where serial = any(%s)", ([serial for serial, _ in rows],))


def _publish(told: Configuration) -> None:
    """Read on from the last row that was published: right for a backlog that is committed at once, and for nothing else."""
    publisher = Publisher(told.amqp)
    connection = psycopg.connect(libpq(told.sender_database), autocommit=True)
    last = 0
    while True:
        rows = connection.execute(
            "select serial, body from bench_outbox where serial > %s order by serial limit %s", (last, WINDOW), binary=True
        ).fetchall()
        if not rows:
            time.sleep(0.005)
            continue
        publisher.publish(body for _, body in rows)
        last = rows[-1][0]


def _receive(told: Configuration) -> None:
    database = psycopg.connect(libpq(told.receiver_database), autocommit=True)
    connection = BlockingConnection(URLParameters(told.amqp))
    channel = connection.channel()
    channel.basic_qos(prefetch_count=PREFETCH)
    arrived: list[tuple[int, bytes]] = []
    channel.basic_consume(QUEUE, lambda _channel, method, _properties, body: arrived.append((method.delivery_tag, body)))
    store = (
        "insert into bench_effect select * from unnest(%s::text[], %s::text[], %s::text[], %s::date[], %s::int[]) on conflict do nothing"
    )
    while True:
        connection.process_data_events(1.0)
        if not arrived:
            continue
        mail = [json.loads(body) for _, body in arrived]
        said = [one["data"] for one in mail]
        days = [date.fromisoformat(one["day"]) for one in said]
        columns = [[one["id"] for one in mail], [one["subject"] for one in mail], [one["site"] for one in said], days]
        database.execute(store, [*columns, [one["persons_present"] for one in said]])
        channel.basic_ack(arrived[-1][0], multiple=True)
        arrived.clear()


if __name__ == "__main__":
    main(sys.argv[1])
