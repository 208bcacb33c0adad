"""What keeps a figure from measuring a single colleague (Leistungs- und Verhaltenskontrolle). One rule, asked wherever work is counted:

what fewer than three people did is told only together with the next larger unit. Of a place where people are counselled that unit is the
calendar month: the council asks where the families came from, site by site, and nine of ten sites are one desk. People are counted, not
desks: two desks may be one person's, and one desk may be many people's, each alone on their day. Of a service, and of all else that people
do, it is halves of months (`kim_statistics.halves`).

A program that can watch how somebody works needs the staff council's consent: § 72(3) no. 2 LPVG NRW, § 87(1) no. 6 BetrVG; Art. 88 GDPR
with § 26 BDSG. Nobody is to be asked for it because of a figure nobody needs.
"""

from __future__ import annotations

from datetime import date, timedelta

SMALLEST_GROUP = 3


def is_a_group(people: int) -> bool:
    """Whether the work of so many people may be told by itself."""
    return people >= SMALLEST_GROUP


def months_over(from_: date, to: date, today: date) -> tuple[date, date] | None:
    """First and last day of the whole calendar months within a period that are over; None: there is none.

    `2022-03-01` to `2022-07-31` for 1 March to 15 August 2022, asked on any later day. The present month is not over on its last day:
    who asks each evening would else learn the day.
    """
    first = from_ if from_.day == 1 else _next_month(from_)
    last = (min(to, today - timedelta(days=1)) + timedelta(days=1)).replace(day=1) - timedelta(days=1)
    return (first, last) if first <= last else None


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
