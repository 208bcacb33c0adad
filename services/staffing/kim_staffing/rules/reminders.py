"""What has to be done before a fixed term ends, and on which working day at the latest."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from kim_staffing.rules.working_days import WorkingDays


@dataclass(frozen=True, slots=True)
class Lead:
    """A step and how long before the end it is due: months or weeks."""

    kind: str
    words: str
    months: int = 0
    weeks: int = 0


@dataclass(frozen=True, slots=True)
class Reminder:
    kind: str
    words: str
    due_on: date


LEADS = (
    Lead("plan", "Verlängerung planen", months=6),
    # § 38(1) SGB III: to be registered three months before the end at the latest, so the letter goes out two weeks earlier
    Lead("job_seeking_letter", "Schreiben zur Arbeitsuchendmeldung übergeben (§ 38 SGB III)", weeks=14),
    Lead("council", "Mitbestimmung einleiten", weeks=10),
    Lead("draft", "Entwurf fertig", weeks=4),
    Lead("signatures", "Unterschriften beider Seiten", weeks=2),
)  # fmt: skip


def reminders(ends_on: date, calendar: WorkingDays) -> tuple[Reminder, ...]:
    """The reminders of a fixed term, each on a working day at or before its date."""
    return tuple(Reminder(lead.kind, lead.words, calendar.on_or_before(_before(ends_on, lead))) for lead in LEADS)


def due_on(kind: str, ends_on: date, calendar: WorkingDays) -> date:
    """When one step is due; the original must be back on the last working day."""
    for reminder in reminders(ends_on, calendar):
        if reminder.kind == kind:
            return reminder.due_on
    return calendar.on_or_before(ends_on)


def _before(day: date, lead: Lead) -> date:
    if lead.weeks:
        return day - timedelta(weeks=lead.weeks)
    months = day.year * 12 + day.month - 1 - lead.months
    year, month = divmod(months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
