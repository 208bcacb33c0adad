"""Who can receive a referral, from the directory of organisations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kim_bus.directory import Directory, Organisation
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from sqlalchemy.orm import Session

from kim_referral.rules.referral_rules import IMMIGRATION_OFFICE, RECEIVING_SERVICES

OFFERED = "referral.offered.v1"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A body somebody can be referred to. `mailbox` is None for a partner without software: it gets letters."""

    organisation: str
    name: str
    mailbox: str | None
    phone: str
    guarded: bool

    @property
    def code(self) -> str:
        """How a form names it: the mailbox, or the organisation where there is none."""
        return self.mailbox or self.organisation


def directory_of(session: Session) -> Directory:
    directory: Directory = session.info["post"].directory
    return directory


def bound_to_secrecy(session: Session, act: Act) -> bool:
    """Whether the house says that who works in this service is bound to secrecy (§ 203(1) Nr. 6 StGB)."""
    directory = directory_of(session)
    return directory.knows(act.organisation) and act.mailbox in directory.organisation(act.organisation).sworn_mailboxes


def known_organisation(session: Session, organisation_id: str, field: str) -> Organisation:
    directory = directory_of(session)
    if organisation_id not in {organisation.id for organisation in directory.organisations}:
        raise Refused("receiver_unknown", "Diese Stelle steht nicht im Verzeichnis: {receiver}.", field, receiver=organisation_id)
    return directory.organisation(organisation_id)


def name_of(session: Session, organisation_id: str, day: date) -> str:
    """The organisation's name on this day; its id where the directory does not know it (any more)."""
    directory = directory_of(session)
    known = {organisation.id: organisation for organisation in directory.organisations}
    return known[organisation_id].name_on(day) if organisation_id in known else organisation_id


def is_guarded(session: Session, organisation_id: str) -> bool:
    """Whether it is an immigration office: what it learns is shown and chosen each time (§ 87(2) AufenthG)."""
    directory = directory_of(session)
    return directory.knows(organisation_id) and directory.organisation(organisation_id).kind == IMMIGRATION_OFFICE


def receiver(session: Session, act: Act, code: str) -> Receiver:
    """The receiver a form or program names: an organisation's id, or one mailbox of it.

    An organisation's id alone means its first receiving mailbox. Raises Refused `receiver_unknown`, `receiver_self`.
    """
    organisation_id, _, service = code.partition(".")
    organisation = known_organisation(session, organisation_id, "receiver")
    mailboxes = _mailboxes(session, act, organisation)
    if service:
        if code not in mailboxes:
            raise Refused("receiver_unknown", "Diese Stelle steht nicht im Verzeichnis: {receiver}.", "receiver", receiver=code)
        return _receiver(organisation, code, act.today)
    if organisation_id == act.organisation and not mailboxes:
        raise Refused("receiver_self", "Ein Verweis an den eigenen Dienst ist nicht nötig.", "receiver")
    return _receiver(organisation, mailboxes[0] if mailboxes else None, act.today)


def receivers(session: Session, act: Act) -> list[Receiver]:
    """Everybody outside the house one can refer to from here, by name. Inside it people are handed over, not referred."""
    found = []
    for organisation in directory_of(session).organisations:
        if organisation.id == act.organisation:
            continue
        for mailbox in _mailboxes(session, act, organisation) or (None,):
            found.append(_receiver(organisation, mailbox, act.today))
    return sorted(found, key=lambda one: (one.name.casefold(), one.code))


def quick_receivers(session: Session, act: Act) -> list[Receiver]:
    """The short list of the form. The immigration office never stands in it: § 87(2) AufenthG makes a slip there dangerous."""
    return [one for one in receivers(session, act) if not one.guarded]


def _mailboxes(session: Session, act: Act, organisation: Organisation) -> list[str]:
    if organisation.id != act.organisation and not directory_of(session).agreed(act.organisation, organisation.id, OFFERED):
        return []
    mailboxes = [f"{organisation.id}.{service}" for service in RECEIVING_SERVICES if service in organisation.runs]
    return [mailbox for mailbox in mailboxes if mailbox != act.mailbox]


def _receiver(organisation: Organisation, mailbox: str | None, day: date) -> Receiver:
    return Receiver(
        organisation=organisation.id,
        name=organisation.name_on(day),
        mailbox=mailbox,
        phone=organisation.phone,
        guarded=organisation.kind == IMMIGRATION_OFFICE,
    )
