"""FastStream with RabbitMQ: an asynchronous handler and engine, several handlers at once, acknowledged after the commit."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

from faststream import AckPolicy, FastStream
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue
from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.common import QUEUE, Configuration, message, serve
from benchmarks.peers.rows import EFFECT, committing, row

TOLD = Configuration.read()
WORKERS = int(TOLD.options["workers"])
IN_FLIGHT = int(TOLD.options["in_flight"])
BROKER = RabbitBroker(
    TOLD.amqp, default_channel=Channel(prefetch_count=WORKERS, publisher_confirms=True), logger=None, log_level=logging.WARNING
)
MAILBOX = RabbitQueue(QUEUE, queue_type=QueueType.QUORUM, durable=True)
ENGINE = create_async_engine(TOLD.receiver_database, pool_size=WORKERS)


def receive() -> None:
    @BROKER.subscriber(MAILBOX, ack_policy=AckPolicy.NACK_ON_ERROR)
    async def handle(body: dict[str, Any]) -> None:
        async with ENGINE.begin() as connection:
            await connection.execute(EFFECT, row(body))

    asyncio.run(FastStream(BROKER, logger=None).run())


def send() -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(BROKER.start())
    loop.run_until_complete(BROKER.declare_queue(MAILBOX))
    commit = committing(TOLD.sender_database)
    waiting: list[str] = []

    async def confirmed(subject: str) -> None:
        await BROKER.publish(message(subject), queue=MAILBOX, persist=True, mandatory=True)

    async def all_confirmed() -> None:
        await asyncio.gather(*(confirmed(subject) for subject in waiting))
        waiting.clear()

    def act(subject: str) -> None:
        commit(subject)
        loop.run_until_complete(confirmed(subject))

    def publish(subject: str) -> None:
        """Without an act before each, many can wait for their confirms at the same time."""
        waiting.append(subject)
        if len(waiting) >= IN_FLIGHT:
            finish()

    def finish() -> None:
        loop.run_until_complete(all_confirmed())

    serve(act=act, commit=commit, publish=publish, finish=finish)


if __name__ == "__main__":
    {"sender": send, "receiver": receive}[sys.argv[1]]()
