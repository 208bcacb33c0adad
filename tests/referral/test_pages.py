"""The pages as a person uses them: consent, preview, sending, opening, answering, revoking."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_audit.tables import entries
from kim_referral.model.consent import Consent
from kim_referral.model.seen import Seen, recently_declared, sent_referrals
from sqlalchemy import select
from web.static_html import faults

ALL = Seen("", everything=True)
NAME, PHONE, CARITAS = "Zahra Rahimi-Ḫalīl", "0171 5550133", "caritas-eifel.casework"
USE = "Wofür die Angaben genutzt werden dürfen Begleitung in Roetgen"
CONSENT = {
    "person": NAME, "purpose": "Begleitung in Roetgen", "recipients": ["caritas-eifel", "sprungbrett"],
    "categories": ["name", "phone", "note"],

    "given_on": "10.5.2022", "valid_to": "31.12.2022", "informed": "true", "signed": "true", "kept_at": "Ordner Arkaden",
    "about_kind": "case", "about_id": "case-41",
}  # fmt: skip


@pytest.fixture
def kowalczyk(region: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(region, "kowalczyk")


@pytest.fixture
def jansen(caritas: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(caritas, "jansen")


def page(client: FlaskClient, address: str, expected: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == expected, answer.text
    assert faults(answer.text) == []
    return answer.text


def send(client: FlaskClient, address: str, data: dict[str, Any], expected: int = 303) -> Any:
    answer = client.post(address, data=data)
    assert answer.status_code == expected, answer.text
    if expected != 303:
        assert faults(answer.text) == []
    return answer


def words(html: str) -> str:
    """The text of a page, in one line."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def consented(client: FlaskClient, region: Any, **changes: Any) -> str:
    send(client, "/einwilligungen/", {**CONSENT, **changes})
    return str(region.look(recently_declared, ALL, Consent)[0].id)


def test_every_list_is_there_when_nothing_is(kowalczyk: FlaskClient) -> None:
    for address in ("/verweise/", "/verweise/offen", "/eingang/", "/einwilligungen/", "/einwilligungen/neu", "/verweisen/"):
        page(kowalczyk, address)


def test_from_consent_to_answer_and_back(
    region: Any, caritas: Any, kowalczyk: FlaskClient, jansen: FlaskClient, pump_all: Callable[..., int]
) -> None:
    consent_id = consented(kowalczyk, region)
    said = {"receiver": CARITAS, "consent_id": consent_id, "name": NAME, "phone": PHONE, "note": "sucht eine Wohnung", "id": "ref-1"}
    preview = words(send(kowalczyk, "/verweisen/vorschau", said, 200).text)
    assert "Genau dies geht hinaus" in preview
    assert all(word in preview for word in (NAME, PHONE, "sucht eine Wohnung", "Caritasverband für die Region Eifel", USE))
    another = f"Die Einwilligung ist von {NAME}, der Verweis nennt Omid Rahimi."
    assert another not in preview
    assert another in words(send(kowalczyk, "/verweisen/vorschau", {**said, "name": "Omid Rahimi"}, 200).text)
    sent = send(kowalczyk, "/verweisen/senden", said)
    prepared = page(kowalczyk, sent.location)
    assert "vorbereitet, noch nicht gesendet" in prepared
    assert "<dt>Gesendet</dt>" not in prepared
    pump_all()
    assert "<dt>Gesendet</dt>" in page(kowalczyk, sent.location)
    assert USE in words(page(kowalczyk, sent.location))
    assert "gesendet, Ankunft noch nicht bestätigt" in page(kowalczyk, sent.location)

    received = caritas.only_received()
    listed = page(jansen, "/eingang/")
    assert "R-2022-0001" in listed
    assert NAME not in listed
    closed = page(jansen, f"/eingang/{received.id}")
    assert NAME not in closed and "Begleitung in Roetgen" not in closed
    opened = page(jansen, send(jansen, f"/eingang/{received.id}/oeffnen", {}).location)
    assert NAME in opened and USE in words(opened)
    send(jansen, f"/eingang/{received.id}/antwort", {"answer": "accepted", "appointment": "17.5.2022"})
    pump_all()
    assert "angenommen, Termin 17.05.2022" in words(page(kowalczyk, "/verweise/"))
    send(jansen, f"/eingang/{received.id}/abschluss", {"outcome": "arrived"})
    pump_all()
    assert "angekommen" in words(page(kowalczyk, sent.location))


def test_without_consent_the_form_says_so_and_offers_the_slip(kowalczyk: FlaskClient) -> None:
    for said in ({"receiver": CARITAS}, {}):  # whatever else is missing
        text = words(send(kowalczyk, "/verweisen/vorschau", said, 422).text)
        assert "Einwilligung fehlt" in text and "Ohne Namen oder Telefon" in text
    text = words(send(kowalczyk, "/verweisen/vorschau", {"receiver": CARITAS, "name": NAME}, 422).text)
    assert "Personendaten können nicht weitergegeben werden: Einwilligung fehlt" in text
    assert "Zettel ohne Namen" in text


def test_a_slip_is_printed_without_a_name(kowalczyk: FlaskClient) -> None:
    made = send(kowalczyk, "/verweisen/zettel", {"receiver": "sprungbrett", "language": "ukr"})
    assert "Zettel, Rückmeldung offen" in page(kowalczyk, made.location)
    printed = kowalczyk.get(f"{made.location}/zettel.pdf")
    assert (printed.status_code, printed.mimetype, printed.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert kowalczyk.get(f"{made.location}/brief.pdf").status_code == 404


def test_insulin_in_the_note_is_stopped_before_the_letter(region: Any, kowalczyk: FlaskClient) -> None:
    consent_id = consented(kowalczyk, region)
    said = {"receiver": "sprungbrett", "consent_id": consent_id, "name": NAME, "note": "braucht Insulin", "id": "ref-1"}
    assert "Klingt nach Gesundheit: Insulin" in words(send(kowalczyk, "/verweisen/vorschau", said, 200).text)
    refused = words(send(kowalczyk, "/verweisen/senden", said, 422).text)
    assert "Gesundheitsangaben: schriftliche Einwilligung nötig" in refused
    assert region.look(sent_referrals, ALL) == []


def test_a_letter_is_printed_answered_by_telephone_and_asked_back_after_a_revocation(
    region: Any, kowalczyk: FlaskClient, now: Callable[..., None]
) -> None:
    consent_id = consented(kowalczyk, region)
    said = {"receiver": "sprungbrett", "consent_id": consent_id, "name": NAME, "id": "ref-1"}
    assert "Brief erstellen" in send(kowalczyk, "/verweisen/vorschau", said, 200).text
    made = send(kowalczyk, "/verweisen/senden", said)
    assert kowalczyk.get(f"{made.location}/brief.pdf").data[:5] == b"%PDF-"
    now(2023, 1, 1, 8)  # the consent was valid for 2022
    assert "brief.pdf" not in page(kowalczyk, made.location)
    assert (refused := kowalczyk.get(f"{made.location}/brief.pdf")).status_code == 409
    assert "Die Einwilligung galt bis 31.12.2022" in words(refused.text)
    now(2022, 5, 17, 8)
    assert "7 Tage ohne Antwort" in words(page(kowalczyk, "/verweise/offen"))
    send(kowalczyk, f"{made.location}/antwort", {"answer": "waiting_list", "how": "telephone"}, 422)
    send(kowalczyk, f"{made.location}/antwort", {"answer": "waiting_list", "how": "telephone", "said_by": "Frau B."})
    assert "Warteliste (telefonisch, Frau B., 17.05.2022, 10:00)" in words(page(kowalczyk, made.location))
    send(kowalczyk, f"/einwilligungen/{consent_id}/widerruf", {"by": "self", "how": "telephone"})
    assert "Bestätigung der Löschung offen" in words(page(kowalczyk, made.location))
    assert kowalczyk.get(f"{made.location}/brief.pdf").status_code == 404
    assert kowalczyk.get(f"{made.location}/loeschbitte.pdf").data[:5] == b"%PDF-"
    send(kowalczyk, f"{made.location}/vernichtet", {"answer": "deleted"})
    assert "beim Empfänger gelöscht, bestätigt 17.05.2022" in words(page(kowalczyk, made.location))


def test_one_click_says_that_somebody_arrived(region: Any, kowalczyk: FlaskClient, now: Callable[..., None]) -> None:
    made = send(kowalczyk, "/verweisen/zettel", {"receiver": "sprungbrett", "language": "deu"})
    now(2022, 5, 25, 8)
    region.house.courier.pump()
    assert "abgelaufen: neu verweisen oder zurückziehen" in words(page(kowalczyk, "/verweise/"))
    send(kowalczyk, f"{made.location}/ergebnis", {"outcome": "arrived"})
    assert "angekommen" in words(page(kowalczyk, made.location))


def test_the_immigration_office_is_not_in_the_list_and_has_its_own_page(region: Any, kowalczyk: FlaskClient) -> None:
    assert "auslaenderamt" not in re.sub(r'href="[^"]*"', "", page(kowalczyk, "/verweisen/"))
    assert "auslaenderamt.intake" in page(kowalczyk, "/verweisen/auslaenderbehoerde")
    consent_id = consented(kowalczyk, region, recipients=["auslaenderamt"])
    said = {"receiver": "auslaenderamt.intake", "consent_id": consent_id, "name": NAME, "id": "ref-1"}
    shown = send(kowalczyk, "/verweisen/vorschau", said, 200).text
    assert "Zur Bestätigung „Ausländeramt“ eintippen" in words(shown)
    said["previewed"] = re.findall(r'name="previewed" value="([^"]+)"', shown)[0]
    other = send(kowalczyk, "/verweisen/senden", {**said, "note": "sucht eine Ärztin", "typed_confirmation": "Ausländeramt"}, 422).text
    assert "was vorher Wort für Wort angezeigt wurde" in words(other)
    marked = {"note": "sucht eine Ärztin", "previewed": re.findall(r'name="previewed" value="([^"]+)"', other)[0]}
    refused = words(send(kowalczyk, "/verweisen/senden", {**said, **marked}, 422).text)
    assert "ausdrückliche Bestätigung" in refused and "In Anliegen oder Zweck klingt nach Gesundheit" in refused
    send(kowalczyk, "/verweisen/senden", {**said, "typed_confirmation": "Ausländeramt"})


def test_going_back_from_the_preview_keeps_what_was_typed(kowalczyk: FlaskClient) -> None:
    text = send(kowalczyk, "/verweisen/", {"receiver": CARITAS, "name": NAME, "topics": ["housing"]}, 200).text
    assert f'value="{NAME}"' in text
    assert re.search(r'value="housing" checked', text)


def test_rejecting_needs_a_tick_and_leaves_no_name(
    region: Any, caritas: Any, kowalczyk: FlaskClient, jansen: FlaskClient, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    region.refer()
    pump_all()
    address = f"/eingang/{caritas.only_received().id}"
    send(jansen, f"{address}/oeffnen", {})
    lists = (jansen, "/eingang/"), (kowalczyk, "/verweise/")
    assert not any("überfällig" in page(client, listed) for client, listed in lists)
    now(2022, 5, 25, 8)
    assert all("24.05.2022 überfällig" in words(page(client, listed)) for client, listed in lists)
    assert "Bitte einen Grund ankreuzen" in words(send(jansen, f"{address}/ablehnung", {}, 422).text)
    send(jansen, f"{address}/ablehnung", {"reason": "no_capacity"})
    assert NAME not in page(jansen, address)
    pump_all()
    assert "neu entscheiden: abgelehnt, keine Kapazität" in words(page(kowalczyk, "/verweise/"))
    sent = f"/verweise/{region.look(sent_referrals, ALL)[0].id}"
    assert "Anderswohin verweisen" in page(kowalczyk, sent)
    send(kowalczyk, f"{sent}/entschieden", {})
    assert "abgelehnt, neu entschieden" in words(page(kowalczyk, sent))


def test_a_revoked_referral_is_one_line_without_content_and_a_read_one_must_be_answered(
    region: Any, caritas: Any, kowalczyk: FlaskClient, jansen: FlaskClient, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    consent = region.consent()
    region.refer(consent)
    pump_all()
    read = f"/eingang/{caritas.only_received().id}"
    send(jansen, f"{read}/oeffnen", {})
    region.refer(consent)
    pump_all()
    now(2022, 7, 5, 14, 40)
    send(kowalczyk, f"/einwilligungen/{consent.id}/widerruf", {"by": "self", "how": "in_person"})
    assert "Widerruf unterwegs" in words(page(kowalczyk, "/verweise/"))
    pump_all()
    listed = words(page(jansen, "/eingang/"))
    assert "1 Verweis zurückgezogen, Inhalt nicht gelesen" in listed
    assert "Einwilligung widerrufen am 05.07.2022, 16:40: keine weitere Nutzung auf dieser Grundlage" in listed
    assert NAME not in page(jansen, read)
    assert "Bitte angeben, warum" in words(send(jansen, f"{read}/bestaetigung", {"answer": "restricted"}, 422).text)
    send(jansen, f"{read}/bestaetigung", {"answer": "restricted", "ground": "own_contact"})
    pump_all()
    assert "widerrufen, vom Empfänger nicht gelesen, bestätigt 05.07.2022" in words(page(kowalczyk, "/verweise/"))
    assert "beim Empfänger eingeschränkt, weil die Person jetzt selbst mit uns in Kontakt steht" in words(page(kowalczyk, "/verweise/"))
    assert "Widerrufen am 05.07.2022, 16:40" in words(page(kowalczyk, f"/einwilligungen/{consent.id}"))


def test_the_slip_s_code_finds_the_referral(kowalczyk: FlaskClient, region: Any) -> None:
    made = send(kowalczyk, "/verweisen/zettel", {"receiver": "sprungbrett", "language": "deu"})
    code = region.look(sent_referrals, ALL)[0].return_code
    assert kowalczyk.post("/verweise/code", data={"code": code.lower()}).location == made.location
    assert kowalczyk.post("/verweise/code", data={"code": "XXXXXX"}).location.startswith("/verweise/")
    slip = kowalczyk.get(f"{made.location}/zettel.pdf")
    assert slip.status_code == 200 and code not in slip.headers["Content-Disposition"]
    tried = region.look(lambda session: session.execute(select(entries).where(entries.c.outcome == "denied")).all())
    assert [(row.action, row.thing) for row in tried] == [("referral.see", "referrals:?")]


def test_a_name_given_by_the_calling_page_stands_in_the_form(kowalczyk: FlaskClient) -> None:
    text = send(kowalczyk, "/einwilligungen/neu", {"person": NAME, "about_kind": "case", "about_id": "case-41"}, 200).text
    assert f'value="{NAME}"' in text
    assert 'value="case-41"' in text


def test_no_name_stands_in_a_title_or_an_address(region: Any, kowalczyk: FlaskClient) -> None:
    """Both stay in the history of a shared desk's browser."""
    sent = region.refer()
    for address in (f"/einwilligungen/{sent.consent_id}", f"/verweise/{sent.id}"):
        text = page(kowalczyk, address)
        assert NAME in text
        assert "Rahimi" not in re.findall(r"<title>(.*?)</title>", text, re.DOTALL)[0]
        assert not re.search(r'(?:href|action)="[^"]*Rahimi', text)


def test_an_auditor_looks_and_changes_nothing(region: Any, browse: Callable[..., FlaskClient]) -> None:
    auditor = browse(region, "pruefer")
    page(auditor, "/verweise/")
    assert auditor.get("/verweisen/").status_code == 403
    assert auditor.post("/verweisen/senden", data={}).status_code == 403


def test_wrong_values_come_back_with_what_would_be_right_all_at_once(kowalczyk: FlaskClient) -> None:
    wrong = {**CONSENT, "informed": "false", "kept_at": "", "given_by": "parent"}
    text = words(send(kowalczyk, "/einwilligungen/", {**wrong, "valid_to": "gestern", "recipients": []}, 422).text)
    rules = ("Ohne Aufklärung gilt keine Einwilligung", "wo das unterschriebene Blatt liegt", "wer für die Person erklärt hat", "das Alter")
    assert all(said in text for said in ("Bitte einen Tag schreiben", "Wer Angaben erhalten darf : Bitte ausfüllen.", *rules))
    text = words(send(kowalczyk, "/einwilligungen/", wrong, 422).text)
    assert all(said in text for said in rules)


def test_the_day_of_a_consent_is_typed_and_may_lack_its_year(region: Any, kowalczyk: FlaskClient) -> None:
    assert not re.search(r'name="given_on"[^>]*value="[^"]', page(kowalczyk, "/einwilligungen/neu"))
    consented(kowalczyk, region, given_on="9.5.", valid_to="31.12.")
    consent = region.look(recently_declared, ALL, Consent)[0]
    assert (consent.given_on.isoformat(), consent.valid_to.isoformat()) == ("2022-05-09", "2022-12-31")


def test_nothing_german_is_left_in_english(
    region: Any, caritas: Any, kowalczyk: FlaskClient, jansen: FlaskClient, pump_all: Callable[..., int]
) -> None:
    region.refer()
    pump_all()
    received = caritas.only_received().id
    send(jansen, f"/eingang/{received}/oeffnen", {})
    for client, address in (
        (kowalczyk, "/verweise/"),
        (kowalczyk, "/verweisen/"),
        (kowalczyk, "/einwilligungen/neu"),
        (jansen, f"/eingang/{received}"),
    ):
        text = words(client.get(f"{address}?lang=en").text)
        assert not re.findall(r"\b(?:Einwilligung|Verweis|Angaben|Antwort|Zettel|Wohnort|Ablehnen|Annehmen)\w*", text), address
