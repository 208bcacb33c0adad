"""Transports: how mail gets from one mailbox to another. SQLite files on one machine, or RabbitMQ; one test suite runs against both."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from kim_bus.directory import Directory
from kim_bus.transports.interface import Transport


def open_transport(url: str, mailbox: str, directory: Directory) -> Transport:
    """The transport of one mailbox: `sqlite:///folder` or `amqp(s)://user:password@host/vhost`. Connects only when it is used."""
    scheme = urlsplit(url).scheme
    if scheme == "sqlite":
        from kim_bus.transports.sqlite import SqliteTransport

        return SqliteTransport(Path(url.removeprefix("sqlite:///")), mailbox, directory)
    if scheme in {"amqp", "amqps"}:
        from kim_bus.transports.rabbitmq import RabbitTransport  # loads the AMQP client, which only couriers need

        return RabbitTransport(url, mailbox)
    raise ValueError("a broker is sqlite:///folder, amqp://… or amqps://…")


__all__ = ["Transport", "open_transport"]
