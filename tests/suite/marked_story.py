"""A family's way with nothing but marks in it, over the pages of every service: counselled, consented, released, referred, admitted, with
its household, an order and a letter; a colleague hired; and what goes wrong on the way, with the marks in hand.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

import requests
from kim_demo.layout import Layout
from kim_demo.sign_in import PASSWORD as OPENS
from kim_demo.story.stage import CARITAS, CASEWORK, INTAKE, INTERPRETING, STAFFING
from suite.marks import BORN, CHILD, CLIENT, COMPANION, EMPLOYEE, FOLDER, FREE, INTERPRETER, LOGIN, PASSWORD, PHONE, SLIP, STRANGER
from suite.visitor import PATIENCE, Exchange, Visitor

ARRIVES_WITHIN = 20  # s
TOPICS = ["housing", "health"]
PAPER = {
    "form": "written", "signed": ["false", "true"], "informed": ["false", "true"], "kept_at": FOLDER, "given_on": "01.03.2022",
    "valid_to": "31.12.2022",
}  # fmt: skip


@dataclass
class Story:
    layout: Layout
    kept: list[Exchange] = field(default_factory=list)
    provoked: list[Exchange] = field(default_factory=list)

    def at(self, mailbox: str, person: str) -> Visitor:
        return Visitor(self.layout.address(mailbox), self.kept).sign_in(person, OPENS)

    def play(self) -> None:
        self._desk()
        case = self._case()
        self._order(case)
        self._referral(case)
        self._letter()
        self._staff()
        self._mishaps()
        self._leaving()

    def _desk(self) -> None:
        """A consultation, a name taken in with consent, a search, a proposal."""
        desk = self.at(INTAKE, "aydin")
        desk.get("/heute/platz").submit("/heute/platz", site="aachen-arkaden", service="case_management")
        desk.get("/beratungen/neu").submit(
            "/beratungen", persons_present="3", languages="Ukrainisch", origin="Ukraine", topics=TOPICS, concern=FREE, minutes="30"
        )
        desk.follow("Name aufnehmen").submit("/personen/suche", q=CLIENT)
        desk.submit("/personen/neu")
        desk.submit("/personen", name=CLIENT, phone=PHONE, birth_year="1937", persons="3", consent_given_on="01.03.2022")
        person = desk.url
        for asked in (CLIENT, PHONE, STRANGER):
            desk.get("/personen").submit("/personen/suche", q=asked)
        desk.get(person).submit("/vorschlagen", need=FREE, consent_given_on="01.03.2022")
        desk.get("/vorschlaege")

    def _case(self) -> str:
        """The proposal is admitted, the household put down, contacts noted. Returns the address of the case."""
        casework = self.at(CASEWORK, "kowalczyk")
        until(lambda: "entscheiden" in casework.get("/vorschlaege").text)
        casework.follow("entscheiden")
        casework.submit("/aufnahme", criteria=["complex_need", "many_actors", "voluntary"], reasoning=FREE, name=CLIENT, phone=PHONE)
        case = casework.url
        for name in (COMPANION, CHILD):
            casework.get(f"{case}/personen/neu").submit("/personen", name=name)
        casework.get(case).submit("/kontakte", text=FREE, next_step=FREE, next_step_on="08.03.2022")
        casework.get("/faelle").submit("/faelle/suche", words=CLIENT)
        return case

    def _order(self, case: str) -> None:
        """Interpreting for the case, given to somebody, and done."""
        casework = self.at(CASEWORK, "kowalczyk")
        casework.get(case).follow("Sprachmittlung bestellen").submit(
            "/sprachmittlung", language="ukr", job_kind="on_site", occasion="counselling", decides_something="false",
            service_date="10.03.2022", starts_at="10:00", minutes="60", place="Arkaden", desk="Arkaden",
        )  # fmt: skip
        pool = self.at(INTERPRETING, "demir")
        pool.get("/sprachmittlung/").submit("/sprachmittlung/", name=INTERPRETER, qualification="certified", languages=["ukr"])
        until(lambda: "?schritt=approve" in pool.get("/auftraege").text)
        pool.get("/auftraege?schritt=approve")
        pool.get(next(link for link in pool.links if link.startswith("/auftraege/0")))
        pool.submit("/freigeben")
        pool.submit("/vergeben", provider_id=pool.choice("provider_id", INTERPRETER), starts_at="10:00", conflict_note=FREE)

    def _referral(self, case: str) -> None:
        """To another organisation, with consent and release; answered there, and asked about."""
        casework = self.at(CASEWORK, "kowalczyk")
        casework.get(case).submit("/einwilligungen/neu")
        casework.submit(
            "/einwilligungen/", purpose=FREE, recipients=["", "caritas-eifel"], giver_name=COMPANION, person=CLIENT,
            categories=["", "name", "phone", "birth_year", "language", "topics", "note", "health"], **PAPER,
        )  # fmt: skip
        consent = casework.url
        casework.submit("/schweigepflichtentbindungen/neu")
        casework.submit(
            "/schweigepflichtentbindungen/", released=FREE[:180], recipients=["", "caritas-eifel"], giver_name=COMPANION, person=CLIENT,
            subjects=["", "name", "phone", "birth_year", "language", "topics", "note", "health"], **PAPER,
        )  # fmt: skip
        casework.get(consent).submit("/verweisen/")
        casework.submit(
            "/verweisen/vorschau", receiver=CARITAS, name=CLIENT, phone=PHONE, birth_year="1937", language="ukr", topics=["", "housing"],
            note=FREE, health=FREE, desk=COMPANION, residence_town="",
        )  # fmt: skip
        casework.submit("/verweisen/senden")
        caritas = self.at(CARITAS, "jansen")

        until(lambda: "/oeffnen" in caritas.get("/eingang/").text)
        caritas.submit("/oeffnen")
        caritas.submit("/antwort")

    def _letter(self) -> None:
        """To a partner without software: a letter with the name, read as PDF; the answer came by telephone."""
        desk = self.at(INTAKE, "aydin")
        desk.get("/einwilligungen/neu").submit(
            "/einwilligungen/", purpose=FREE, recipients=["", "sprungbrett"], giver_name=COMPANION, person=CLIENT,
            categories=["", "name", "phone", "language", "topics", "note", "health"], **PAPER,
        )  # fmt: skip
        desk.submit("/verweisen/")
        desk.submit(
            "/verweisen/vorschau", receiver="sprungbrett", name=CLIENT, phone=PHONE, language="ukr", topics=["", "health"],
            note=FREE, health=FREE, desk=COMPANION, residence_town="",
        )  # fmt: skip
        desk.submit("/verweisen/senden")
        referral = desk.url
        desk.get(f"{referral}/brief.pdf")
        desk.get(referral).submit("/antwort", answer="accepted", how="telephone", said_by=STRANGER)

    def _staff(self) -> None:
        """Somebody is hired; the letter on registering as a jobseeker is made and handed over."""
        office = self.at(STAFFING, "lenzen")
        office.get("/stellen/neu").submit(
            "/stellen", baustein="1", role="coordination", fte="0,50", status="established", employer="staedteregion-aachen",
            starts_on="01.04.2022", transferred_from=FREE[:80],
        )  # fmt: skip
        office.submit(
            "/einstellen",
            name=EMPLOYEE,
            share="0,50",
            starts_on="01.04.2022",
            ends_on="30.06.2022",
            prognosis=FREE,
            ground="temporary_need",
        )
        office.get(office.url).submit("/nachtrag", text=FREE)
        office.submit("/schreiben")

    def _mishaps(self) -> None:
        """A wrong password, refused forms, a locked desk, wrong doors, and requests nobody can read."""
        visitor = Visitor(self.layout.address(CASEWORK), self.kept)
        visitor.get("/anmelden").submit("login", 422, login=LOGIN, password=PASSWORD)
        casework = self.at(CASEWORK, "kowalczyk")
        for desk in (casework, self.at(INTAKE, "aydin")):
            assert desk.get("/verweise/").submit("/verweise/code", code=SLIP).url.endswith("/verweise/")
        casework.get("/einwilligungen/neu").submit("/einwilligungen/", 422, person=CLIENT, purpose=FREE, age=BORN, given_on=BORN)
        with suppress(requests.ConnectionError):  # the server may hang up on what is too large
            casework.get("/einwilligungen/neu").submit("/einwilligungen/", 413, person=CLIENT, purpose=FREE * 12_000)
        casework.get("/einwilligungen/neu").submit("/einwilligungen/", kim_keep="1", person=CLIENT, purpose=FREE)  # kept as a draft
        self._at_the_json_door(casework)
        form = casework.get("/einwilligungen/neu")
        at, text = form.url, form.text
        form.submit("/sperren", person=CLIENT, purpose=FREE)  # kept by the lock
        form.url, form.text = at, text
        form.submit("/einwilligungen/", person=CLIENT, purpose=FREE)  # too late: kept as a draft
        strange = Visitor(self.layout.address(INTAKE), self.provoked, self.at(INTAKE, "aydin").session)
        named = quote(CLIENT)
        for path in (f"/personen/{named}", f"/{named}", f"/personen?q={named}", f"/pruefung/?wer={named}"):
            Visitor(strange.base, self.provoked).ask("GET", path)
            strange.ask("GET", path)
        self._unreadable(self.layout.web_port(CASEWORK))

    def _leaving(self) -> None:
        """Signing out: the browser goes on to the provider, by an address that proxies and browsers keep, and comes back."""
        desk = self.at(INTAKE, "aydin").submit("/abmelden")
        assert urlsplit(desk.url).path == "/abgemeldet", desk.url
        assert any(urlsplit(one.url).path == "/abmelden" and "logout_hint=" in one.url for one in self.kept)

    def _at_the_json_door(self, casework: Visitor) -> None:
        casework.get("/zugang/").submit(
            "/schluessel", label=CLIENT, actions=["", "case.list", "case.see", "case.admit", "consent.record", "order.place"]
        )
        key = re.search(r"kim_[A-Za-z0-9_-]{20,}", casework.text)
        assert key is not None
        program = Visitor(casework.base, self.kept)
        program.session.headers["Authorization"] = f"Bearer {key[0]}"
        admit = {"criteria": ["complex_need", "voluntary"], "reasoning": FREE, "name": CLIENT, "phone": PHONE, "site": "aachen-arkaden"}
        program.post("/api/cases/", json=admit, answers_with=201)
        program.post("/api/cases/", json={**admit, CLIENT: FREE, "birth_year": BORN}, answers_with=422)
        program.post("/api/cases/", FREE.encode(), headers={"Content-Type": "application/json"}, answers_with=400)
        program.post("/api/cases/", FREE.encode(), headers={"Content-Type": CLIENT.replace(" ", "/")}, answers_with=422)
        said = {"X-Correlation-Id": CLIENT, "traceparent": CLIENT, "Accept-Language": CLIENT, "User-Agent": CLIENT, "Referer": CLIENT}
        program.session.headers.update(said)
        program.get("/api/cases/")
        program.session.headers.update({"Authorization": f"Bearer {CLIENT}", "Cookie": f"kim={CLIENT}"})
        program.get("/api/cases/", 401)

    def _unreadable(self, port: int) -> None:
        """Requests that are none, each with a name where the server would look for something else."""
        name = CLIENT.replace(" ", "-")
        for text in (
            f"{CLIENT}\r\n\r\n",
            f"{name.upper()} /woche HTTP/1.1\r\nHost: x\r\n\r\n",
            f"GET /?q={name} HTTP/{name}\r\n\r\n",
            f"GET http://{name}/ HTTP/1.1\r\nHost: {name}\r\n\r\n",
            f"GET / HTTP/1.1\r\nHost: x\r\n{CLIENT} {FREE}\r\n\r\n",
            f"GET /?q={name * 400} HTTP/1.1\r\nHost: x\r\n\r\n",
            f"POST /woche HTTP/1.1\r\nHost: x\r\nContent-Length: {name}\r\n\r\n",
            f"POST /woche HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: {name}\r\n\r\n",
            f"POST /woche HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{CLIENT}\r\n",
        ):
            with socket.create_connection(("127.0.0.1", port), PATIENCE) as line:
                line.sendall(text.encode())
                line.shutdown(socket.SHUT_WR)
                self.provoked.append(Exchange("", 0, line.recv(65_536).decode("latin-1").partition("\r\n\r\n")[0]))


def until(true: Callable[[], bool]) -> None:
    ends = time.monotonic() + ARRIVES_WITHIN
    while not true():
        assert time.monotonic() < ends, "it did not arrive"
        time.sleep(0.2)
