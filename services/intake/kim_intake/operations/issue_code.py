"""Give a return code to who came without a name: only the client holds it, and by it the next desk finds this consultation."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from sqlalchemy.orm import Session

from kim_intake.model.client import Client, client, client_of_code
from kim_intake.model.consultation import Consultation
from kim_intake.operations.find_at_site import consultation_for
from kim_intake.rules.return_code import new_code


@dataclass(frozen=True, slots=True)
class IssueCode:
    consultation_id: str


class IssueCodeSchema(CommandSchema):
    command = IssueCode
    consultation_id = Id(required=True)


def issue_code(session: Session, act: Act, command: IssueCode) -> Client:
    """The client behind the code: the one the consultation already belongs to, or a new one without a name. Raises NotFound."""
    return client_of_talk(session, act, consultation_for(session, act, command.consultation_id, "consultation.correct"))


def client_of_talk(session: Session, act: Act, talk: Consultation) -> Client:
    """The same of a talk that was found already."""
    if talk.client_id:
        return client(session, talk.client_id)
    found = Client(
        id=new_id(),
        code=unused_code(session),
        languages=talk.languages,
        town=talk.town,
        persons=talk.persons_present,
        created_at=act.at,
        created_by=act.actor.id,
        site_id=talk.site_id,
        last_contact=talk.day,
    )
    session.add(found)
    session.flush()
    talk.client_id = found.id
    return found


def unused_code(session: Session) -> str:
    while client_of_code(session, code := new_code()) is not None:
        pass
    return code
