"""Which consents and sent referrals an actor may see: what lists are made of, and what `kim_referral.relation` decides single things by.

§ 35(1) SGB I: secrecy also within the body; what was told of a person is seen by who needs it for the task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, not_, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from kim_referral.model.consent import Consent
from kim_referral.model.declaration import Declared, Row
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.model.referral import Referral
from kim_referral.model.release import Release


def not_known(_session: Session, _kind: str, _thing_id: str, _person: str) -> int | None:
    return None


@dataclass(frozen=True, slots=True)
class Seen:
    """What is about a thing of the mounting service that an actor may see, and what they recorded about nothing it keeps.

    With `not_of`, what anybody recorded about nothing the service keeps is seen too, but for these colleagues: for who answers for others.

    `about` says for a kind of thing ("case") which ids those are: a select of ids, or None for all of that kind; who recorded what is
    about them makes no difference. A kind it does not name is nobody's but the recorder's. `hidden` says of which things of a kind
    nothing is shown, whoever recorded it: those of protected people. `born` says in which year a person of this name was born whom a thing
    (its kind, its id) is about.
    """

    actor: str
    everything: bool = False
    not_of: Select[str] | None = None
    about: Mapping[str, Select[str] | None] = field(default_factory=dict)
    hidden: Mapping[str, Select[str]] = field(default_factory=dict)
    born: Callable[[Session, str, str, str], int | None] = not_known

    def declared(self, kind: type[Declared]) -> ColumnElement[bool]:
        """Consents or releases: what one recorded, besides."""
        own = true() if self.everything else self._recorded(kind.recorded_by)
        return self._shown(kind.about_kind, kind.about_id, own)

    def referrals(self) -> ColumnElement[bool]:
        """About a visitor a referral follows its consent: who recorded that must see what was told under it, to revoke it knowingly."""
        own_consents = select(Consent.id).where(self._recorded(Consent.recorded_by))
        own = true() if self.everything else or_(self._recorded(Referral.offered_by), Referral.consent_id.in_(own_consents))
        return self._shown(Referral.about_kind, Referral.about_id, own)

    def received(self) -> ColumnElement[bool]:
        """Received referrals: one that became something of the service's is seen with that, and the desk's inbox has it no longer."""
        kind, thing = ReceivedReferral.about_kind, ReceivedReferral.about_id
        return or_(kind.is_(None), self._shown(kind, thing, true()))

    def may_be_about(self, session: Session, kind: str, thing_id: str) -> bool:
        """Whether the actor may record something new about this thing: what the service shows them, nobody in particular yet (empty), or
        what they may see something of already.
        """
        ids = self.about.get(kind)
        if ids is not None:
            return bool(session.scalar(select(literal(thing_id).in_(ids)))) and (kind, thing_id) not in self.hidden_things(session)
        return not thing_id or bool(session.scalar(select(or_(
            *(exists().where(row.about_kind == kind, row.about_id == thing_id, self.declared(row)) for row in (Consent, Release)),
            exists().where(Referral.about_kind == kind, Referral.about_id == thing_id, self.referrals()),
        ))))  # fmt: skip

    def hidden_things(self, session: Session) -> frozenset[tuple[str, str]]:
        """Kind and id of all things nothing is shown of."""
        return frozenset((kind, thing) for kind, ids in self.hidden.items() for thing in session.scalars(ids))

    def _recorded(self, by: InstrumentedAttribute[str]) -> ColumnElement[bool]:
        return by == self.actor if self.not_of is None else by.not_in(self.not_of)

    def _shown(self, kind: InstrumentedAttribute[Any], thing: InstrumentedAttribute[Any], own: ColumnElement[bool]) -> ColumnElement[bool]:
        """What is about something one may see, or about nothing the service keeps and one's own; and about nothing hidden.

        Who may not see a case any more (a cover ended, it was given away) sees nothing about it, whoever recorded it.
        """
        if not self.everything:
            own = and_(own, kind.not_in(self.about))
        about = [kind == name if ids is None else and_(kind == name, thing.in_(ids)) for name, ids in self.about.items()]
        hidden = [not_(and_(kind == name, thing.in_(ids))) for name, ids in self.hidden.items()]
        return and_(or_(own, *about), *hidden)


def recently_declared(session: Session, seen: Seen, kind: type[Row], limit: int = 200) -> list[Row]:
    """Consents or releases that the actor may see, those recorded last on top."""
    query = select(kind).where(seen.declared(kind)).order_by(kind.recorded_at.desc(), kind.id.desc())
    return list(session.scalars(query.limit(limit)))


def consents_seen_about(session: Session, seen: Seen, about_kind: str, about_id: str) -> list[Consent]:
    """The consents of one case, consultation or visitor that the actor may see, the newest first."""
    query = select(Consent).where(Consent.about_kind == about_kind, Consent.about_id == about_id, seen.declared(Consent))
    return list(session.scalars(query.order_by(Consent.given_on.desc(), Consent.id.desc())))


def sent_referrals(session: Session, seen: Seen, states: frozenset[str] | None = None, limit: int = 500) -> list[Referral]:
    """Sent referrals in `states` (all when None) that the actor may see, the newest first."""
    query = select(Referral).where(seen.referrals()).order_by(Referral.offered_at.desc(), Referral.id.desc()).limit(limit)
    return list(session.scalars(query.where(Referral.state.in_(states)) if states is not None else query))
