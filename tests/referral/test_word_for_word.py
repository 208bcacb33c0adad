"""What the preview showed is what the receiver reads, to the letter."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_events.types.referral import DATA_CATEGORIES
from kim_referral.model.received_referral import received_from
from kim_referral.operations.preview_referral import ReferPersonSchema, preview_referral
from kim_referral.operations.refer_person import refer_person
from kim_referral.wording import lines

CARITAS, REGION = "caritas-eifel.casework", "staedteregion-aachen.casework"
EVERYTHING = {"categories": DATA_CATEGORIES, "form": "written", "signed": True}

# Whatever can be typed: no control characters but line ends, no lone halves of a surrogate pair.
written = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), include_characters="\n"), max_size=60)
said = st.fixed_dictionaries(
    {
        "name": written.map(lambda text: "N" + text.replace("\n", " ")), "phone": st.sampled_from(["", "0171 5550133"]),
        "birth_year": st.none() | st.integers(1930, 2003), "language": st.sampled_from(["", "ukr", "prs"]),
        "residence_town": st.sampled_from(["", "05334024"]), "persons": st.none() | st.integers(1, 99),
        "topics": st.lists(st.sampled_from(["housing", "health", "school"]), unique=True).map(tuple), "note": written, "health": written,
    }
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=said)
def test_what_arrives_is_byte_for_byte_what_the_preview_showed(
    region: Any, caritas: Any, pump_all: Callable[..., int], content: dict[str, Any]
) -> None:
    """Read as both doors read it: blanks around a text fall away there, before anything is shown."""
    consent = region.consent(**EVERYTHING)
    command = ReferPersonSchema().load({"receiver": CARITAS, "consent_id": consent.id, "note_checked": True, **content})
    shown = region.do(preview_referral, command)
    sent = region.do(refer_person, command)
    pump_all()
    arrived = caritas.look(received_from, REGION, sent.id)
    assert arrived.content == shown.content
    read, promised = lines(arrived.content, purpose=arrived.purpose), lines(shown.content, purpose=shown.consent.purpose)
    assert [(label, text.encode()) for label, text in read] == [(label, text.encode()) for label, text in promised]


class Fields(HTMLParser):
    """The hidden fields of the form that sends, as a browser would post them."""

    def __init__(self) -> None:
        super().__init__()
        self.sends = False
        self.found: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "form":
            self.sends = values.get("action") == "/verweisen/senden"
        if tag == "input" and self.sends and values.get("type") == "hidden":
            self.found.setdefault(str(values["name"]), []).append(values.get("value") or "")


def test_the_page_sends_what_it_showed(region: Any, caritas: Any, browse: Any, pump_all: Callable[..., int]) -> None:
    """Quotes, tags, two blanks, right-to-left and combining letters: the preview is posted back and must not change on the way."""
    client = browse(region, "kowalczyk")
    typed = {
        "receiver": CARITAS, "consent_id": region.consent(**EVERYTHING).id, "name": "Зоря  \"O'Neil\" <b>&amp;",
        "note": "Wohnung & Möbel\r\nזמין مرحبا ", "topics": ["housing", "school"], "health": "nein", "persons": "3",
    }  # fmt: skip
    form = Fields()
    form.feed(client.post("/verweisen/vorschau", data=typed).text)
    assert client.post("/verweisen/senden", data=form.found).status_code == 303
    pump_all()
    arrived = caritas.only_received()
    assert arrived.name == typed["name"]
    assert arrived.note.split() == str(typed["note"]).split()
    assert (arrived.topics, arrived.persons, arrived.health) == (["housing", "school"], 3, "nein")


def test_a_program_that_changes_a_word_after_the_preview_is_checked_anew(region: Any, browse: Any) -> None:
    client = browse(region, "kowalczyk")
    data = {"receiver": CARITAS, "consent_id": region.consent().id, "name": "Anna Beispiel"}
    assert client.post("/verweisen/vorschau", data=data).status_code == 200
    assert client.post("/verweisen/senden", data={**data, "note": "nicht eingewilligt"}).status_code == 422
