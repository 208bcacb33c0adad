"""One thing of each kind in every service of an organisation: what the walks over all routes try with the wrong people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casework.conftest import CRITERIA
from flask import Flask
from intake.conftest import ARKADEN, HERZOGENRATH, US
from kim_bus.tables import PARKED, inbox
from kim_casework.model.contact import NextStep
from kim_casework.model.proposal import Proposal
from kim_casework.model.team import TeamMember
from kim_casework.operations.admit_to_case_management import AdmitToCaseManagement, admit_to_case_management
from kim_casework.operations.arrange_teams import CreateTeam, JoinTeam, create_team, join_team
from kim_casework.operations.assign_case_manager import AssignCaseManager, assign_case_manager
from kim_casework.operations.cover_for_colleague import GiveCover, give_cover
from kim_casework.operations.introduce_staff import IntroduceStaff, introduce_staff
from kim_casework.operations.note_contact import NoteContact, note_contact
from kim_casework.operations.order_interpreting import OrderInterpreting, order_interpreting
from kim_casework.operations.set_up_site import SetUpSite as SetUpCaseworkSite
from kim_casework.operations.set_up_site import set_up_site as set_up_casework_site
from kim_intake.operations.hand_over import HandOverConsultation, hand_over
from kim_intake.operations.propose_admission import ProposeAdmission, propose_admission
from kim_intake.operations.protect_client import ProtectClient, protect_client
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation
from kim_intake.operations.register_client import RegisterClient, register_client
from kim_intake.operations.set_up_site import Body, SetUpSite, set_up_site
from kim_interpreting.model.entered import Entered as OrderEntry
from kim_interpreting.operations.add_provider import AddProvider, add_provider
from kim_interpreting.operations.approve_order import ApproveOrder, approve_order
from kim_interpreting.operations.enter_order import EnterOrder, enter_order
from kim_interpreting.operations.grant_pot import GrantPot, grant_pot
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order
from kim_referral.model.received_referral import ReceivedReferral
from kim_referral.operations.preview_referral import ReferPerson
from kim_referral.operations.protect_received import ProtectReceived, protect_received
from kim_referral.operations.record_consent import RecordConsent, record_consent
from kim_referral.operations.record_release import RecordRelease, record_release
from kim_referral.operations.refer_by_letter import refer_by_letter
from kim_referral.operations.refer_person import refer_person
from kim_referral.operations.withdraw_referral import WithdrawReferral, withdraw_referral
from kim_referral.rules.content import Content
from kim_runtime.act import Act, Actor
from kim_runtime.clock import SystemClock, local_day
from kim_runtime.entered import Entered as StaffEntry
from kim_runtime.ids import new_id
from kim_staffing.model.occupancy import Occupancy
from kim_staffing.operations.ask_council import AskCouncil, ask_council
from kim_staffing.operations.create_post import CreatePost, create_post
from kim_staffing.operations.draft_extension import DraftExtension, draft_extension
from kim_staffing.operations.hire import Hire, hire
from kim_staffing.operations.record_assurance import RecordAssurance, record_assurance
from kim_staffing.operations.record_grant import RecordGrant, record_grant
from kim_staffing.operations.set_up_employer import SetUpEmployer, set_up_employer
from kim_web import access_keys, drafts, sessions
from kim_web.tables import moved_entries
from kim_web.web import EXTENSION
from sqlalchemy import select
from sqlalchemy.orm import Session

MARK = "Merkzeichen"  # stands in every thing, and in no answer to somebody who may not see it
ELSEWHERE = HERZOGENRATH.id
STRANGER = "fremd"
YEAR = (date(2022, 1, 1), date(2022, 12, 31))
Things = dict[str, str]

# What an address holds before an id says of what kind the thing is.
EVERYWHERE: Mapping[str, str] = {
    "/betrieb/": "parked", "/api/parked/": "parked",
    "/entwuerfe/": "draft", "/zugang/schluessel/": "key", "/zugang/sitzungen/": "session",
    "/eintraege/": "moved", "/api/own-entries/moves/": "moved", "/eintraege/offen/": "open_move", "/api/own-entries/open/": "open_move",
}  # fmt: skip
DISCLOSED: Mapping[str, str] = {
    "/einwilligungen/": "consent", "/api/consents/": "consent",
    "/schweigepflichtentbindungen/": "release", "/api/releases/": "release",
    "/verweise/": "referral", "/api/referrals/": "referral",
    "/eingang/": "received", "/api/received-referrals/": "received",
}  # fmt: skip
ENTRIES: Mapping[str, str] = {
    "/eintraege/": "moved_entry", "/api/own-entries/moves/": "moved_entry",
    "/eintraege/offen/": "open_entry", "/api/own-entries/open/": "open_entry",
}  # fmt: skip
PLACES: Mapping[str, Mapping[str, str]] = {
    "intake": {
        **EVERYWHERE, **DISCLOSED,
        "/beratungen/": "consultation", "/api/consultations/": "consultation",
        "/weitergaben/": "hand_over", "/api/hand-overs/": "hand_over",
        "/vorschlaege/": "proposal", "/api/proposals/": "proposal",
        "/personen/": "client", "/api/clients/": "client", "/api/sites/": "site", "/standorte/": "site",
        **ENTRIES,
    },
    "casework": {
        **EVERYWHERE, **DISCLOSED,
        "/faelle/": "case", "/api/cases/": "case", "/faelle/<id>/schritte/": "step",
        "/sprachmittlung/": "order", "/api/orders/": "order", "/vorschlaege/": "proposal", "/vertretungen/": "cover",
        "/teams/": "team", "/api/teams/": "team",
        **ENTRIES,
    },
    "interpreting": {
        **EVERYWHERE,
        "/auftraege/": "order", "/api/orders/": "order", "/rechnungen/": "invoice", "/api/invoices/": "invoice",
        "/toepfe/": "pot", "/api/pots/": "pot", "/toepfe/<id>/umbuchungen/": "reassignment", "/api/providers/": "provider",
        "/sprachmittlung/": "provider",
        **ENTRIES,
    },
    "staffing": {
        **EVERYWHERE,
        "/stellen/": "post", "/api/posts/": "post", "/besetzungen/": "occupancy", "/api/occupancies/": "occupancy",
        "/arbeitgeber/": "employer", "/api/employers/": "employer",
        "/vertraege/": "contract", "/api/contracts/": "contract",
        "/zusagen/": "assurance", "/api/assurances/": "assurance", "/mitbestimmung/": "hearing", "/api/hearings/": "hearing",
        "/bewilligungen/": "grant", "/api/grants/": "grant",
        **ENTRIES,
    },
    "report": {**EVERYWHERE, "/festgeschrieben/": "frozen", "/api/report/frozen/": "frozen"},
}  # fmt: skip
PAPERS: Mapping[str, str] = {"referrals.letter": "letter", "referrals.request_to_destroy": "withdrawn"}
# What a name in the body of a command says of what kind the thing is, and what no thing of anybody is.
NAMED: Mapping[str, Mapping[str, str]] = {
    "intake": {"consultation_id": "consultation", "hand_over_id": "hand_over", "from_hand_over": "hand_over", "client_id": "client",
               "proposal_id": "proposal", "site": "site"},
    "casework": {"case_id": "case", "case_ids": "case", "order_id": "order", "proposal_id": "proposal", "step_id": "step",
                 "cover_id": "cover", "team_id": "team"},
    "interpreting": {"order_id": "order", "invoice_id": "invoice", "pot_id": "pot", "from_pot_id": "pot", "to_pot_id": "pot",
                     "provider_id": "provider", "reassignment_id": "reassignment"},
    "staffing": {"post": "post", "contract": "contract", "contracts": "contract", "draft": "draft_contract", "assurance": "assurance",
                 "hearing": "hearing", "occupancy": "occupancy", "grant": "grant", "posts": "post"},
    "report": {},
}  # fmt: skip
NAMED_ALIKE: Mapping[str, str] = {"consent_id": "consent", "release_id": "release", "referral_id": "referral", "received_id": "received"}


def kind_at(service: str, address: str, endpoint: str) -> str | None:
    """Of what kind the thing is whose id follows this beginning of an address."""
    return PAPERS.get(endpoint) or PLACES[service].get(address)


@dataclass
class Organisation:
    """An organisation with an application of each service, and one thing of each kind in it, all of `owner`'s."""

    id: str
    owner: Actor
    apps: dict[str, Flask] = field(default_factory=dict)
    things: dict[str, Things] = field(default_factory=dict)

    @property
    def site(self) -> str:
        return ARKADEN.id if self.id == US else f"standort-{self.id}"

    @contextmanager
    def at(self, service: str, actor: Actor | None = None) -> Iterator[tuple[Session, Act]]:
        web = self.apps[service].extensions[EXTENSION]
        with web.rows.write() as session:
            yield session, Act(self.id, service, actor or self.owner, web.clock.now())


def fill(us: Organisation, partner: str, mail: Callable[[], object]) -> None:
    """Make the things of an organisation; what is sent to `partner`'s case management arrives when `mail` is let flow."""
    for service, make in (("intake", _intake), ("casework", _casework), ("interpreting", _interpreting), ("staffing", _staffing)):
        us.things[service] = make(us)
        if service in {"intake", "casework"}:
            us.things[service] |= _disclosed(us, service, partner) | _closed_received(us, service)
        if service == "intake":
            us.things[service] |= _closed(us, partner)
    us.things["report"] = {"frozen": ""}
    mail()
    for service in us.things:
        us.things[service] |= _of_everybody(us, service)


def received(us: Organisation) -> None:
    """The ids under which what others sent has arrived."""
    for service in ("intake", "casework"):
        with us.at(service) as (session, _act):
            for kind, row in (("received", ReceivedReferral), ("proposal", Proposal if service == "casework" else None)):
                if row is not None and (found := session.scalars(_that_came(row)).one_or_none()):
                    us.things[service][kind] = found


def _that_came(row: Any) -> Any:
    query = select(row.id).limit(1)
    return query.where(row.number != "R-2022-0777") if row is ReceivedReferral else query


def _intake(us: Organisation) -> Things:
    with us.at("intake") as (session, act):
        there = SetUpSite(us.site, us.site, "05334024", (Body("case_management", us.id, desks=1), Body("school_entry", us.id, desks=1)))
        for site in (ARKADEN, HERZOGENRATH) if us.id == US else (there,):
            set_up_site(session, act, site)
        facts: Any = {"site": us.site, "service": "case_management", "desk": 1, "persons_present": 5, "topics": ("housing",)}
        talk = record_consultation(session, act, RecordConsultation(**facts, concern=MARK))
        handed = hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
        person = register_client(
            session, act, RegisterClient(site=us.site, name=f"{MARK} Beispiel", consent_given_on=act.today, consultation_id=talk.id)
        )
        proposal = ProposeAdmission(client_id=person.id, site=us.site, need=MARK, consent_given_on=act.today)
        proposed = propose_admission(session, act, proposal)
        came, disowned = _moved(session, act, "consultation", talk.id, "told"), _moved(session, act, "hand_over", handed.id, "open")
        return {"consultation": talk.id, "hand_over": handed.id, "client": person.id, "proposal": proposed.id, "site": us.site,
                "moved_entry": came, "open_entry": disowned}  # fmt: skip


def _moved(session: Session, act: Act, kind: str, thing_id: str, state: str) -> str:
    """An entry another person gave to who acts; the id of the move."""
    said = {"id": new_id(), "kind": kind, "thing_id": thing_id, "made_at": act.at, "from_id": "erste", "from_name": MARK,
            "to_id": act.actor.id, "to_name": MARK, "moved_at": act.at, "state": state}  # fmt: skip
    session.execute(moved_entries.insert(), said)
    return str(said["id"])


def _closed(us: Organisation, partner: str) -> Things:
    """A protected person, with one thing of each kind that hangs on their record: `closed_consultation`, `closed_consent`, …"""
    with us.at("intake") as (session, act):
        facts: Any = {"site": us.site, "service": "case_management", "desk": 1, "persons_present": 2, "topics": ("housing",)}
        talk = record_consultation(session, act, RecordConsultation(**facts, concern=MARK))
        handed = hand_over(session, act, HandOverConsultation(consultation_id=talk.id, to="school_entry"))
        person = register_client(
            session, act, RegisterClient(site=us.site, name=f"{MARK} Geschützt", consent_given_on=act.today, consultation_id=talk.id)
        )
        proposal = ProposeAdmission(client_id=person.id, site=us.site, need=MARK, consent_given_on=act.today)
        proposed = propose_admission(session, act, proposal)
        made = {"consultation": talk.id, "hand_over": handed.id, "client": person.id, "proposal": proposed.id, "code": person.code}
    made |= _disclosed(us, "intake", partner, about_id=made["consultation"])
    with us.at("intake") as (session, act):
        protect_client(session, act, ProtectClient(made["client"], "endangered"))
    return {f"closed_{kind}": thing for kind, thing in made.items()}


def _closed_received(us: Organisation, service: str) -> Things:
    """Another referral as it came in, protected."""
    with us.at(service) as (session, act):
        came = ReceivedReferral(
            id=new_id(), sender=f"anderswo.{service}", referral_id=new_id(), number="R-2022-0777", desk=MARK, received_at=act.at,
            received_on=act.today, consent_categories=[], dropped_categories=[], version=0, state="pending", read_at=act.at,
        )  # fmt: skip
        came.content = Content(name=MARK, note=MARK)
        session.add(came)
        session.flush()
        protect_received(session, act, ProtectReceived(came.id, "endangered"))
        return {"closed_received": came.id}


def _casework(us: Organisation) -> Things:
    with us.at("casework") as (session, act):
        introduce_staff(session, act, IntroduceStaff(us.owner.id, us.owner.name, "p-01", True))
        introduce_staff(session, act, IntroduceStaff("zweite", "Zweite", "p-02", True))
        team = _teams(session, act)
        set_up_casework_site(session, act, SetUpCaseworkSite(us.site, "Aachen-Arkaden", "05334002"))
        admission = AdmitToCaseManagement(criteria=CRITERIA, reasoning=MARK, name=MARK, site=us.site, responsible="zweite")
        case = admit_to_case_management(session, act, admission)
        assign_case_manager(session, act, AssignCaseManager(case.id, "zweite", deputies=(us.owner.id,)))
        noted = note_contact(
            session, act, NoteContact(case_id=case.id, kind="talk", minutes=30, text=MARK, next_step=MARK, next_step_on=act.today)
        )
        order = order_interpreting(
            session, act,
            OrderInterpreting("document_translation", "documents", "ukr", act.today + timedelta(days=20), False,
                              "Rathaus Roetgen", "05334024", case_id=case.id, keystrokes=4000),
        )  # fmt: skip
        cover = give_cover(session, act, GiveCover("zweite", us.owner.id, act.today, act.today))
        return {
            "case": case.id, "step": session.scalars(select(NextStep.id)).one(), "order": order.id, "staff": us.owner.id, "cover": cover.id,
            "team": team,
            "contact": noted.id, "moved_entry": _moved(session, act, "contact", noted.id, "told"),
            "open_entry": _moved(session, act, "order", order.id, "open"),
        }  # fmt: skip


def _teams(session: Session, act: Act) -> str:
    """The id of the team of who has the case; the stranger of the walks is in another, so that no lead's right reaches it."""
    introduce_staff(session, act, IntroduceStaff(STRANGER, MARK, "", False))
    for name, member in ((f"{MARK} Nord", "zweite"), (f"{MARK} Süd", STRANGER)):
        team = create_team(session, act, CreateTeam(name))
        join_team(session, act, JoinTeam(team.id, member))
    return session.scalars(select(TeamMember.team_id).where(TeamMember.member == "zweite")).one()


def _disclosed(us: Organisation, service: str, partner: str, about_id: str = "") -> Things:
    about = {"intake": ("consultation", "consultation"), "casework": ("case", "case")}[service]
    with us.at(service) as (session, act):
        of: dict[str, Any] = {"about_kind": about[0], "about_id": about_id or us.things[service][about[1]]}
        given: dict[str, Any] = {"given_on": act.today, "valid_to": YEAR[1], "informed": True, "signed": True, "kept_at": MARK}
        consent = record_consent(session, act, RecordConsent(MARK, MARK, (partner, "sprungbrett"), ("name", "topics"), **given, **of))
        release = record_release(session, act, RecordRelease(MARK, MARK, (partner,), ("topics",), **given, **of))
        said: dict[str, Any] = {"consent_id": consent.id, "name": MARK, "topics": ("housing",), "persons": 3, **of}
        referral = refer_person(session, act, ReferPerson(receiver=f"{partner}.{service}", **said))
        letter, withdrawn = (refer_by_letter(session, act, ReferPerson(receiver="sprungbrett", **said)) for _turn in range(2))
        withdraw_referral(session, act, WithdrawReferral(withdrawn.id))
        return {"consent": consent.id, "release": release.id, "referral": referral.id, "letter": letter.id, "withdrawn": withdrawn.id}


def _interpreting(us: Organisation) -> Things:
    second = Actor("zweite", "Zweite", us.id, us.owner.roles)
    with us.at("interpreting") as (session, act):
        year: Any = {"period_from": YEAR[0], "period_to": YEAR[1]}
        pots = [GrantPot(id=new_id(), name=f"{MARK} {turn}", granted=Decimal(9000), **year) for turn in (1, 2)]
        for pot in pots:
            grant_pot(session, act, pot)
        provider = add_provider(session, act, AddProvider(name=MARK, qualification="sworn", languages=("ukr",)))
        wanted: dict[str, Any] = {
            "requester_kind": "public_body", "requester_town": "05334024", "desk": MARK, "job_kind": "document_translation",
            "occasion": "documents", "language": "ukr", "service_date": act.today, "keystrokes": 4180, "editable": False,
        }  # fmt: skip
        moved = propose_reassignment(
            session, act, ProposeReassignment(from_pot_id=pots[1].id, to_pot_id=pots[0].id, amount=Decimal(5), document=MARK)
        )
        done, waits = (enter_order(session, act, EnterOrder(**wanted)) for _turn in range(2))
        approve_order(session, Act(us.id, "interpreting", second, act.at), ApproveOrder(done.id, pots[0].id))
        schedule_order(session, act, ScheduleOrder(done.id, provider.id))
        perform_order(session, act, PerformOrder(done.id, keystrokes=4180))
        bill = record_invoice(session, act, RecordInvoice(order_id=done.id, number=MARK, dated=act.today, gross=Decimal("50.00")))
        own = dict(session.execute(select(OrderEntry.kind, OrderEntry.id).where(OrderEntry.by == us.owner.id)).all())
        return {"order": waits.id, "invoice": bill.id, "pot": pots[0].id, "other_pot": pots[1].id, "provider": provider.id,
                "reassignment": moved.id, "moved_entry": _moved(session, act, "provider", own["provider"], "told"),
                "open_entry": _moved(session, act, "order", own["order"], "open")}  # fmt: skip


def _staffing(us: Organisation) -> Things:
    began, ends = date(2022, 3, 1), YEAR[1]
    with us.at("staffing") as (session, act):
        set_up_employer(session, act, SetUpEmployer(us.id, ((date(2009, 10, 21), MARK),), own=True, council="personalrat"))
        carrier = set_up_employer(session, act, SetUpEmployer(new_id(), ((date(2009, 10, 21), MARK),)))
        post, empty = (
            create_post(session, act, CreatePost(baustein=2, role="case_management", fte=Decimal("1.0"), employer=us.id, id=new_id()))
            for _turn in range(2)
        )
        contract, next_one = (
            hire(session, act, Hire(MARK, place.id, Decimal("0.5"), began, ends, staff=new_id(), id=new_id())) for place in (post, post)
        )
        period: Any = {"period_from": date(2023, 1, 1), "period_to": date(2023, 12, 31), "covers_fte": Decimal(9)}
        promised = record_assurance(session, act, RecordAssurance("written_commitment", act.today, us.id, MARK, **period)).assurance
        asked = ask_council(session, act, AskCouncil((contract.id,), "without_ground"))
        granted = RecordGrant(MARK, 2, *YEAR, Decimal(1), Decimal(57000), posts=(empty.id,), id=new_id())
        paid = record_grant(session, act, granted)
        drafted = draft_extension(session, act, DraftExtension(contract=next_one.id, ends_on=date(2023, 12, 31), id=new_id()))
        held = session.scalars(select(Occupancy.id).order_by(Occupancy.id).limit(1)).one()
        own = dict(session.execute(select(StaffEntry.kind, StaffEntry.id).where(StaffEntry.by == us.owner.id)).all())
        return {"post": post.id, "empty_post": empty.id, "contract": contract.id, "drafted": next_one.id, "draft_contract": drafted.id,
                "assurance": promised.id, "hearing": asked.id, "occupancy": held, "grant": paid.id, "employer": carrier.id,
                "moved_entry": _moved(session, act, "hire", own["hire"], "told"),
                "open_entry": _moved(session, act, "assurance", own["assurance"], "open")}  # fmt: skip


def _of_everybody(us: Organisation, service: str) -> Things:
    """A message that waits for the operator, the owner's draft, key and session, and entries another gave them and nobody made."""
    web, now = us.apps[service].extensions[EXTENSION], SystemClock().now()
    waiting = {
        "source": f"urn:kim:{us.id}:casework", "event_id": f"wartet-{us.id}-{service}", "name": "order.requested.v1", "subject": "order-7",
        "subjectversion": 1, "routing_key": f"{us.id}.casework.order.requested.v1.{us.id}", "correlation_id": new_id(), "body": b"{}",
        "headers": {}, "received_at": now, "next_attempt_at": now, "state": PARKED, "attempts": 30, "reason": "KeyError",
    }  # fmt: skip
    with web.rows.write() as rows:
        if service != "report":  # it hears no events
            rows.execute(inbox.insert(), waiting)
        drafts.keep(rows, us.owner.id, "/", [("text", MARK)], now)
        last_day = local_day(now) + timedelta(days=9)
        access_keys.make(rows, us.owner, label=MARK, actions=tuple(web.doors.permissions), ends_on=last_day, now=now)
        sessions.open_session(rows, us.owner, now, device=MARK)
        of, moved = us.owner.id, {"told": new_id(), "open": new_id()}
        for state, move in moved.items():
            said = {"from_id": "zweite", "from_name": "Zweite", "to_id": of, "to_name": us.owner.name, "state": state}
            rows.execute(
                moved_entries.insert(), {"id": move, "kind": "consultation", "thing_id": move, "made_at": now, "moved_at": now, **said}
            )
        return {
            "moved": moved["told"],
            "open_move": moved["open"],
            "parked": str(waiting["event_id"]),
            "draft": drafts.of(rows, of, now, days=1)[0].id,
            "key": access_keys.of(rows, of)[0].id,
            "session": sessions.sessions_of(rows, of, now, web.limits)[0].id,
        }
