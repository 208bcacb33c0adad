"""An order that is being entered comes back from a draft as it was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

TYPED = {
    "id": "order-1", "desk": "Schule Alsdorf", "requester_town": "05334004", "requester_kind": "public_body", "job_kind": "on_site",
    "language": "ukr", "service_date": "20.9.2022", "starts_at": "gegen zehn", "minutes": "lang", "place": "Alsdorf",
}  # fmt: skip


def test_an_order_is_kept_and_filled_in_further(pool: Any, sit: Callable[[str], FlaskClient]) -> None:
    demir = sit("demir")
    assert 'name="kim_label" value="Auftrag erfassen"' in demir.get("/auftraege/neu").text
    assert demir.post("/auftraege/neu", data={**TYPED, "kim_label": "Auftrag erfassen", "kim_keep": "1"}).location == "/entwuerfe"
    (draft_id,) = re.findall(r'name="kim_continue" value="([^"]+)"', demir.get("/entwuerfe").text)
    again = demir.post("/auftraege/neu", data={"kim_continue": draft_id})
    assert again.status_code == 200 and "Noch nicht gespeichert" not in again.text
    for value in ("Schule Alsdorf", "20.9.2022", "gegen zehn", "lang", "order-1"):
        assert f'value="{value}"' in again.text
    assert sit("oeztuerk").get("/entwuerfe").text.count("kim_continue") == 0
