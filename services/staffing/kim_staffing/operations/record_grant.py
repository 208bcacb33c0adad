"""Record a grant with its rate, its rule for empty posts, and the posts it pays."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, Money, StrictInt, Text, one_of
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from marshmallow import fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_staffing.model.entered import GRANT, VACANCY_RULE
from kim_staffing.model.grant import FundingLine, Grant, grant_by_id, lines_of
from kim_staffing.model.post import BAUSTEINE, Post, post_for_update
from kim_staffing.operations.create_post import days_turned
from kim_staffing.rules.vacancy_money import VacancyRule

LONGEST, LAST_YEAR = timedelta(days=3653), 2100
MOST_POSTS = 1000


@dataclass(frozen=True, slots=True)
class RecordGrant:
    """`fte` is how many full-time posts it pays, `rate` euro per post and year; `posts` are paid with their whole size."""

    name: str
    baustein: int
    period_from: date
    period_to: date
    fte: Decimal
    rate: Decimal
    vacancy_rule: str = VacancyRule.FULL_MONTHS
    rule_source: str = ""
    notice_dated: date | None = None
    posts: tuple[str, ...] = ()
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class SetVacancyRule:
    """How the notice treats empty posts, and where it says so."""

    grant: str
    vacancy_rule: str
    rule_source: str


class RecordGrantSchema(CommandSchema):
    command = RecordGrant
    id = Id()
    name = Text(required=True, shortest=1, metadata={"label": "Bewilligung", "hint": "zum Beispiel: KIM NRW 2023, Case Management"})
    baustein = StrictInt(required=True, validate=one_of(BAUSTEINE), metadata={"label": "Baustein"})
    period_from = Day(required=True, metadata={"label": "Zeitraum von"})
    period_to = Day(required=True, metadata={"label": "Zeitraum bis"})
    fte = Fte(required=True, metadata={"label": "Stellen", "hint": "Vollzeitäquivalente, zum Beispiel 12,0"})
    rate = Money(required=True, metadata={"label": "Euro je Vollzeitstelle und Jahr"})
    vacancy_rule = Code(
        [rule.value for rule in VacancyRule], load_default=VacancyRule.FULL_MONTHS.value, metadata={"label": "Regel für Leerstand"}
    )
    rule_source = Text(load_default="", longest=500, metadata={"label": "Fundstelle der Regel"})
    notice_dated = Day(load_default=None, allow_none=True, metadata={"label": "Bescheid vom", "lies": "behind"})
    posts = fields.List(Id(), load_default=(), metadata={"label": "Stellen, die daraus bezahlt werden"})


class SetVacancyRuleSchema(CommandSchema):
    command = SetVacancyRule
    grant = Id(required=True)
    vacancy_rule = Code([rule.value for rule in VacancyRule], required=True, metadata={"label": "Regel für Leerstand"})
    rule_source = Text(load_default="", longest=500, metadata={"label": "Fundstelle der Regel"})


def record_grant(session: Session, act: Act, command: RecordGrant) -> Grant:
    """Raises Refused: days_turned, period_too_long, nothing_granted, other_baustein, double_funding, more_than_granted; NotFound:
    post_unknown. The same id again returns the grant.
    """
    known = session.get(Grant, command.id)
    if known is not None:
        return known
    refuse(_faults(command))
    grant = Grant(
        id=command.id,
        name=command.name,
        baustein=command.baustein,
        notice_dated=command.notice_dated,
        period_from=command.period_from,
        period_to=command.period_to,
        fte=command.fte,
        rate=command.rate,
        vacancy_rule=command.vacancy_rule,
        rule_source=command.rule_source,
    )
    session.add_all((grant, Entered.in_act(act, GRANT, grant.id)))
    session.flush()
    pay_posts(session, grant, set(command.posts))
    must_not_exceed(session, grant)
    return grant


def set_vacancy_rule(session: Session, act: Act, command: SetVacancyRule) -> Grant:
    """Raises Refused: source_missing; NotFound: grant_unknown."""
    grant = grant_by_id(session, command.grant)
    if not command.rule_source:
        raise Refused("source_missing", "Wo steht die Regel? Bitte die Fundstelle im Bescheid nennen.", "rule_source")
    grant.vacancy_rule, grant.rule_source = VacancyRule(command.vacancy_rule).value, command.rule_source
    session.add(Entered.in_act(act, VACANCY_RULE, grant.id))
    return grant


def pay_posts(session: Session, grant: Grant, post_ids: Collection[str]) -> None:
    """Let a grant pay posts it does not pay yet, each with its whole size. Raises Refused: other_baustein, double_funding; NotFound:
    post_unknown.
    """
    in_order = sorted(post_ids)  # two grants that ask for a post come one after the other
    posts = [post_for_update(session, one) for one in in_order]
    refuse(fault for post in posts for fault in _payment_faults(session, grant, post))
    session.add_all(FundingLine(grant_id=grant.id, post_id=post.id, share=post.fte) for post in posts)
    session.flush()


def must_not_exceed(session: Session, grant: Grant) -> None:
    """Raises Refused: more_than_granted."""
    paid = sum((line.share for line in lines_of(session, grant.id)), Decimal(0))
    if paid > grant.fte:
        words = "Die Stellen haben zusammen {paid}, bewilligt sind {fte}."
        raise Refused("more_than_granted", words, "posts", paid=paid, fte=grant.fte)


def _faults(command: RecordGrant) -> Iterator[Refused]:
    """Grants are for a year; what is far from it is a slip of the hand."""
    yield from days_turned(command.period_from, command.period_to, "period_to")
    if command.period_to - command.period_from > LONGEST or command.period_to.year > LAST_YEAR:
        words = "Eine Bewilligung läuft höchstens zehn Jahre. Bitte den Zeitraum des Bescheids prüfen."
        yield Refused("period_too_long", words, "period_to")
    if not 0 < command.fte <= MOST_POSTS:
        words = "Wie viele Vollzeitstellen sind bewilligt? Zum Beispiel 12,0, höchstens {most}."
        yield Refused("nothing_granted", words, "fte", most=MOST_POSTS)


def _payment_faults(session: Session, grant: Grant, post: Post) -> Iterator[Refused]:
    """§ 9(4) TIntG: what one grant pays no other one pays in the same time."""
    if post.baustein != grant.baustein:
        words = "Die Stelle {number} gehört nicht zu Baustein {baustein}."
        yield Refused("other_baustein", words, "posts", number=post.number, baustein=grant.baustein)
    others = select(FundingLine).join(Grant).where(
        FundingLine.post_id == post.id, Grant.id != grant.id, Grant.period_from <= grant.period_to, Grant.period_to >= grant.period_from
    )  # fmt: skip
    if session.scalars(others).first() is not None:
        words = "Die Stelle {number} wird in dieser Zeit schon aus einer anderen Bewilligung bezahlt (§ 9 Abs. 4 TIntG)."
        yield Refused("double_funding", words, "posts", number=post.number)
