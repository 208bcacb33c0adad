"""Going from a referral to record a consent or a release, and back: nothing typed is lost, and the new paper is taken up."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from kim_referral.model.consent import Consent
from kim_referral.model.seen import Seen, recently_declared, sent_referrals
from kim_web.tables import drafts
from lxml import html as lxml_html
from referral.test_pages import CARITAS, CONSENT, NAME, page, send, words
from sqlalchemy import select

ALL = Seen("", everything=True)
SAID = {
    "receiver": CARITAS, "name": NAME, "phone": "0171 5550133", "topics": ["housing", "school"], "note": "Zimmer zu klein",
    "about_kind": "case", "about_id": "case-41", "persons": "4", "id": "ref-1", "kim_label": "Verweisen",
}  # fmt: skip


@pytest.fixture
def kowalczyk(region: Any, browse: Callable[..., FlaskClient]) -> FlaskClient:
    return browse(region, "kowalczyk")


def buttons(html: str) -> dict[str, str]:
    """Of each button that goes somewhere first: its words, and where it goes."""
    return {words(text): address for address, text in re.findall(r'<button[^>]*name="kim_aside" value="([^"]+)"[^>]*>(.*?)</button>', html)}


def go_back(client: FlaskClient, html: str) -> Any:
    """Press the button of the band that leads back."""
    address, draft_id = re.findall(r'action="([^"]+)">(?:\s*<input[^>]*>)*?\s*<input[^>]*name="kim_continue" value="([^"]+)"', html)[0]
    return send(client, address, {"kim_continue": draft_id}, 200)


def as_typed(html: str) -> bool:
    shown = [f'value="{NAME}"', 'value="0171 5550133"', "Zimmer zu klein", 'value="4"', 'value="ref-1"', 'value="case-41"']
    return all(each in html for each in shown) and len(re.findall(r'value="(?:housing|school)" checked', html)) == 2


def test_a_consent_is_recorded_on_the_way_and_the_referral_goes_on_under_it(region: Any, kowalczyk: FlaskClient) -> None:
    (first,) = buttons(page(kowalczyk, "/verweisen/")).items()
    assert first[0] == "Erst Einwilligung aufnehmen"
    went = send(kowalczyk, "/verweisen/vorschau", {**SAID, "kim_aside": first[1]})
    form = page(kowalczyk, went.location)
    assert f'value="{NAME}"' in form and 'value="case-41"' in form  # known from the referral
    assert "Angefangen und aufgehoben: Verweisen" in words(form)
    made = send(kowalczyk, "/einwilligungen/", {**CONSENT, "categories": ["name", "phone", "note", "topics"]})
    back = go_back(kowalczyk, page(kowalczyk, made.location)).text
    (consent,) = region.look(recently_declared, ALL, Consent)
    assert as_typed(back)
    assert re.search(rf'<option value="{consent.id}" selected>', back)  # nobody must look for it
    draft_id = re.findall(r'name="kim_draft" value="([^"]+)"', back)[0]
    preview = send(kowalczyk, "/verweisen/vorschau", {**SAID, "consent_id": consent.id, "kim_draft": draft_id}, 200).text
    assert f'name="kim_draft" value="{draft_id}"' in preview
    send(kowalczyk, "/verweisen/senden", {**SAID, "consent_id": consent.id, "kim_draft": draft_id})
    with region.house.database.read() as session:
        assert session.execute(select(drafts)).all() == []  # sent, so no draft any more
    assert len(region.look(sent_referrals, ALL)) == 1


def test_a_release_is_recorded_from_the_preview_for_the_person_of_the_consent(sworn_region: Any, browse: Any) -> None:
    client = browse(sworn_region, "kowalczyk")
    said = {**SAID, "consent_id": sworn_region.consent(categories=("name", "phone", "note", "topics"), person="Zahra R.").id}
    preview = send(client, "/verweisen/vorschau", said, 200).text
    (button,) = re.findall(r'<button[^>]*name="kim_aside"[^>]*>', preview)
    assert 'formaction="/verweisen/vorschau"' in button  # not to where the form is sent
    went = send(client, "/verweisen/vorschau", {**said, "kim_aside": buttons(preview)["Erst Schweigepflichtentbindung aufnehmen"]})
    form = page(client, went.location)
    assert 'value="Zahra R."' in form and 'value="case-41"' in form
    wrong = send(client, "/schweigepflichtentbindungen/", {"person": "Zahra R."}, 422)  # a mistake on the way loses nothing
    assert as_typed(go_back(client, wrong.text).text)
    send(client, "/verweisen/vorschau", {**said, "kim_aside": went.location})
    made = send(client, "/schweigepflichtentbindungen/", {
        "person": "Zahra R.", "about_kind": "case", "about_id": "case-41", "released": "Case Management", "recipients": ["caritas-eifel"],
        "subjects": ["topics", "note"], "given_on": "10.5.2022", "valid_to": "10.8.2022", "informed": "true", "signed": "true",
        "kept_at": "Ordner"})  # fmt: skip
    assert as_typed(go_back(client, page(client, made.location)).text)
    again = send(client, "/verweisen/vorschau", said, 200).text
    assert "Schweigepflichtentbindung: ja" in again and buttons(again) == {}


def test_no_step_of_a_referral_loses_what_was_typed_to_the_other_language(region: Any, kowalczyk: FlaskClient) -> None:
    """Neither the preview, nor the form it leads back to, nor the one that a case has filled in."""

    def in_english(html: str, address: str) -> str:
        seen = lxml_html.document_fromstring(html)
        (button,) = seen.xpath("//button[normalize-space()='English']")
        form = seen.get_element_by_id(button.get("form")) if button.get("form") else button.xpath("ancestor::form")[0]
        fields: dict[str, list[str]] = {}
        for name, value in form.form_values():
            fields.setdefault(name, []).append(value.removeprefix("\n"))
        to = button.get("formaction") or form.get("action")
        assert to == f"{address}?lang=en"
        return send(kowalczyk, to, {**fields, **({button.get("name"): "1"} if button.get("name") else {})}, 200).text

    said = {**SAID, "consent_id": region.consent(categories=("name", "phone", "note", "topics")).id}
    preview = send(kowalczyk, "/verweisen/vorschau", said, 200).text
    assert as_typed(in_english(preview, "/verweisen/vorschau"))
    kowalczyk.delete_cookie("kim_language")
    back = send(kowalczyk, "/verweisen/", said, 200).text
    assert as_typed(back) and as_typed(in_english(back, "/verweisen/"))
    assert "data-again" in back  # and it is kept when the desk is locked
    for address in ("/einwilligungen/neu", "/schweigepflichtentbindungen/neu"):
        kowalczyk.delete_cookie("kim_language")
        known = send(kowalczyk, address, {"person": NAME, "about_kind": "case", "about_id": "case-41"}, 200).text
        assert f'value="{NAME}"' in in_english(known, address)


def test_a_consent_for_something_else_is_not_taken_up(region: Any, kowalczyk: FlaskClient) -> None:
    """A draft of another form, or a referral that has its consent, stays as it is."""
    chosen = region.consent()
    send(kowalczyk, "/verweisen/vorschau", {**SAID, "consent_id": chosen.id, "kim_aside": "/einwilligungen/neu"})
    made = send(kowalczyk, "/einwilligungen/", CONSENT)
    back = go_back(kowalczyk, page(kowalczyk, made.location)).text
    assert re.search(rf'<option value="{chosen.id}" selected>', back)


def test_a_referral_that_another_person_began_lends_nothing(region: Any, browse: Any, kowalczyk: FlaskClient) -> None:
    send(kowalczyk, "/verweisen/vorschau", {**SAID, "kim_aside": "/einwilligungen/neu"})
    form = page(browse(region, "breuer"), "/einwilligungen/neu")
    assert NAME not in form and "Angefangen und aufgehoben" not in form


def test_a_referral_to_an_immigration_office_stays_one_although_none_is_chosen_yet(kowalczyk: FlaskClient) -> None:
    """Nothing may come to be offered to everybody because a form was incomplete, nor the other way round."""
    guarded = {"guarded": re.findall(r'name="guarded" value="([^"]+)"', page(kowalczyk, "/verweisen/auslaenderbehoerde"))[0], "name": NAME}
    assert "auslaenderamt.intake" in send(kowalczyk, "/verweisen/vorschau", guarded, 422).text
    kept = send(kowalczyk, "/verweisen/vorschau", {**guarded, "kim_label": "Verweisen", "kim_keep": "1"})
    back = go_back(kowalczyk, page(kowalczyk, kept.location)).text
    assert "auslaenderamt.intake" in back and "caritas-eifel.casework" not in back
    assert 'name="guarded"' not in page(kowalczyk, "/verweisen/")
