"""Was läuft ab: every contract that ends, one line each, with its six lamps and who must act next (D1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from kim_runtime.clock import local_day
from kim_web.own_entries import given_to_me
from kim_web.page import Pages, render, see

from kim_staffing.model.ending import EndingContract, ending_contracts
from kim_staffing.model.post import posts
from kim_staffing.pages import words
from kim_staffing.rules.extension_gate import LAMP_WORDS

pages = Pages("expiring", __name__)
RECENT = timedelta(days=90)  # how long what was settled stays on the page
AHEAD = timedelta(days=90)  # how long before its first reminder a contract is shown with its lamps


@dataclass(frozen=True, slots=True)
class Group:
    """The contracts of one employer with one end."""

    endings: tuple[EndingContract, ...]

    @property
    def ends_on(self) -> date:
        return self.endings[0].contract.ends_on

    @property
    def last_working_day(self) -> date:
        return self.endings[0].last_working_day

    @property
    def without_letter(self) -> tuple[EndingContract, ...]:
        return tuple(one for one in self.endings if one.contract.letter_handed_over_on is None)

    def is_later_than(self, today: date) -> bool:
        return self.endings[0].reminders[0].due_on - AHEAD > today


@pages.get("/ablauf")
@pages.guard("expiring.see")
def show() -> str:
    with see() as (session, act):
        endings = ending_contracts(session, act.today)
        awaited = sorted((one for one in endings if one.awaited), key=_order)
        groups = [Group(tuple(found)) for _key, found in groupby(awaited, key=_end_and_employer)]
        return render(
            "staffing/expiring.html",
            given=given_to_me(session),
            today=act.today,
            begins=not posts(session),
            groups=[group for group in groups if not group.is_later_than(act.today)],
            later=[group for group in groups if group.is_later_than(act.today)],
            alarms=[one for one in awaited if one.alarm],
            late=[one for one in endings if one.late and _recent(one, act.today)],
            extended=[one for one in endings if one.extended and _recent(one, act.today)],
            leaving=[one for one in endings if one.contract.left and one.contract.ends_on >= act.today],
            lamp_words=LAMP_WORDS,
            words=words,
        )


def _order(ending: EndingContract) -> tuple[date, str, str, str]:
    post = ending.occupancies[0].post.number if ending.occupancies else "-"
    return (*_end_and_employer(ending), post, ending.contract.person.name)


def _end_and_employer(ending: EndingContract) -> tuple[date, str]:
    return ending.contract.ends_on, ending.contract.employer_id


def _recent(ending: EndingContract, today: date) -> bool:
    following = ending.following
    if following is None:
        return False
    settled_on = following.completed_on or (local_day(following.frozen_at) if following.frozen_at else None)
    return settled_on is not None and today - settled_on <= RECENT
