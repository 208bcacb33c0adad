"""What is typed of an extension that was too late: when work went on is a day and a time, in a field each (0035)."""

from __future__ import annotations

from typing import Any

from kim_events.fields import Day, Moment
from kim_runtime.clock import BERLIN
from kim_web.language import _
from kim_web.page import Form, submitted
from marshmallow import post_load

from kim_staffing.operations.record_late import RecordLateSchema


class TooLateSchema(RecordLateSchema):
    """`worked_on` is the day of `worked_since`, of which the time alone is typed."""

    worked_on = Day(
        load_default=None, allow_none=True, metadata={"label": "Weitergearbeitet seit", "hint": "erster Tag nach dem alten Ende"}
    )

    worked_since = Moment(load_default=None, allow_none=True, default_timezone=BERLIN, metadata={"label": "Uhrzeit"})

    @post_load
    def build(self, data: dict[str, Any], **kwargs: Any) -> Any:
        data.pop("worked_on")
        return super().build(data, **kwargs)


def typed_too_late(draft: str) -> Form:
    """The form that was sent. The hour is asked for where a day is said: who signs in the morning and begins at noon is in time, who begins
    first is not (§ 14(4) TzBfG).
    """
    form = submitted(TooLateSchema, extra={"draft": draft}, times={"worked_since": "worked_on"}, form_id="late")
    day, clock = form.values.get("worked_on"), form.values.get("worked_since")
    if day and not clock:
        form.add_error("worked_since", _("Um wie viel Uhr wurde an diesem Tag zuerst gearbeitet? Zum Beispiel 07:30."))
    if clock and not day:
        form.add_error("worked_on", _("An welchem Tag wurde zuerst weitergearbeitet?"))
    return form
