"""Celery on RabbitMQ: acknowledged late, no results, no events, publisher confirms."""

from __future__ import annotations

import sys
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from sqlalchemy import create_engine

from benchmarks.common import QUEUE, Configuration, message, serve
from benchmarks.peers.rows import committing, store

TOLD = Configuration.read()
APP = Celery("bench", broker=TOLD.amqp.replace("amqp://", "pyamqp://"))
APP.conf.update(
    task_default_queue=QUEUE,
    task_default_queue_type="quorum",
    task_default_delivery_mode="persistent",
    broker_transport_options={"confirm_publish": True},
    broker_native_delayed_delivery_queue_type="classic",
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=int(TOLD.options["prefetch"]),
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
)
ENGINE = create_engine(TOLD.receiver_database)


@worker_process_init.connect
def forget_connections(**_options: Any) -> None:
    ENGINE.dispose(close=False)


@APP.task(name="bench.handle")
def handle(body: dict[str, Any]) -> None:
    store(ENGINE, body)


def receive() -> None:
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    pool = ["--pool", TOLD.options["pool"], "--concurrency", str(TOLD.options["workers"])]
    APP.worker_main(["worker", *quiet, *pool])


def send() -> None:
    commit = committing(TOLD.sender_database)

    def publish(subject: str) -> None:
        handle.apply_async((message(subject),))

    def act(subject: str) -> None:
        commit(subject)
        publish(subject)

    serve(act=act, commit=commit, publish=publish)


if __name__ == "__main__":
    sys.modules["celery_peer"] = sys.modules["__main__"]
    {"sender": send, "receiver": receive}[sys.argv[1]]()
