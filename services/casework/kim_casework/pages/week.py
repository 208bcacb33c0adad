"""Meine Woche (B1): what is overdue, today and this week, what came in, what runs out; for a lead, what needs deciding."""

from __future__ import annotations

from datetime import timedelta

from kim_referral.pages.withdrawn import withdrawn_and_read
from kim_referral.relation import shown_received
from kim_web.own_entries import given_to_me
from kim_web.page import Pages, may, render, see

from kim_casework.model.contact import own_open_steps
from kim_casework.model.cover import covers_by, covers_of
from kim_casework.model.proposal import waiting_proposals
from kim_casework.model.site import consultations_by_site, site_names
from kim_casework.model.week import cases_needing_a_manager, emergencies_to_know, ending_consents, orders_to_watch
from kim_casework.pages import words
from kim_casework.pages.colleagues import names_of_colleagues
from kim_casework.rules.urgency import WEEK, initials, urgency

pages = Pages("week", __name__)
TO_ANSWER = frozenset({"pending", "waiting_list"})


@pages.get("/woche")
@pages.guard("week.see")
def show() -> str:
    with see() as (session, act):
        today = act.today
        month_before = today.replace(day=1) - timedelta(days=1)
        steps = own_open_steps(session, act, today + WEEK)
        return render(
            "casework/week.html",
            today=today,
            given=given_to_me(session),
            until=today + WEEK,
            steps=[(step, urgency(step.until, today)) for step in steps],
            proposals=waiting_proposals(session),
            referrals=shown_received(session, TO_ANSWER),
            withdrawn=withdrawn_and_read(session, today),
            accepted=[one for one in shown_received(session, frozenset({"accepted"})) if one.about_id is None],
            consents=ending_consents(session, act),
            orders=orders_to_watch(session, act),
            needing=cases_needing_a_manager(session, act) if may("case.assign") else [],
            counselling=consultations_by_site(session, month_before) if may("consultations.see") else [],
            counselling_in=month_before,
            covering=covers_by(session, act.actor.id, today),
            covered=covers_of(session, act.actor.id, today),
            emergencies=emergencies_to_know(session, act),
            staff=names_of_colleagues(session),
            sites=site_names(session),
            initials=initials,
            words=words,
        )
