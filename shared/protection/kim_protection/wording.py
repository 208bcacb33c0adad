"""The reasons of a protection in words, in the order they are offered."""

from __future__ import annotations

from typing import Final

from kim_web.language import mark

PROTECTION_REASONS: Final = {
    "colleague": mark("Es geht um eine Kolleg_in dieses Hauses"),
    "disclosure_block": mark("Auskunftssperre im Melderegister"),
    "endangered": mark("Die Person ist gefährdet"),
    "well_known": mark("Die Person ist öffentlich bekannt"),
}
