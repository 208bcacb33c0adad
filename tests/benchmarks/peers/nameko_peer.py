"""Nameko: a consumer entrypoint, acknowledged after the worker has ended, and its publisher with confirms."""

from __future__ import annotations

import sys

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

from typing import Any

from kombu import Exchange, Queue
from nameko.amqp.publish import Publisher
from nameko.messaging import consume
from nameko.runners import ServiceRunner
from sqlalchemy import create_engine

from benchmarks.common import QUEUE, Configuration, message, serve
from benchmarks.peers.rows import committing, store

TOLD = Configuration.read()
EXCHANGE = Exchange(QUEUE, type="direct", durable=True)
MAILBOX = Queue(QUEUE, EXCHANGE, routing_key=QUEUE, durable=True, queue_arguments={"x-queue-type": "quorum"})
ENGINE = create_engine(TOLD.receiver_database, pool_size=16)


class Receiver:
    name = "receiver"

    @consume(MAILBOX)
    def handle(self, body: dict[str, Any]) -> None:
        store(ENGINE, body)


def receive() -> None:
    runner = ServiceRunner({"AMQP_URI": TOLD.amqp, "max_workers": int(TOLD.options["workers"])})
    runner.add_service(Receiver)
    runner.start()
    runner.wait()


def send() -> None:
    commit = committing(TOLD.sender_database)
    publisher = Publisher(TOLD.amqp, exchange=EXCHANGE, routing_key=QUEUE, declare=[EXCHANGE, MAILBOX], serializer="json")

    def publish(subject: str) -> None:
        publisher.publish(message(subject))

    def act(subject: str) -> None:
        commit(subject)
        publish(subject)

    serve(act=act, commit=commit, publish=publish)


if __name__ == "__main__":
    {"sender": send, "receiver": receive}[sys.argv[1]]()
