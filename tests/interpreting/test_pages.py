"""The pages as a coordinator uses them: enter, approve in two clicks, assign, bill, confirm, pay."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_interpreting.operations.cancel_order import CancelOrder, cancel_order
from kim_interpreting.operations.mark_unfilled import MarkUnfilled, mark_unfilled
from kim_interpreting.operations.perform_order import PerformOrder, perform_order
from kim_interpreting.operations.propose_reassignment import ProposeReassignment, propose_reassignment
from kim_interpreting.operations.record_invoice import RecordInvoice, record_invoice
from kim_interpreting.operations.schedule_order import ScheduleOrder, schedule_order

KIM, LAND, OWN = "kim-dolmetschen-2022", "land-sprachmittlerpool-2022", "staedteregion-eigenmittel-2022"
Sit = Callable[[str], FlaskClient]


def text(response: Any, status: int = 200) -> str:
    """What a person reads on a page."""
    assert response.status_code == status
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))).replace("\xa0", " ")


@pytest.fixture(autouse=True)
def pots(grant: Callable[..., None]) -> None:
    grant()


def test_an_order_goes_from_the_telephone_to_the_payment(pool: Any, sit: Sit) -> None:
    demir, kraemer = sit("demir"), sit("kraemer")
    form = demir.get("/auftraege/neu").get_data(as_text=True)
    id = re.search(r'name="id" value="([^"]+)"', form)[1]
    typed = {
        "id": id, "desk": "Rathaus Roetgen", "requester_town": "05334024", "requester_kind": "public_body",
        "job_kind": "document_translation", "language": "ukr", "occasion": "documents", "service_date": "20.9.2022",
        "starts_at": "", "keystrokes": "4180", "editable": "false", "case_number": "2022-0041",
        "decides_something": "false", "public_room": "true",
    }  # fmt: skip
    assert demir.post("/auftraege/neu", data=typed).status_code == 303
    assert demir.post("/auftraege/neu", data=typed).status_code == 303  # a double click
    page = text(demir.get(f"/auftraege/{id}"))
    assert "76 Zeilen × 1,95 = 148,20 + 28,16 USt = 176,36" in page
    assert "vorher 30.000,00 €, nachher 29.823,64 €" in page
    assert "Eine zweite Person gibt frei" in page

    # Two clicks from the start page: the order, and the button.
    oeztuerk = sit("oeztuerk")
    assert f"/auftraege/{id}" in oeztuerk.get("/auftraege").get_data(as_text=True)
    assert "das Geld ist gebunden" in text(oeztuerk.post(f"/auftraege/{id}/freigeben", follow_redirects=True))
    assert "frei 29.823,64 €" in text(oeztuerk.get("/auftraege"))

    assert demir.post(f"/auftraege/{id}/vergeben", data={"provider_id": "office", "relation": "none"}).status_code == 303
    again = demir.post(f"/auftraege/{id}/vergeben", data={"provider_id": "small", "relation": "none"}, follow_redirects=True)
    assert "Jetzt an jemand anderen vergeben. Bitte Sprachbüro Maas absagen." in text(again)
    assert demir.post(f"/auftraege/{id}/vergeben", data={"provider_id": "office", "relation": "none"}).status_code == 303
    assert demir.post(f"/auftraege/{id}/erledigt", data={"keystrokes": "4015", "done_on": ""}).status_code == 303
    bill = {"number": "2022-117", "dated": "1.9.2022", "gross": "169,40"}
    assert "Rechnung erfasst" in text(demir.post(f"/auftraege/{id}/rechnung", data=bill, follow_redirects=True))
    listing = demir.get("/rechnungen/").get_data(as_text=True)
    invoice = re.search(r"/rechnungen/([0-9a-f-]{36})", listing)[1]
    assert "73 Zeilen × 1,95 = 142,35 + 27,05 USt = 169,40" in text(demir.get(f"/rechnungen/{invoice}"))
    assert demir.post(f"/rechnungen/{invoice}/bestaetigen", data={}).status_code == 303
    assert "Das muss eine zweite Person tun" in text(demir.post(f"/rechnungen/{invoice}/zahlen", follow_redirects=True))
    assert "Zahlung angeordnet" in text(kraemer.post(f"/rechnungen/{invoice}/zahlen", follow_redirects=True))
    assert pool.sums(KIM).paid == Decimal("169.40")
    assert "Auszahlung" in text(kraemer.get(f"/toepfe/{KIM}"))


def test_a_talk_begins_at_the_time_that_was_typed_beside_its_day(pool: Any, sit: Sit) -> None:
    demir, oeztuerk = sit("demir"), sit("oeztuerk")
    id = re.search(r'name="id" value="([^"]+)"', demir.get("/auftraege/neu").get_data(as_text=True))[1]
    talk = {
        "id": id, "desk": "Schule Alsdorf", "requester_town": "05334004", "requester_kind": "public_body", "job_kind": "on_site",
        "language": "ukr", "occasion": "school", "service_date": "20.9.2022", "starts_at": "gegen zehn", "minutes": "60",
        "place": "Alsdorf", "public_room": "true",
    }  # fmt: skip
    answer = demir.post("/auftraege/neu", data=talk)
    assert "Bitte eine Uhrzeit schreiben, zum Beispiel 09:30." in text(answer, 422)
    assert 'value="gegen zehn"' in answer.get_data(as_text=True)
    assert demir.post("/auftraege/neu", data={**talk, "starts_at": "930"}).status_code == 303
    assert "20.09.2022, 09:30" in text(demir.get(f"/auftraege/{id}"))
    oeztuerk.post(f"/auftraege/{id}/freigeben")
    assert 'value="09:30"' in demir.get(f"/auftraege/{id}").get_data(as_text=True)
    demir.post(f"/auftraege/{id}/vergeben", data={"provider_id": "office", "relation": "none", "starts_at": "10.15"})
    assert "20.09.2022, 10:15" in text(demir.get(f"/auftraege/{id}"))


def test_a_form_that_is_wrong_comes_back_with_what_was_typed(sit: Sit) -> None:
    answer = sit("demir").post("/auftraege/neu", data={"desk": "Schule Alsdorf", "service_date": "32.13.2022", "minutes": "-5"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Schule Alsdorf"' in page
    assert 'value="32.13.2022"' in page


def test_a_form_with_several_faults_names_them_all_at_once(pool: Any, sit: Sit) -> None:
    kraemer, demir = sit("kraemer"), sit("demir")
    pot = {"id": "p", "name": "Neu", "granted": "0", "period_from": "1.1.2023", "period_to": "31.12.2022"}
    page = text(kraemer.post("/toepfe/", data=pot), 422)
    assert "Der Zeitraum endet vor seinem Beginn." in page
    assert "Bewilligt werden muss mehr als nichts." in page
    order = pool.approved(job_kind="certified_translation")
    wrong = {"provider_id": "lay", "relation": "acquaintance", "offered_language": "prs"}
    page = text(demir.post(f"/auftraege/{order.id}/vergeben", data=wrong), 422)
    assert "Bekannte nur, wenn die Klient_in einverstanden ist." in page
    assert "Eine beglaubigte Übersetzung macht nur, wer ermächtigt ist." in page
    assert "Gefunden ist eine andere Sprache als die gewünschte" in page
    assert pool.order(order.id).state == "approved"


def test_the_same_person_at_another_time_is_another_appointment(pool: Any, sit: Sit) -> None:
    demir = sit("demir")
    order = pool.approved(job_kind="on_site", occasion="counselling", minutes=60, keystrokes=None, service_date=date(2022, 9, 20))
    for clock in ("9:30", "11:00"):
        assert demir.post(f"/auftraege/{order.id}/vergeben", data={"provider_id": "office", "starts_at": clock}).status_code == 303
        assert f"20.09.2022, {clock:0>5}" in text(demir.get(f"/auftraege/{order.id}"))


def test_an_order_that_no_pot_will_pay_is_not_said_to_have_gone_well(sit: Sit) -> None:
    demir = sit("demir")
    id = re.search(r'name="id" value="([^"]+)"', demir.get("/auftraege/neu").get_data(as_text=True))[1]
    doctor = {
        "id": id, "desk": "Praxis", "requester_town": "05334004", "requester_kind": "public_body", "job_kind": "on_site",
        "language": "ukr", "occasion": "medical", "service_date": "20.9.2022", "public_room": "true",
    }  # fmt: skip
    page = demir.post("/auftraege/neu", data=doctor, follow_redirects=True).get_data(as_text=True)
    assert "erfasst und gleich abgelehnt: Arzttermine zahlt kein Topf." in page
    assert "kern-alert--success" not in page


def test_what_an_order_would_cost_is_said_where_the_money_is_short(pool: Any, sit: Sit) -> None:
    order = pool.entered(case_number=None, keystrokes=1_900_000)
    page = text(sit("demir").get(f"/auftraege/{order.id}"))
    assert "es fehlen" in page
    assert "erwartet, brutto" in page
    refused = text(sit("demir").post(f"/auftraege/{order.id}/pruefen", data={"pot_id": KIM}), 422)
    assert "Auch kein anderer Topf passt." in refused


def test_the_page_says_what_each_pot_says_and_which_fits(pool: Any, sit: Sit) -> None:
    order = pool.entered(case_number=None, service_date=date(2022, 9, 20))
    page = text(sit("oeztuerk").get(f"/auftraege/{order.id}"))
    assert "Bezug zum Case Management fehlt" in page
    assert "keine Übersetzungen" in page
    assert "mit Freigabe, wenn kein anderer Kostenträger zahlt" in page
    english = text(sit("oeztuerk").get(f"/auftraege/{order.id}?lang=en"))
    assert "no link to case management" in english
    assert "with approval, if no other payer pays" in english


def test_picking_a_pot_that_does_not_pay_names_the_reason_at_the_field(pool: Any, sit: Sit) -> None:
    order = pool.entered(case_number=None, service_date=date(2022, 9, 20))
    page = text(sit("demir").post(f"/auftraege/{order.id}/pruefen", data={"pot_id": KIM}), 422)
    assert "KIM-Mittel: Bezug zum Case Management fehlt. Passender Topf: Eigenmittel." in page


def test_before_cancelling_the_page_says_what_it_costs_today_and_would_have_cost_yesterday(pool: Any, sit: Sit) -> None:
    facts = {"job_kind": "on_site", "occasion": "counselling", "minutes": 130, "keystrokes": None, "small_business": True}
    order = pool.approved(pot_id=KIM, service_date=date(2022, 9, 3), **facts)
    pool.do(schedule_order, ScheduleOrder(order.id, "small"))
    page = text(sit("demir").get(f"/auftraege/{order.id}"))
    assert "heute, 01.09.2022 bis zu 2 Stunden = 170,00 €" in page
    assert "gestern wäre es gewesen 0,00 €" in page
    assert sit("demir").post(f"/auftraege/{order.id}/absagen", data={"income_lost": "true"}).status_code == 303
    assert pool.order(order.id).committed == Decimal("170.00")


def test_talks_close_at_hand_with_nobody_found_stand_on_top(pool: Any, sit: Sit) -> None:
    calm = pool.approved(service_date=date(2022, 9, 25))
    near = pool.approved(pot_id=KIM, job_kind="phone", occasion="counselling", minutes=30, keystrokes=None, service_date=date(2022, 9, 2))
    page = text(sit("demir").get("/auftraege"))
    assert page.index(near.number) < page.index(calm.number)
    assert "2 offene Aufträge, davon 1 dringend" in page
    assert calm.number in text(sit("demir").get("/auftraege?schritt=find"))
    assert calm.number not in text(sit("demir").get("/auftraege?schritt=perform"))


def test_the_interpreters_sheet_has_no_case_and_no_pot(pool: Any, sit: Sit) -> None:
    order = pool.approved(service_date=date(2022, 9, 20))
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    page = text(sit("demir").get(f"/auftraege/{order.id}/auftragszettel"))
    assert "Ukrainisch" in page
    assert "2022-0041" not in page
    assert "KIM-Mittel" not in page


def test_the_committee_reads_what_could_not_be_met(pool: Any, sit: Sit) -> None:
    pool.entered(job_kind="on_site", occasion="medical", language="prs", minutes=60, keystrokes=None, requester_town="05334036")
    unfilled = pool.approved(pot_id=KIM, job_kind="phone", occasion="school", language="tir", minutes=60, keystrokes=None)
    pool.do(mark_unfilled, MarkUnfilled(unfilled.id))
    page = text(sit("wirtz").get("/nicht-erfuellt"))
    assert "2 von 2 Anfragen des Jahres 2022" in page
    assert "Arzttermine zahlt kein Topf Dari Arzttermin Würselen 1" in page
    assert "niemand gefunden Tigrinya Schule, Elterngespräch Roetgen 1" in page


def test_the_budget_officer_enters_next_years_pot_once_and_nobody_else_may(pool: Any, sit: Sit) -> None:
    kraemer = sit("kraemer")
    assert "/toepfe/neu/eintragen" in kraemer.get("/toepfe/").get_data(as_text=True)
    form = kraemer.get("/toepfe/neu/eintragen").get_data(as_text=True)
    id = re.search(r'name="id" value="([^"]+)"', form)[1]
    typed = {
        "id": id, "name": "KIM-Dolmetschen 2023", "granted": "20000,50", "period_from": "1.1.2023", "period_to": "31.12.2023",
        "job_kinds": ["", "phone", "video"], "requires_case_management_link": "true", "tariff": "jveg",
        "document": "Bescheid vom 2.12.2022",
    }  # fmt: skip
    turned = kraemer.post("/toepfe/", data={**typed, "period_to": "31.12.2021"})
    assert "Der Zeitraum endet vor seinem Beginn." in text(turned, 422)
    assert "höchstens zehn Jahre" in text(kraemer.post("/toepfe/", data={**typed, "period_to": "31.12.2033"}), 422)
    assert "mehr als nichts" in text(kraemer.post("/toepfe/", data={**typed, "granted": "0"}), 422)
    for _twice in range(2):  # a double click
        assert kraemer.post("/toepfe/", data=typed).headers["Location"] == f"/toepfe/{id}"
    page = text(kraemer.get(f"/toepfe/{id}"))
    assert "KIM-Dolmetschen 2023" in page and "frei 20.000,50 €" in page and "01.01.2023 – 31.12.2023" in page
    assert page.count("Bescheid vom 2.12.2022") >= 1
    for other in ("demir", "wirtz"):
        assert "/toepfe/neu/eintragen" not in sit(other).get("/toepfe/").get_data(as_text=True)
        assert sit(other).get("/toepfe/neu/eintragen").status_code == 403
        assert sit(other).post("/toepfe/", data={**typed, "id": "another"}).status_code == 403


def test_a_pot_whose_period_is_over_leaves_the_first_page_once_all_is_paid(pool: Any, sit: Sit) -> None:
    demir = sit("demir")
    assert demir.get("/auftraege").get_data(as_text=True).count('class="ip-pot"') == 3
    pool.on(2023, 1, 2)
    assert demir.get("/auftraege").get_data(as_text=True).count('class="ip-pot"') == 0
    pots = demir.get("/toepfe/").get_data(as_text=True)
    assert "Kein Topf läuft heute." in pots and "Wofür die Töpfe" not in pots
    assert pots.count('class="ip-pot"') == 3 and "Töpfe, deren Zeitraum zu Ende ist" in pots


def test_money_is_reassigned_by_two_people_on_the_pots_page(pool: Any, sit: Sit) -> None:
    typed = {"from_pot_id": OWN, "amount": "1.500,00", "document": "Verfügung 12/22"}
    page = text(sit("demir").post(f"/toepfe/{KIM}/umbuchen", data=typed, follow_redirects=True))
    assert "1.500,00 € aus Eigenmittel in KIM-Mittel" in page
    id = re.search(r"umbuchungen/([0-9a-f-]{36})/", sit("kraemer").get(f"/toepfe/{KIM}").get_data(as_text=True))[1]
    confirm = f"/toepfe/{KIM}/umbuchungen/{id}/bestaetigen"
    assert "zweite Person" in text(sit("demir").post(confirm, follow_redirects=True))
    assert "Umgebucht" in text(sit("kraemer").post(confirm, follow_redirects=True))
    assert pool.free(KIM) == Decimal("31500.00")


def test_an_invoice_above_its_reservation_waits_for_a_second_person(pool: Any, sit: Sit) -> None:
    order = pool.approved(service_date=date(2022, 9, 1), keystrokes=300, editable=True)
    pool.do(schedule_order, ScheduleOrder(order.id, "office"))
    pool.do(perform_order, PerformOrder(order.id, keystrokes=660))
    invoice = pool.do(record_invoice, RecordInvoice(order_id=order.id, number="118", dated=date(2022, 9, 1), gross=Decimal("25.70")))
    assert "Sie haben die Rechnung selbst erfasst" in text(sit("demir").get(f"/rechnungen/{invoice.id}"))
    assert text(sit("oeztuerk").post(f"/rechnungen/{invoice.id}/mehrbetrag", data={}), 422)
    assert sit("oeztuerk").post(f"/rechnungen/{invoice.id}/mehrbetrag", data={"reason": "Text länger"}).status_code == 303
    assert pool.sums(KIM).invoiced == Decimal("25.70")


def test_a_proposal_to_move_money_is_withdrawn_and_then_nobody_confirms_it(pool: Any, sit: Sit) -> None:
    moved = pool.do(propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(10), document="Verfügung"))
    kraemer, address = sit("kraemer"), f"/toepfe/{KIM}/umbuchungen/{moved.id}"
    assert "Vorschlag zurückgezogen" in text(kraemer.post(f"{address}/zurueckziehen", follow_redirects=True))
    assert "zurückgezogen: Krämer" in text(kraemer.get(f"/toepfe/{OWN}"))
    assert "Dieser Vorschlag ist zurückgezogen" in text(kraemer.post(f"{address}/bestaetigen", follow_redirects=True))
    assert pool.sums(KIM).reassigned == 0


def test_each_sees_what_the_role_allows(sit: Sit) -> None:
    for person, address, status in (
        ("wirtz", "/auftraege", 200),
        ("wirtz", "/auftraege/neu", 403),
        ("kraemer", "/auftraege/neu", 403),
        ("kraemer", "/rechnungen/", 200),
        ("demir", "/sprachmittlung/", 200),
        ("demir", "/toepfe/", 200),
        ("demir", "/auftraege/nicht-da", 404),
        ("demir", "/toepfe/nicht-da", 404),
        ("demir", "/rechnungen/nicht-da", 404),
    ):
        assert sit(person).get(address).status_code == status, (person, address)


def test_every_state_has_a_page_that_reads_well(pool: Any, sit: Sit) -> None:
    approved = pool.approved(service_date=date(2022, 9, 20))
    cancelled = pool.approved(service_date=date(2022, 9, 20))
    pool.do(cancel_order, CancelOrder(cancelled.id, reason="krank"))
    refused = pool.entered(occasion="medical", job_kind="phone", minutes=30, keystrokes=None)
    waiting = pool.entered(case_number="2022-0099")
    pool.do(propose_reassignment, ProposeReassignment(from_pot_id=OWN, to_pot_id=KIM, amount=Decimal(10), document="Verfügung"))
    for language in ("de", "en"):
        for order in (approved, cancelled, refused, waiting):
            page = text(sit("oeztuerk").get(f"/auftraege/{order.id}?lang={language}"))
            assert "{" not in page
            assert order.number in page


@pytest.mark.parametrize("year", ["²²²²", "9" * 5_000, "1999"])
def test_a_year_that_cannot_be_is_this_one(sit, year):
    page = sit().get("/nicht-erfuellt", query_string={"jahr": year})
    assert page.status_code == 200
    assert "2022" in page.text
