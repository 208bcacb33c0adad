"""What the provider's views need of the application that answers the present request."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from kim_login.passwords import Passwords
from kim_login.protocol import Protocol
from kim_login.settings import LoginSettings

EXTENSION = "kim_login"


@dataclass(frozen=True)
class Provider:
    settings: LoginSettings
    protocol: Protocol
    passwords: Passwords


def this_provider() -> Provider:
    found: Provider = current_app.extensions[EXTENSION]
    return found
