"""What the provider's views need of the application that answers the present request."""

from __future__ import annotations

from dataclasses import dataclass, field

from flask import current_app
from kim_web.box import Box
from kim_web.counting import AtMost

from kim_login.passwords import Passwords
from kim_login.protocol import Protocol
from kim_login.settings import LoginSettings

EXTENSION = "kim_login"
STRANGERS_A_MINUTE = 60  # refused tries of nobody in particular that are written down


@dataclass(frozen=True)
class Provider:
    settings: LoginSettings
    protocol: Protocol
    passwords: Passwords
    box: Box  # what closes the secrets of one-time codes
    strangers: AtMost = field(default_factory=lambda: AtMost("refused sign-ins", STRANGERS_A_MINUTE))


def this_provider() -> Provider:
    found: Provider = current_app.extensions[EXTENSION]
    return found
