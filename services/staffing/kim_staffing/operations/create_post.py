"""Create a post: established at once, planned, or still undecided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kim_events.fields import Code, Day, Fte, Id, StrictInt, Text, one_of
from kim_reference.municipalities import municipality_of
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.entered import Entered
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_staffing.model.employer import employer_by_id
from kim_staffing.model.entered import POST
from kim_staffing.model.post import BAUSTEINE, ESTABLISHED, PLANNED, ROLE_WORDS, UNDECIDED, Post, PostDecision, next_post_number
from kim_staffing.rules.fte import STEP, fits_step


@dataclass(frozen=True, slots=True)
class CreatePost:
    """An established post needs an employer and the day it begins; a planned one may lack the day, an undecided one both."""

    baustein: int
    role: str
    fte: Decimal
    status: str = ESTABLISHED
    employer: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    municipality: str = ""
    workplace: str = ""
    transferred_from: str = ""
    id: str = field(default_factory=new_id)


class CreatePostSchema(CommandSchema):
    command = CreatePost
    id = Id()
    baustein = StrictInt(required=True, validate=one_of(BAUSTEINE), metadata={"label": "Baustein"})
    role = Code(ROLE_WORDS, required=True, metadata={"label": "Aufgabe"})
    fte = Fte(required=True, metadata={"label": "Stellenanteil", "hint": "Vollzeitäquivalente, zum Beispiel 0,5"})
    status = Code((ESTABLISHED, PLANNED, UNDECIDED), load_default=ESTABLISHED, metadata={"label": "Stand"})
    employer = Text(
        load_default="",
        longest=40,
        metadata={"label": "Arbeitgeber", "hint": "nötig, sobald die Stelle eingerichtet ist", "at_times": True},
    )
    starts_on = Day(load_default=None, allow_none=True, metadata={"label": "Beginn"})
    ends_on = Day(load_default=None, allow_none=True, metadata={"label": "Ende"})
    municipality = Text(load_default="", longest=8, metadata={"label": "Kommune"})
    workplace = Text(
        load_default="", longest=40, metadata={"label": "Arbeitsort", "hint": "nur, wenn in einem anderen Haus gearbeitet wird"}
    )
    transferred_from = Text(load_default="", longest=80, metadata={"label": "Übernommen aus"})


def create_post(session: Session, act: Act, command: CreatePost) -> Post:
    """Raises Refused: share_step, municipality_unknown, employer_missing, days_turned; NotFound: employer_unknown. The same id again
    returns the post.
    """
    known = session.get(Post, command.id)
    if known is not None:
        return known
    refuse(_faults(session, command))
    post = Post(
        id=command.id,
        number=next_post_number(session, command.baustein),
        baustein=command.baustein,
        role=command.role,
        fte=command.fte,
        municipality=command.municipality,
        workplace=command.workplace,
        transferred_from=command.transferred_from,
        history=[
            PostDecision(
                decided_on=act.today,
                status=command.status,
                employer_id=command.employer or None,
                starts_on=command.starts_on,
                ends_on=command.ends_on,
            )
        ],
    )
    session.add_all((post, Entered.in_act(act, POST, post.id)))
    session.flush()
    return post


def _faults(session: Session, command: CreatePost) -> Iterator[Refused]:
    step = employer_by_id(session, command.employer).share_step if command.employer else STEP
    if not fits_step(command.fte, step):
        yield Refused("share_step", "Der Anteil ist ein Vielfaches von {step}.", "fte", step=step)
    if command.municipality and municipality_of(command.municipality) is None:
        yield Refused("municipality_unknown", "Diese Kommune gehört nicht zur StädteRegion.", "municipality")
    yield from employer_missing(command.status, command.employer)
    yield from days_turned(command.starts_on, command.ends_on)


def employer_missing(status: str, employer: str) -> Iterator[Refused]:
    if status == ESTABLISHED and not employer:
        yield Refused("employer_missing", "Eine eingerichtete Stelle braucht einen Arbeitgeber; sonst „noch offen“ wählen.", "employer")


def days_turned(starts_on: date | None, ends_on: date | None, field: str = "ends_on") -> Iterator[Refused]:
    if starts_on and ends_on and ends_on < starts_on:
        yield Refused("days_turned", "Der letzte Tag liegt vor dem ersten.", field)
