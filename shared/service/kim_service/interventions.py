"""What an operator does to a message that waits: try it again, alone or with all that wait for the same reason, or give it up for good
with a reason. All is written down with who did it.

Ages and retries go by the machine's clock, also where business time is another.
"""

from __future__ import annotations

from dataclasses import dataclass

from kim_bus import parked
from kim_events.fields import Text
from kim_runtime.act import Act
from kim_runtime.clock import SystemClock
from kim_runtime.command import CommandSchema
from kim_runtime.logs import log
from kim_runtime.reason import give_reason
from kim_web.language import mark
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class DiscardMessage:
    because: str


class DiscardMessageSchema(CommandSchema):
    command = DiscardMessage

    because = Text(
        required=True,
        shortest=1,
        longest=500,
        metadata={
            "label": mark("Warum sie verworfen wird"),
            "hint": mark("Der Grund bleibt gespeichert. Bitte keine Namen und nichts über Personen."),
        },
    )


@dataclass(frozen=True, slots=True)
class RetryAll:
    reason: str


class RetryAllSchema(CommandSchema):
    command = RetryAll

    reason = Text(required=True, shortest=0, longest=200, metadata={"label": mark("Grund, wie er im Protokoll steht")})


def retry_all(session: Session, act: Act, command: RetryAll) -> int:
    """Try again all that wait for one reason, at most a thousand at once. Returns how many. Raises NotFound."""
    count = parked.retry_all(session, act, command.reason, SystemClock())
    log().info("messages retried", count=count)
    return count


def retry_message(session: Session, act: Act, event_id: str) -> None:
    """Raises NotFound."""
    parked.retry(session, act, event_id, SystemClock())
    log().info("message retried", event_id=event_id)


def discard_message(session: Session, act: Act, event_id: str, command: DiscardMessage) -> None:
    """Raises NotFound."""
    give_reason(session, command.because)
    parked.discard(session, act, event_id, command.because, SystemClock())
    log().info("message discarded", event_id=event_id)
