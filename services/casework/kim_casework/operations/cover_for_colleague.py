"""Let a colleague stand in for an absent one, for some days (Vertretung auf Zeit)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_events.fields import Day, Id, Text
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.database import locked
from kim_runtime.ids import new_id
from kim_runtime.refusal import Forbidden, NotFound, Refused, refuse
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_casework.model.cover import Cover, covers_overlapping
from kim_casework.model.staff import Assignability, StaffMember
from kim_casework.model.standing import lets
from kim_casework.rules.cover import LONGEST_COVER, cover_days


@dataclass(frozen=True, slots=True)
class GiveCover:
    """Both days count. `with_protected`: the protected cases of the absent colleague too."""

    absent: str
    cover: str
    from_day: date
    until_day: date
    with_protected: bool = False
    reason: str = ""
    id: str = ""


class GiveCoverSchema(CommandSchema):
    command = GiveCover
    id = Id(load_default=new_id)
    absent = Id(required=True, metadata={"label": "Wer fehlt"})
    cover = Id(required=True, metadata={"label": "Wer vertritt"})
    from_day = Day(required=True, metadata={"label": "Vom", "lies": "ahead"})
    until_day = Day(required=True, metadata={"label": "Bis einschließlich", "lies": "ahead"})
    with_protected = fields.Boolean(load_default=False, metadata={"label": "Auch die geschützten Akten"})
    reason = Text(load_default="", longest=200, metadata={"label": "Bemerkung", "hint": "Bitte keine Angaben zur Gesundheit."})


@dataclass(frozen=True, slots=True)
class EndCover:
    cover_id: str


class EndCoverSchema(CommandSchema):
    command = EndCover
    cover_id = Id(required=True)


def give_cover(session: Session, act: Act, command: GiveCover) -> Cover:
    """The cases of one colleague are on these days those of another too. The same id again returns the cover there is.

    Raises Forbidden for anybody but a lead of the absent one's team, NotFound for the id of one of another team, Refused `covers_oneself`,
    `not_introduced`, `day_past`, `ends_before_it_begins`, `too_long`, `not_assignable`, `covered_already`, `not_to_oneself`.
    """
    _lead_only(session, act, "cover.give")
    there = session.get(Cover, command.id) if command.id else None
    if there is not None:
        return _of_own_team(session, act, "cover.give", there)
    absent, cover = _member(session, command.absent, "absent"), _member(session, command.cover, "cover")
    if not lets(session, act, "cover.give", absent):
        raise Forbidden(
            "other_team",
            "{name} ist in einem anderen Team: Die Vertretung richtet dessen Leitung ein, oder eine Leitung ohne Team.",
            name=absent.name,
        )
    against = (
        Refused("covers_oneself", "Niemand vertritt sich selbst. Bitte jemand anderen wählen.", "cover") if absent.id == cover.id else None,
        _wrong_days(act, command),
        _opens_it_to_oneself(session, act, command),
    )
    refuse(filter(None, against))
    _assignable(session, cover, command)
    if overlapping := covers_overlapping(session, absent.id, cover.id, command.from_day, command.until_day):
        raise Refused(
            "covered_already", "{cover} vertritt {absent} schon vom {first} bis {last}. Bitte diese zuerst beenden.", "from_day",
            cover=cover.name, absent=absent.name, first=overlapping[0].from_day, last=overlapping[0].until_day,
        )  # fmt: skip
    given = Cover(
        id=command.id or new_id(), absent=absent.id, cover=cover.id, from_day=command.from_day, until_day=command.until_day,
        with_protected=command.with_protected, reason=command.reason, given_by=act.actor.id, given_at=act.at,
    )  # fmt: skip
    session.add(given)
    session.flush()
    return given


def end_cover(session: Session, act: Act, command: EndCover) -> Cover:
    """It holds no more, from this moment. Ending twice changes nothing. Raises Forbidden, NotFound."""
    _lead_only(session, act, "cover.end")
    cover = _of_own_team(session, act, "cover.end", locked(session, Cover, command.cover_id))
    if cover.ended_at is None:
        cover.ended_at, cover.ended_by = act.at, act.actor.id
        session.flush()
    return cover


def _of_own_team(session: Session, act: Act, action: str, cover: Cover | None) -> Cover:
    """Raises NotFound for one of another team, as for one there is not."""
    if cover is None or not lets(session, act, action, cover):
        raise NotFound("cover_not_found", "Diese Vertretung gibt es nicht.")
    return cover


def _lead_only(session: Session, act: Act, action: str) -> None:
    if not lets(session, act, action):
        raise Forbidden("lead_only", "Vertretungen regelt die Leitung des Case Managements.")


def _member(session: Session, member_id: str, field: str) -> StaffMember:
    by_id = locked if field == "absent" else Session.get  # two covers of one colleague at once meet here
    member = by_id(session, StaffMember, member_id)
    if member is None or not member.manages_cases:
        raise Refused("not_introduced", "Diese Fallmanager_in ist hier nicht bekannt. Die Leitung nimmt sie unter „Unser Haus“ auf.", field)
    return member


def _opens_it_to_oneself(session: Session, act: Act, command: GiveCover) -> Refused | None:
    if command.with_protected and command.cover == act.actor.id and not lets(session, act, "case.unprotect"):
        return Refused(
            "not_to_oneself",
            "Die geschützten Akten einer Kolleg_in geben Sie nicht sich selbst: Bitte ohne sie vertreten, oder jemand anderen wählen.",
            "with_protected",
        )
    return None


def _wrong_days(act: Act, command: GiveCover) -> Refused | None:
    if command.from_day < act.today:
        return Refused("day_past", "Dieser Tag ist schon vorbei.", "from_day")
    if command.until_day < command.from_day:
        return Refused("ends_before_it_begins", "Die Vertretung endet vor ihrem Beginn.", "until_day")
    if command.until_day - command.from_day >= LONGEST_COVER:
        return Refused(
            "too_long",
            "Eine Vertretung dauert höchstens {days} Tage. Wer länger fehlt, gibt seine Fälle ab: im Fall unter „Zuständigkeit ändern“.",
            "until_day", days=LONGEST_COVER.days,
        )  # fmt: skip
    return None


def _assignable(session: Session, cover: StaffMember, command: GiveCover) -> None:
    assignability = Assignability(session)
    for day in cover_days(command.from_day, command.until_day):
        if not assignability.may_take_cases(cover.id, day):
            raise Refused(
                "not_assignable", "{name} ist am {day} nicht als Fallmanager_in einsetzbar. Bitte jemand anderen wählen.", "cover",
                name=cover.name, day=day,
            )  # fmt: skip
