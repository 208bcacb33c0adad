"""Contracts that end: for each the six lamps, the next step and what must be said today."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from kim_staffing.model.assurance import assurances
from kim_staffing.model.contract import DRAFTED, LATE, RUNNING, SET_ASIDE, Contract, all_contracts
from kim_staffing.model.hearing import CouncilHearing, hearings_by_contract
from kim_staffing.model.occupancy import Occupancy, occupancies
from kim_staffing.rules.coverage import Candidate, Cover, cover
from kim_staffing.rules.extension_gate import GateFacts, Lamp, NextStep, is_complete, lamps, next_step
from kim_staffing.rules.finding import Finding
from kim_staffing.rules.fixed_term import Chain, EarlierJob, look_at
from kim_staffing.rules.fte import active_on
from kim_staffing.rules.lateness import alarm
from kim_staffing.rules.reminders import Reminder, reminders

SETTLED = (RUNNING, LATE)


@dataclass(frozen=True, slots=True)
class EndingContract:
    """A contract that ends, and what goes on from it: `following` is the draft or the extension, if there is one."""

    contract: Contract
    following: Contract | None
    occupancies: tuple[Occupancy, ...]
    facts: GateFacts
    lamps: tuple[Lamp, ...]
    next_step: NextStep | None
    alarm: Finding | None
    last_working_day: date
    reminders: tuple[Reminder, ...]

    @property
    def complete(self) -> bool:
        return is_complete(self.lamps)

    @property
    def cover(self) -> Cover:
        return self.facts.cover

    @property
    def extended(self) -> bool:
        return self.following is not None and self.following.state == RUNNING

    @property
    def late(self) -> bool:
        return self.following is not None and self.following.state == LATE

    @property
    def awaited(self) -> bool:
        """Whether an extension is still to be made: neither made, nor too late, nor unwanted."""
        return not self.extended and not self.late and not self.contract.left


def ending_contracts(session: Session, today: date) -> list[EndingContract]:
    """Every contract that was ever running, by its end; the gate is asked as of today."""
    register = _Register(session)
    return [register.ending(contract, today) for contract in register.running]


def ending_contract(session: Session, contract_id: str, today: date) -> EndingContract | None:
    """One contract that runs or ran, with its gate; None for a draft or one that was set aside."""
    return next((ending for ending in ending_contracts(session, today) if ending.contract.id == contract_id), None)


def chain_of(session: Session, contract: Contract) -> Chain:
    """What is to be said about the chain that ends with this contract or draft."""
    links = [
        one.link
        for one in all_contracts(session)
        if one.person_id == contract.person_id
        and one.employer_id == contract.employer_id
        and (one.id == contract.id or (one.state in SETTLED and one.starts_on < contract.starts_on))
    ]
    earlier = [EarlierJob(job.employer, job.ended_on) for job in contract.person.earlier_jobs]
    return look_at(sorted(links, key=lambda link: link.starts_on), contract.employer.legal(contract.starts_on), earlier)


class _Register:
    """All rows the gate needs, read once for all contracts."""

    def __init__(self, session: Session) -> None:
        self.contracts = all_contracts(session)
        self.following = {one.previous_id: one for one in self.contracts if one.previous_id and one.state != SET_ASIDE}
        self.held = occupancies(session)
        self.hearings = hearings_by_contract(session)
        self.assurances = [one.terms for one in assurances(session)]
        self.running = [one for one in self.contracts if one.state == RUNNING and one.employer.own]
        self.covers = cover(self.assurances, [self._candidate(one) for one in self.running])

    def ending(self, contract: Contract, today: date) -> EndingContract:
        following = self.following.get(contract.id)
        facts = self._facts(contract, following)
        row = lamps(facts)
        calendar = contract.employer.calendar
        settled = contract.left or (following is not None and following.state in SETTLED)
        return EndingContract(
            contract=contract,
            following=following,
            occupancies=tuple(self._held_at_end(contract)),
            facts=facts,
            lamps=row,
            next_step=None if settled else next_step(facts, row, calendar),
            alarm=None if settled else alarm(contract.ends_on, today, calendar),
            last_working_day=calendar.on_or_before(contract.ends_on),
            reminders=reminders(contract.ends_on, calendar),
        )

    def _facts(self, contract: Contract, following: Contract | None) -> GateFacts:
        held = list(self._held_at_end(contract))
        ends = [one.post.latest.ends_on for one in held if one.post.latest.ends_on is not None]
        return GateFacts(
            old=contract.link,
            cover=self.covers[contract.id],
            has_post=bool(held),
            post_ends_on=min(ends) if ends else None,
            plan_fits=all(self._fits(one, contract.ends_on + timedelta(days=1)) for one in held),
            council=contract.employer.council,
            hearings=[one.as_heard() for one in self._heard(contract)],
            draft=following.draft if following else None,
        )

    def _candidate(self, contract: Contract) -> Candidate:
        held = list(self._held_at_end(contract))
        following = self.following.get(contract.id)
        return Candidate(
            contract=contract.id,
            employer=contract.employer_id,
            baustein=held[0].post.baustein if held else 0,
            share=following.share if following else contract.share,
            goes_on_from=contract.ends_on + timedelta(days=1),
            begun=following is not None and following.state in {DRAFTED, *SETTLED},
        )

    def _held_at_end(self, contract: Contract) -> Iterable[Occupancy]:
        return (one for one in self.held if one.person_id == contract.person_id and one.covers(contract.ends_on))

    def _heard(self, contract: Contract) -> list[CouncilHearing]:
        return self.hearings.get(contract.id, [])

    def _fits(self, held: Occupancy, day: date) -> bool:
        """Whether the post has room for this occupancy to go on: what others hold then leaves enough."""
        others = [one.as_share() for one in self.held if one.post_id == held.post_id and one.person_id != held.person_id]
        return active_on(others, day) + (held.share if held.active else Decimal(0)) <= held.post.fte
