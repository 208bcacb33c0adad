"""Entries of protected people that somebody disowns: to whom they go, and what they go on saying."""

from __future__ import annotations

from typing import Any

from flask import Flask
from intake.protected.conftest import Family
from intake.test_pages import text_of
from kim_intake.model.client import Client
from kim_intake.model.consultation import (
    Consultation,
)
from kim_intake.operations.link_consultation import LinkConsultation, link_consultation
from kim_intake.operations.protect_client import ProtectClient, protect_client


def test_an_entry_of_a_protected_person_goes_to_who_works_with_such_records_and_to_nobody_else(
    app: Flask, house: Any, protected: Family, record: Any, browse: Any, do: Any
) -> None:
    for who in ("lindner", "celik", "peters"):
        browse(who)
    own = record("lindner")
    do(link_consultation, LinkConsultation(own.id, protected.client), by="celik")
    assert "Wohnungssuche" not in browse("lindner").get("/eintraege/").text  # that there was something, and nothing of what
    for to, answered in (("peters", 422), ("celik", 303)):
        gone = browse("lindner").post("/eintraege/", data={"entries": ["", f"consultation:{own.id}"], "to": to})
        assert gone.status_code == answered, to
    keeper = browse("aydin")
    keys = {
        "consultation": protected.talk, "hand_over": protected.walked, "client": protected.client, "consent": protected.consent,
    }  # fmt: skip
    page = keeper.get("/eintraege/").text
    assert all(f'value="{kind}:{thing}"' in page for kind, thing in keys.items())
    for kind, thing in keys.items():
        answer = keeper.post("/eintraege/", data={"entries": ["", f"{kind}:{thing}"], "to": "lindner"})
        assert (answer.status_code, "darf hier keinen solchen Eintrag machen" in answer.text) == (422, True), kind
    for kind in ("consultation", "hand_over", "consent"):
        answer = keeper.post("/eintraege/", data={"entries": ["", f"{kind}:{keys[kind]}"], "to": "celik"})
        assert answer.status_code == 303, kind
    with house.database.read() as session:
        assert session.get_one(Consultation, protected.talk).recorded_by == "celik"
        assert session.get_one(Client, protected.client).created_by == "aydin"


def test_what_came_to_somebody_says_nothing_more_once_it_is_closed_to_them(family: Family, browse: Any, do: Any) -> None:
    other = browse("lindner")
    assert browse("aydin").post("/eintraege/", data={"entries": ["", f"client:{family.client}"], "to": "lindner"}).status_code == 303
    assert "Z." in text_of(other.get("/eintraege/").text)
    do(protect_client, ProtectClient(family.client, "colleague", "lindner"))
    assert "Z." not in text_of(other.get("/eintraege/").text)
    assert "Z." not in text_of(other.get("/heute").text)
