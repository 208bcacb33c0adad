"""Whose consents and sent referrals may be seen at a desk: hand-overs and open feedback are shared there, so all of the desk's, about
consultations those in its lists; of protected people nothing, unless they stand there. What was opened in an emergency stands in none."""

from __future__ import annotations

from kim_referral.model.declaration import same_name
from kim_referral.model.seen import Seen
from kim_runtime.act import Act
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kim_intake.model.client import Client
from kim_intake.model.consultation import Consultation, consultations_open_to
from kim_intake.model.sight import clients_open_to, hidden_clients
from kim_intake.rules.permissions import checks_disclosures, works_at_the_desk


def disclosures_seen(act: Act) -> Seen:
    clients = hidden_clients(act)
    about: dict[str, Select[str] | None] = {
        "client": select(Client.id).where(clients_open_to(act, "client.list")),
        "consultation": select(Consultation.id).where(consultations_open_to(act, "consultation.list")),
    }
    if works_at_the_desk(act.actor):
        about["visitor"] = None  # nobody in particular: the whole desk's
    hidden = {"client": clients, "consultation": select(Consultation.id).where(Consultation.client_id.in_(clients))}
    return Seen(act.actor.id, everything=checks_disclosures(act.actor), about=about, hidden=hidden, born=_born)


def _born(session: Session, kind: str, thing_id: str, person: str) -> int | None:
    talk = session.get(Consultation, thing_id) if kind == "consultation" else None
    client_id = talk.client_id if talk else thing_id if kind == "client" else None
    known = session.get(Client, client_id) if client_id else None
    return known.birth_year if known is not None and same_name(known.name, person) else None
