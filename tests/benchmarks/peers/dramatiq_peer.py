"""Dramatiq on RabbitMQ: publisher confirms, acknowledged after the commit."""

from __future__ import annotations

import sys
from typing import Any

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from sqlalchemy import create_engine

from benchmarks.common import QUEUE, Configuration, message, serve
from benchmarks.peers.rows import committing, store

TOLD = Configuration.read()


class QuorumBroker(RabbitmqBroker):
    """It knows classic queues only; the type of a queue is an argument of its declaration."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


BROKER = QuorumBroker(url=TOLD.amqp, confirm_delivery=True)
dramatiq.set_broker(BROKER)
ENGINE = create_engine(TOLD.receiver_database, pool_size=16)


@dramatiq.actor(queue_name=QUEUE)
def handle(body: dict[str, Any]) -> None:
    store(ENGINE, body)


def receive() -> None:
    from dramatiq.cli import main, make_argument_parser

    processes, threads = TOLD.options["processes"], TOLD.options["threads"]
    main(make_argument_parser().parse_args(["benchmarks.peers.dramatiq_peer", "--processes", str(processes), "--threads", str(threads)]))


def send() -> None:
    commit = committing(TOLD.sender_database)

    def publish(subject: str) -> None:
        handle.send(message(subject))

    def act(subject: str) -> None:
        commit(subject)
        publish(subject)

    serve(act=act, commit=commit, publish=publish)


if __name__ == "__main__":
    {"sender": send, "receiver": receive}[sys.argv[1]]()
