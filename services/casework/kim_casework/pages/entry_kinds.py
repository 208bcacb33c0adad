"""What somebody may have entered at a desk that a colleague had left open: `Doors.entries` of casework.

Not among them: protections, and what was opened in an emergency. They say who could see what, and that is put right by nobody.
"""

from __future__ import annotations

from typing import Any, Final

from kim_referral.doors import entry_kinds
from kim_runtime.act import Actor
from kim_runtime.clock import local_day
from kim_runtime.database import session_of
from kim_runtime.entered import Entered
from kim_web.doors import EntryKind
from kim_web.language import _, mark
from kim_web.policy import could
from sqlalchemy import select
from sqlalchemy.orm import Session

from kim_casework.model import entered
from kim_casework.model.case import Case, CaseChange, assigned_along
from kim_casework.model.contact import Contact, NextStep
from kim_casework.model.cover import Cover
from kim_casework.model.order import InterpretingOrder
from kim_casework.model.proposal import Proposal
from kim_casework.model.protection import protection_of
from kim_casework.model.site import Site
from kim_casework.model.staff import StaffMember
from kim_casework.pages import words

ACTION_OF_CHANGE: Final = {"opened": "case.admit", "manager": "case.assign"}  # any other change is work on the case
CHANGED: Final = {
    "opened": mark("Aufnahme"), "phase": mark("Phase"), "manager": mark("Zuständigkeit"), "closed": mark("geschlossen"),
    "reopened": mark("wieder geöffnet"),
}  # fmt: skip


def _works_on_its_case(session: Session, actor: Actor, row: Contact | NextStep) -> bool:
    return could(actor, "case.work", session.get_one(Case, row.case_id))


def _may_change(session: Session, actor: Actor, row: CaseChange) -> bool:
    action, case = ACTION_OF_CHANGE.get(row.change, "case.work"), session.get_one(Case, row.case_id)
    return _may_admit(session, actor, case) if action == "case.admit" else could(actor, action, case)


def _may_admit(session: Session, actor: Actor, case: Case) -> bool:
    """Whoever admits may do so for a colleague, and has then nothing to do with the case; once it is protected, it must be their own."""
    return could(actor, "case.admit") and (protection_of(session, case.id) is None or could(actor, "case.work", case))


def _may_decide(session: Session, actor: Actor, row: Proposal) -> bool:
    case = session.scalars(select(Case).where(Case.proposal_id == row.id)).one_or_none()
    return could(actor, "proposal.decide") and (case is None or _may_admit(session, actor, case))


def _may_order(session: Session, actor: Actor, row: InterpretingOrder) -> bool:
    return could(actor, "order.place") and (row.case is None or could(actor, "case.work", row.case))


def _works_on_what_it_is_about(session: Session, actor: Actor, row: Any) -> bool:
    """A consent, release or referral about a case belongs to it; one about a visitor, and a referral nothing has come of, to the house."""
    case = session.get(Case, row.about_id) if row.about_kind == "case" and row.about_id else None
    return case is None or could(actor, "case.work", case)


def _of_case(row: Contact | NextStep | CaseChange, said: str) -> str:
    return ", ".join((_("Fall {number}").format(number=session_of(row).get_one(Case, row.case_id).number), said))


def _contact(row: Contact) -> str:
    return _of_case(row, words.say(words.CONTACT_KINDS, row.kind))


def _step(row: NextStep) -> str:
    return _of_case(row, words.who_acts(row))


def _change(row: CaseChange) -> str:
    return _of_case(row, words.say(CHANGED, row.change))


def _decision(row: Proposal) -> str:
    return words.say(words.PROPOSAL_STATES, row.state)


def _order(row: InterpretingOrder) -> str:
    return f"{row.number}, {words.say(words.JOB_KINDS, row.job_kind)}"


def _cover(row: Cover) -> str:
    return f"{words.day(row.from_day)} – {words.day(row.until_day)}"


def _case(case: Case) -> str:
    return _("Fall {number}").format(number=case.number)


def _colleague(member: StaffMember) -> str:
    return member.reference or ""


def _site(site: Site) -> str:
    return site.name


def _responsible_along(session: Session, row: CaseChange, earlier: str) -> None:
    assigned_along(session, row.case_id, "responsible", row.day, earlier, row.actor)


def _deputies_along(session: Session, row: Entered, _earlier: str) -> None:
    assigned_along(session, row.thing_id, "deputy", local_day(row.at), row.before[-1], row.by)


ENTRY_KINDS: Final = (
    EntryKind("contact", mark("Kontaktnotiz"), Contact, "noted_by", "noted_at", "case.work", _contact, "cases.show", _works_on_its_case,
              shown_by="case_id"),
    EntryKind("step", mark("Erledigter Schritt"), NextStep, "done_by", "done_at", "case.work", _step, "cases.show", _works_on_its_case,
              shown_by="case_id"),
    EntryKind("case_change", mark("Änderung an einem Fall"), CaseChange, "actor", "at", "case.work", _change, "", _may_change,
              follow=_responsible_along),
    EntryKind("admission", mark("Entscheidung über einen Vorschlag"), Proposal, "decided_by", "decided_at", "proposal.decide", _decision,
              can=_may_decide),
    EntryKind("order", mark("Auftrag an die Sprachmittlung"), InterpretingOrder, "requested_by", "requested_at", "order.place", _order,
              "orders.show", _may_order),
    EntryKind("cover", mark("Vertretung"), Cover, "given_by", "given_at", "cover.give", _cover),
    EntryKind("cover_end", mark("Beendete Vertretung"), Cover, "ended_by", "ended_at", "cover.end", _cover),
    EntryKind.entered(entered.PERSON_ADDED, mark("Person im Haushalt"), Case, "case.work", _case, "cases.show"),
    EntryKind.entered(entered.DEPUTIES, mark("Vertretung in einem Fall"), Case, "case.assign", _case, follow=_deputies_along),
    EntryKind.entered(entered.ORDER_WITHDRAWN, mark("Zurückgezogener Auftrag"), InterpretingOrder, "order.place", _order, "orders.show",
                      _may_order),
    EntryKind.entered(entered.COLLEAGUE, mark("Mitarbeitende eingetragen"), StaffMember, "house.arrange", _colleague),
    EntryKind.entered(entered.SITE, mark("Standort eingetragen"), Site, "house.arrange", _site),
    *entry_kinds(_works_on_what_it_is_about),
)  # fmt: skip
