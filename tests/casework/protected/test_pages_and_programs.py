"""Protecting and lifting by pages and programs, and what both answer to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from casework.protected.conftest import WHY, audit, plain, text_of
from kim_casework.model.case import Case
from kim_casework.model.protection import Protection
from kim_runtime.act import Actor
from kim_runtime.ids import new_id
from sqlalchemy import select
from web.signed_in import bearer


def test_the_pages_and_programs_of_others_answer_as_if_there_were_none(
    casework: Any, protected: Case, browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    for who in ("thelen", "breuer"):
        client = browse(casework, who)
        headers = bearer(client.application, actors[who])
        for address in (f"/faelle/{protected.id}", f"/faelle/{protected.id}/kontakte", f"/sprachmittlung/neu?fall={protected.id}"):
            there, nowhere = client.get(address), client.get(address.replace(protected.id, new_id()))
            assert (there.status_code, nowhere.status_code) == (404, 404), address
            assert plain(there) == plain(nowhere)
        assert client.get(f"/api/cases/{protected.id}", headers=headers).status_code == 404
        assert client.get("/api/cases/", headers=headers).json["items"] == []
        assert client.get(f"/api/contacts/?case={protected.id}", headers=headers).status_code == 404
        assert "Noch kein Fall" in text_of(client.get("/faelle"))


def test_protecting_and_lifting_by_the_pages(casework: Any, admit: Callable[..., Case], browse: Callable[..., Any]) -> None:
    case = admit(casework, name="Zahra Azizi")
    lead = browse(casework, "thelen")
    assert "Akte schützen" in text_of(lead.get(f"/faelle/{case.id}"))
    answer = lead.post(f"/faelle/{case.id}/schutz", data={"reason": "endangered"}, follow_redirects=True)
    assert f"Fall {case.number} ist geschützt." in text_of(answer)
    assert "Azizi" not in text_of(answer)
    reader = browse(casework, "lentz")
    page = text_of(reader.get(f"/faelle/{case.id}"))
    assert "Geschützte Akte seit" in page
    assert "Kontakt notieren" not in page
    assert "geschützt von Thelen" in text_of(reader.get(f"/faelle/{case.id}/schutz/ende"))
    with casework.database.write() as session:
        session.scalars(select(Protection)).one().protected_by = "idp|4711"
    page = text_of(reader.get(f"/faelle/{case.id}/schutz/ende"))
    assert "geschützt von jemand, dessen Name nicht mehr vorliegt" in page and "4711" not in page
    answer = reader.post(f"/faelle/{case.id}/schutz/ende", data={"because": "Gefahr ist vorbei"}, follow_redirects=True)
    assert f"Fall {case.number} ist nicht mehr geschützt." in text_of(answer)


def test_programs_protect_lift_and_open(
    casework: Any, admit: Callable[..., Case], browse: Callable[..., Any], actors: dict[str, Actor]
) -> None:
    case = admit(casework)
    client = browse(casework, "thelen")
    lead, reader = bearer(client.application, actors["thelen"]), bearer(client.application, actors["lentz"])
    done = client.post("/api/cases/protections", json={"case_id": case.id, "reason": "endangered"}, headers=lead)
    assert (done.status_code, "persons" in done.json) == (200, False)
    assert client.get(f"/api/cases/{case.id}", headers=lead).status_code == 404
    opened = client.post("/api/emergencies/", json={"number": case.number, "reason": WHY}, headers=lead)
    assert (opened.status_code, opened.json["case"]) == (201, case.id)
    assert client.get(f"/api/cases/{case.id}", headers=lead).json["number"] == case.number
    assert audit(casework)[-1] == ("case.see", f"cases:{case.id}", "seen", WHY)
    lifted = client.post("/api/cases/liftings", json={"case_id": case.id, "because": "vorbei"}, headers=reader)
    assert lifted.status_code == 200
    done = [row for row in audit(casework) if row[2] == "done"]
    assert done[0] == ("case.protect", f"cases:{case.id}", "done", "endangered")
    assert done[-1] == ("case.unprotect", f"cases:{case.id}", "done", "vorbei")
