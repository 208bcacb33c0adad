"""Signed too late: what is said on the last working day, and what when an extension was not complete before the old end.

A fixed term needs the written form (§ 14(4) TzBfG), both signatures and the signed paper before the work begins; the employer who signs
afterwards does not mend it (BAG 7 AZR 797/14). Whether the contract is then permanent (§ 15, § 16 TzBfG) is a question for HR law: these
sentences say what happened and whom to ask.
"""

from __future__ import annotations

from datetime import date, timedelta

from kim_staffing.rules.finding import Finding, Weight
from kim_staffing.rules.working_days import WorkingDays

# What used to be § 15(5) became § 15(6) on 1 August 2022 (Act of 20 July 2022, BGBl. I p. 1174).
RENUMBERED_ON = date(2022, 8, 1)
ASK_AFTER_DAYS = 3
AFTER_THE_END = (
    "Ende war {ends_on}, nicht verlängert; wer weiterarbeitet, kann unbefristet beschäftigt sein; Personalrecht fragen ({paragraphs})"
)


def signed_in_time(
    old_end: date, employer_signed_on: date | None, employee_signed_on: date | None, original_received_on: date | None
) -> bool:
    """Whether all three dates are there and none lies after the old end. The employee's earlier signature alone does not help."""
    dates = (employer_signed_on, employee_signed_on, original_received_on)
    return all(day is not None and day <= old_end for day in dates)


def must_name_receiver(signed_on: date, entered_on: date, old_end: date) -> bool:
    """Whether an entry asks who received the original and when: it is made after the old end, or more than three days after the date it
    names.
    """
    return entered_on > old_end or (entered_on - signed_on).days > ASK_AFTER_DAYS


def late_finding(old_end: date, worked_since: date | None) -> Finding:
    """What is said of an extension that was not complete before the old end."""
    paragraphs = _paragraphs(old_end)
    if worked_since is None:
        return Finding(
            "not_in_time",
            "nicht rechtzeitig verlängert; Ende war {old_end}; Personalrecht fragen ({paragraphs})",
            Weight.ASK,
            {"old_end": old_end, "paragraphs": paragraphs},
        )
    return Finding(
        "not_in_time_worked_on",
        "nicht rechtzeitig verlängert; weitergearbeitet {worked_since}; Personalrecht fragen ({paragraphs})",
        Weight.ASK,
        {"worked_since": worked_since, "paragraphs": paragraphs},
    )


def alarm(ends_on: date, today: date, calendar: WorkingDays) -> Finding | None:
    """What is said of a contract whose extension is not complete: from its last working day on, every day."""
    last = calendar.on_or_before(ends_on)
    if today < last:
        return None
    resumes = calendar.on_or_after(ends_on + timedelta(days=1))
    if today == last:
        words = "letzter Arbeitstag heute; wer ab {resumes} weiterarbeitet, kann unbefristet beschäftigt sein"
        return Finding("last_working_day", words, Weight.ASK, {"resumes": resumes})
    if today <= ends_on:
        words = "letzter Arbeitstag war {last}; wer ab {resumes} weiterarbeitet, kann unbefristet beschäftigt sein"
        return Finding("after_last_working_day", words, Weight.ASK, {"last": last, "resumes": resumes})
    params = {"ends_on": ends_on, "paragraphs": _paragraphs(ends_on)}
    return Finding("after_the_end", AFTER_THE_END, Weight.ASK, params)


def _paragraphs(day: date) -> str:
    return f"§ 14 Abs. 4, § 15 Abs. {6 if day >= RENUMBERED_ON else 5}, § 16 TzBfG"
