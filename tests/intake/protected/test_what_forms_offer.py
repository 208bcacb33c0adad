"""What a form offers is made of what the desk lists, and of nothing else."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date
from typing import Any

from flask.testing import FlaskClient
from intake.protected.conftest import HERE
from kim_intake.model.consultation import usual_languages, usual_origins
from kim_intake.operations.protect_client import ProtectClient, protect_client
from kim_intake.operations.register_client import RegisterClient, register_client


def test_what_a_form_offers_tells_nothing_of_a_talk_that_stands_in_no_list(
    house: Any, record: Any, do: Any, act: Any, desk: Callable[..., FlaskClient]
) -> None:
    """The usual countries of a site, and the language that goes with each, are made of what the desk lists."""
    talk = record(origin="ERI", languages=("tir",))
    agreed: dict[str, Any] = {"consent_given_on": date(2022, 5, 10), "consultation_id": talk.id}
    person = do(register_client, RegisterClient(site=HERE[0], name="Zahra Azizi", **agreed))

    def offered() -> dict[str, tuple[list[str], dict[str, str], bool]]:
        with house.database.read() as session:
            found = {}
            for who in ("aydin", "lindner"):
                since = date(2022, 3, 1)
                usual, spoken = usual_origins(session, act(who), HERE[0], since), usual_languages(session, act(who), HERE[0], since)
                found[who] = (usual, spoken, '"Eritrea": "Tigrinya"' in html.unescape(desk(who).get("/beratungen/neu").text))
            return found

    everything, nothing = (["ERI"], {"ERI": "tir"}, True), ([], {}, False)
    assert offered() == {"aydin": everything, "lindner": everything}
    do(protect_client, ProtectClient(person.id, "endangered"))
    assert offered() == {"aydin": everything, "lindner": nothing}
