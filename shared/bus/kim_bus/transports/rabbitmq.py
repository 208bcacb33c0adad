"""RabbitMQ over AMQP 0-9-1. The one file that knows the AMQP client.

The operator declares exchange, queues and bindings; a service has no right to and only looks whether they are there. A link is crash-only:
whatever goes wrong, or a consumer that the broker cancels, raises LinkLost.
"""

from __future__ import annotations

import logging
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kim_events.envelope import CONTENT_TYPE
from pika import BasicProperties, BlockingConnection, SelectConnection, URLParameters
from pika.adapters.blocking_connection import BlockingChannel
from pika.channel import Channel
from pika.exceptions import (
    AMQPError,
    ChannelClosedByBroker,
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)
from pika.frame import Method
from pika.spec import Basic

from kim_bus.topology import EXCHANGE
from kim_bus.transports.interface import AccessDenied, Delivery, LinkLost, Mail, Outcome

HEARTBEAT_SECONDS = 30
CONNECT_SECONDS = 20.0
CONFIRM_SECONDS = 60.0
CLOSE_SECONDS = 5.0
SILENCE_SECONDS = 60.0
PREFETCH = 1000  # two batches of the consumer
PERSISTENT = 2
ACCESS_REFUSED = 403  # AMQP's reply code


class RabbitTransport:
    def __init__(self, url: str, mailbox: str) -> None:
        self._parameters = URLParameters(url)
        self._parameters.heartbeat = HEARTBEAT_SECONDS
        self._parameters.blocked_connection_timeout = CONFIRM_SECONDS
        self._parameters.socket_timeout = CONNECT_SECONDS
        self._parameters.client_properties = {"connection_name": mailbox}
        self._mailbox = mailbox
        logging.getLogger("pika").setLevel(logging.CRITICAL)  # its errors come to us as exceptions; its own lines would bypass our log

    def outgoing(self) -> RabbitOutgoing:
        return RabbitOutgoing(self._parameters)

    def incoming(self) -> RabbitIncoming:
        return RabbitIncoming(self._parameters, self._mailbox)

    def check(self) -> None:
        with self._looking() as channel:
            channel.exchange_declare(EXCHANGE, passive=True)
            channel.queue_declare(self._mailbox, passive=True)

    def dead(self) -> int:
        with self._looking() as channel:
            count: int = channel.queue_declare(f"{self._mailbox}.dead", passive=True).method.message_count
            return count

    @contextmanager
    def _looking(self) -> Iterator[BlockingChannel]:
        """A channel of its own for a look."""
        try:
            connection = BlockingConnection(self._parameters)
            try:
                yield connection.channel()
            finally:
                if connection.is_open:
                    connection.close()
        except (AMQPError, OSError) as error:
            raise _lost(error) from error


class _CorkedConnection(SelectConnection):  # type: ignore[misc]
    """Hands a whole window to the socket at once: the client on its own sends three small pieces for each message."""

    _held: list[bytes] | None = None

    def cork(self) -> None:
        self._held = []

    def uncork(self) -> None:
        held, self._held = self._held, None
        if held:
            super()._adapter_emit_data(b"".join(held))

    def _adapter_emit_data(self, data: bytes) -> None:
        if self._held is None:
            super()._adapter_emit_data(data)
        else:
            self._held.append(data)


class _RabbitLink(ABC):
    """One connection with one channel, driven by whoever calls: it lives only inside the methods of its link."""

    def __init__(self, parameters: URLParameters) -> None:
        self._failure: BaseException | None = None
        self._ready = False
        self._closed = False
        self._stopping = False
        self._channel: Channel | None = None
        self._connection = _CorkedConnection(
            parameters,
            on_open_callback=lambda connection: connection.channel(on_open_callback=self._on_channel),
            on_open_error_callback=self._on_connection_closed,
            on_close_callback=self._on_connection_closed,
        )
        try:
            self._run_until(lambda: self._ready, CONNECT_SECONDS)
        except LinkLost:
            self.close()
            raise

    def wait(self, seconds: float) -> None:
        """Answers heartbeats meanwhile."""
        self._run(seconds)
        self._open_channel()

    def close(self) -> None:
        if self._connection.is_open:
            self._connection.close()
        deadline = time.monotonic() + CLOSE_SECONDS
        while not self._closed and time.monotonic() < deadline:
            self._run(deadline - time.monotonic())
        self._connection.ioloop.close()

    def _open_channel(self) -> Channel:
        channel = self._channel
        if self._failure is not None or channel is None or not channel.is_open:
            raise _lost(self._failure)
        return channel

    def _on_channel(self, channel: Channel) -> None:
        self._channel = channel
        channel.add_on_close_callback(lambda _channel, reason: self._fail(reason))
        self._prepare(channel)

    @abstractmethod
    def _prepare(self, channel: Channel) -> None:
        """Ask of the channel what this link needs; the last answer calls `_on_ready`."""
        ...

    def _on_ready(self, _frame: Method) -> None:
        self._ready = True
        self._stop()

    def _on_connection_closed(self, _connection: Any, reason: BaseException) -> None:
        self._closed = True
        self._fail(reason)

    def _fail(self, reason: BaseException) -> None:
        self._failure = self._failure or reason  # the first reason is the true one: a channel's end is followed by its connection's
        self._stop()

    def _stop(self) -> None:
        """Let whoever runs the connection look again. Asked for once, since each asking costs a system call."""
        if not self._stopping:
            self._stopping = True
            self._connection.ioloop.stop()

    def _run_until(self, done: Callable[[], bool], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if self._failure is not None:
                raise _lost(self._failure)
            left = deadline - time.monotonic()
            if left <= 0:
                raise LinkLost("no answer in time")
            self._run(left)

    def _run(self, seconds: float) -> None:
        """Let the connection live for up to `seconds`, or until a callback stops it."""
        loop = self._connection.ioloop
        timer = loop.call_later(max(seconds, 0), self._stop)
        try:
            loop.start()
        except (AMQPError, OSError) as error:
            self._failure = self._failure or error
            raise _lost(error) from error
        finally:
            self._stopping = False
            loop.remove_timeout(timer)


class RabbitOutgoing(_RabbitLink):
    """Publishes a window at once and then collects the answers.

    The broker answers late, out of order and several at a time (`multiple`), and it acknowledges what it returned: the return comes
    first, so what is acknowledged and was not returned is delivered.
    """

    def __init__(self, parameters: URLParameters) -> None:
        self._last_tag = 0
        self._unanswered: dict[int, str] = {}  # delivery tag -> event id, in the order of publishing
        self._outcomes: dict[str, Outcome] = {}
        super().__init__(parameters)

    def publish(self, batch: Sequence[Mail]) -> list[Outcome]:
        channel = self._open_channel()
        self._outcomes = {}
        self._connection.cork()
        try:
            for mail in batch:
                properties = BasicProperties(
                    content_type=CONTENT_TYPE, delivery_mode=PERSISTENT, message_id=mail.event_id, headers=dict(mail.headers)
                )
                channel.basic_publish(EXCHANGE, mail.routing_key, mail.body, properties, mandatory=mail.mandatory)
                self._last_tag += 1
                self._unanswered[self._last_tag] = mail.event_id
            self._connection.uncork()
        except AMQPError as error:
            raise _lost(error) from error
        self._run_until(lambda: not self._unanswered, CONFIRM_SECONDS)
        return [self._outcomes[mail.event_id] for mail in batch]

    def _prepare(self, channel: Channel) -> None:
        channel.add_on_return_callback(self._on_return)
        channel.confirm_delivery(self._on_answer)
        channel.exchange_declare(EXCHANGE, passive=True, callback=self._on_ready)

    def _on_return(self, _channel: Channel, _method: Basic.Return, properties: BasicProperties, _body: bytes) -> None:
        self._outcomes[str(properties.message_id)] = Outcome.RETURNED

    def _on_answer(self, frame: Method) -> None:
        answer: Basic.Ack | Basic.Nack = frame.method
        outcome = Outcome.CONFIRMED if isinstance(answer, Basic.Ack) else Outcome.REFUSED
        tags = [tag for tag in self._unanswered if tag <= answer.delivery_tag] if answer.multiple else [answer.delivery_tag]
        for tag in tags:
            event_id = self._unanswered.pop(tag, None)
            if event_id is not None:
                self._outcomes.setdefault(event_id, outcome)  # RETURNED stands
        if not self._unanswered:
            self._stop()


class RabbitIncoming(_RabbitLink):
    """Consumes one mailbox; a batch is acknowledged as one.

    An open socket proves nothing: a consumer can stay connected and deaf for days. After a minute of silence it asks the broker how
    much waits in the mailbox; when some does, twice, and none of it came, the link is lost.

    It begins with one delivery at a time and takes many only once it sees one that nobody had before: what comes again comes first, and
    may have ended its reader. Otherwise all that was fetched with it would count as failed too, and end in the dead queue with it.
    """

    def __init__(self, parameters: URLParameters, mailbox: str) -> None:
        self._mailbox = mailbox
        self._arrived: deque[Delivery] = deque()
        self._last_sign = time.monotonic()
        self._seems_deaf = False
        self._consumer_tag = ""
        self._careful = True
        super().__init__(parameters)

    def fetch(self, limit: int, seconds: float) -> list[Delivery]:
        before = -1
        while before < len(self._arrived) < limit:  # one look takes what fits a buffer, not all that is there
            before = len(self._arrived)
            self._run(0 if self._arrived else seconds)
        self._listen()
        self._open_channel()
        return [self._arrived.popleft() for _ in range(min(limit, len(self._arrived)))]

    def ack(self, tag: int) -> None:
        try:
            self._open_channel().basic_ack(tag, multiple=True)  # leaves with the next look, or with the goodbye
        except AMQPError as error:
            raise _lost(error) from error

    def _prepare(self, channel: Channel) -> None:
        channel.add_on_cancel_callback(lambda _frame: self._fail(LinkLost("the broker cancelled the consumer")))
        channel.basic_qos(prefetch_count=1)
        self._consumer_tag = channel.basic_consume(self._mailbox, self._on_message, callback=self._on_ready)

    def _take_many(self, channel: Channel) -> None:
        """A prefetch holds for new consumers only. With the one delivery in hand none is on its way to the old one."""
        self._careful = False
        channel.basic_cancel(self._consumer_tag)
        channel.basic_qos(prefetch_count=PREFETCH)
        channel.basic_consume(self._mailbox, self._on_message)

    def _listen(self) -> None:
        now = time.monotonic()
        if self._arrived:
            self._last_sign, self._seems_deaf = now, False
        elif now - self._last_sign > SILENCE_SECONDS:
            waits = self._waiting()
            if waits and self._seems_deaf and not self._arrived:
                raise LinkLost("mail waits in the mailbox and none of it comes")
            self._last_sign, self._seems_deaf = now, bool(waits)

    def _waiting(self) -> int:
        """How much the broker holds in the mailbox."""
        answers: list[int] = []

        def on_answer(frame: Method) -> None:
            answers.append(frame.method.message_count)
            self._stop()

        self._open_channel().queue_declare(self._mailbox, passive=True, callback=on_answer)
        self._run_until(lambda: bool(answers), CONNECT_SECONDS)
        return answers[0]

    def _on_message(self, channel: Channel, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        headers: Mapping[str, Any] = properties.headers or {}
        texts = {name: value for name, value in headers.items() if isinstance(value, str)}
        self._arrived.append(Delivery(method.delivery_tag, method.routing_key, body, texts, redelivered=method.redelivered))
        if self._careful and not method.redelivered:
            self._take_many(channel)
        self._stop()


def _lost(error: BaseException | None) -> LinkLost:
    if isinstance(error, LinkLost):
        return error
    refused = isinstance(error, (ProbableAuthenticationError, ProbableAccessDeniedError)) or (
        isinstance(error, (ChannelClosedByBroker, ConnectionClosedByBroker)) and error.reply_code == ACCESS_REFUSED
    )
    return (AccessDenied if refused else LinkLost)(type(error).__name__)
