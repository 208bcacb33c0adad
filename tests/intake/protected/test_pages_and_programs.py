"""Protecting and lifting by pages and programs, and what both answer to everybody else."""

from __future__ import annotations

from typing import Any

from flask import Flask
from intake.protected.conftest import HERE, WHO, WHY, Family, audit, plain, vars_of
from intake.test_pages import text_of
from kim_runtime.ids import new_id
from web.signed_in import bearer
from web.static_html import faults


def test_the_pages_and_programs_of_others_answer_as_if_there_were_none(app: Flask, protected: Family, browse: Any) -> None:
    client, headers = browse("lindner"), bearer(app, WHO["lindner"])
    addresses = {
        f"/personen/{protected.client}": protected.client, f"/beratungen/{protected.talk}": protected.talk,
        f"/beratungen/{protected.second}/aendern": protected.second, f"/personen/{protected.client}/schutz": protected.client,
        f"/beratungen/neu?von={protected.waiting}": protected.waiting, f"/einwilligungen/{protected.consent}": protected.consent,
    }  # fmt: skip
    for address, thing in addresses.items():
        there, nowhere = client.get(address), client.get(address.replace(thing, new_id()))
        assert (there.status_code, nowhere.status_code) == (404, 404), address
        assert plain(there) == plain(nowhere), address
    for address in ("/heute", "/weitergaben", "/vorschlaege", "/einwilligungen/", "/verweise/", "/personen", "/eintraege/"):
        page = client.get(address)
        assert page.status_code == 200, address
        assert not any(each in page.text for each in vars_of(protected)), address
    assert protected.code not in client.get(f"/beratungen/neu?person={protected.client}").text
    assert f'value="{protected.code}"' in browse("celik").get(f"/beratungen/neu?person={protected.client}").text
    assert "0 Treffer" in text_of(client.post("/personen/suche", data={"q": "Azizi"}).text)
    assert "0 eigene Beratungen heute" in text_of(client.get("/heute").text)
    assert client.get(f"/api/consultations/{protected.talk}", headers=headers).status_code == 404
    assert client.get(f"/api/hand-overs/{protected.waiting}", headers=headers).status_code == 404
    for address in ("/api/consultations/", "/api/proposals/", f"/api/hand-overs/?site={HERE[0]}&service=school_entry", "/api/consents/"):
        assert client.get(address, headers=headers).json["items"] == [], address


def test_protecting_and_lifting_by_the_pages(family: Family, browse: Any) -> None:
    desk, other, reader = browse("aydin"), browse("lindner"), browse("celik")
    assert "Akte schützen" in other.get(f"/personen/{family.client}").text
    form = desk.get(f"/personen/{family.client}/schutz")
    assert faults(form.text) == [] and "Petra Lindner" in form.text
    unknown = desk.post(f"/personen/{family.client}/schutz", data={"reason": "colleague", "subject": "niemand"})
    assert (unknown.status_code, "nicht angemeldet" in unknown.text) == (422, True)
    done = desk.post(f"/personen/{family.client}/schutz", data={"reason": "endangered"}, follow_redirects=True)
    assert "Die Akte ist geschützt." in done.text and "Geschützte Akte seit" in done.text and "Schutz aufheben" not in done.text
    assert other.get(f"/personen/{family.client}").status_code == 404
    listed = reader.get("/geschuetzt")
    assert faults(listed.text) == [] and "Selin Aydın" in listed.text and "Azizi" not in listed.text
    assert desk.get("/geschuetzt").status_code == 403
    assert faults(reader.get(f"/personen/{family.client}/schutz/ende").text) == []
    lifted = reader.post(f"/personen/{family.client}/schutz/ende", data={"because": "Gefahr ist vorbei"}, follow_redirects=True)
    assert "Die Akte ist nicht mehr geschützt." in lifted.text
    assert "Die Akte ist nicht geschützt." in reader.get(f"/personen/{family.client}/schutz/ende", follow_redirects=True).text
    assert other.get(f"/personen/{family.client}").status_code == 200


def test_who_closes_a_record_about_themselves_leaves_it_at_once(family: Family, browse: Any) -> None:
    answer = browse("lindner").post(f"/personen/{family.client}/schutz", data={"reason": "colleague", "subject": "lindner"})
    assert answer.headers["Location"] == "/personen"


def test_who_reads_protected_records_and_sits_at_no_desk_reads_and_no_more(protected: Family, browse: Any) -> None:
    reader = browse("reader")
    assert "Zahra Azizi" in reader.get(f"/personen/{protected.client}").text
    talk = reader.get(f"/beratungen/{protected.talk}")
    assert talk.status_code == 200
    assert not any(word in talk.text for word in ("Jetzt hinbringen", "Einwilligung aufnehmen", "Neue Beratung"))
    assert "1 Treffer" in text_of(reader.post("/personen/suche", data={"q": "Azizi"}).text)
    assert reader.get("/beratungen/neu").status_code == 403


def test_programs_protect_lift_and_open(app: Flask, house: Any, family: Family, browse: Any) -> None:
    client = browse("lindner")
    desk, reader = bearer(app, WHO["lindner"]), bearer(app, WHO["reader"])
    keeper, said = bearer(app, WHO["aydin"]), {"client_id": family.client, "reason": "endangered"}
    done = client.post("/api/clients/protections", json=said, headers=keeper)
    assert (done.status_code, done.json) == (200, {"client": family.client, "protected": True})
    assert client.get(f"/api/consultations/{family.talk}", headers=desk).status_code == 404
    opened = client.post("/api/clients/emergencies", json={"code": family.code, "reason": WHY}, headers=desk)
    assert (opened.status_code, opened.json["client"]) == (201, family.client)
    assert client.get(f"/api/consultations/{family.talk}", headers=desk).status_code == 200
    *look, because = audit(house)[-1]
    assert (look, because.startswith(WHY)) == (["consultation.see", f"consultations:{family.talk}", "seen"], True)
    lifted = client.post("/api/clients/liftings", json={"client_id": family.client, "because": "vorbei"}, headers=reader)
    assert (lifted.status_code, lifted.json["protected"]) == (200, False)
    done = [(action, why.partition("; by key kim_")[0]) for action, _thing, outcome, why in audit(house) if outcome == "done"]
    assert (done[0], done[-1]) == (("client.protect", "endangered"), ("client.unprotect", "vorbei"))
    stranger = {"client_id": family.client, "reason": "colleague", "subject": "niemand"}
    assert client.post("/api/clients/protections", json=stranger, headers=desk).json["code"] == "subject_unknown"
