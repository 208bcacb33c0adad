"""March to mid-August 2022: the consultations of every working day, at ten sites.

Made up by a seeded draw, so that they come out the same each time: sizes, origins, topics and sites as the progress report describes them.
The consultations that are told as a story of their own (`shared_site`, `admissions`) count among the stated totals.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import holidays
from kim_intake.operations.issue_code import IssueCode, issue_code
from kim_intake.operations.record_consultation import RecordConsultation, record_consultation

from kim_demo.scenario import Scenario, at
from kim_demo.story import admissions, shared_site
from kim_demo.story.stage import INTAKE, Stage, Step

SEED = 2022
ARKADEN = "aachen-arkaden"
# About half of the case management consultations were at the Arkaden; the other nine sites share the rest.
ARKADEN_SHARE = 0.45
SIZES = (1, 2, 3, 4, 5, 6, 7)
SIZE_WEIGHTS = (6, 24, 26, 22, 18, 3, 1)
UKRAINE_SHARE = 0.62
RETURN_SHARE = 0.3
LANGUAGE_OF = {
    "UKR": "ukr", "IRQ": "ara", "SYR": "ara", "AFG": "prs", "SRB": "srp", "MKD": "mkd", "ALB": "sqi", "ROU": "ron", "BGR": "bul",
}  # fmt: skip
SCHOOL_TOPICS = ("school", "german_courses", "childcare", "recognition_of_qualifications")
LATE_ENTRIES = 6  # from paper, entered on 30 August: after the report of 15 August was frozen
LATE_DAY = date(2022, 8, 30)
# Two desks, and whoever sits at them: no figure is one colleague's.
SCHOOL_COUNSELLORS = ("lindner", "lindner", "breuer", "kowalczyk")
COUNSELLOR_AT = {"aachen-arkaden": "aydin", "rathaus-herzogenrath": "haddad", "rathaus-roetgen": "kowalczyk"}


@dataclass
class _Draw:
    """The seeded draw, and the return codes handed out so far at each site with how often each was used."""

    scenario: Scenario
    random: Random = field(default_factory=lambda: Random(SEED))  # noqa: S311 - made-up families, not secrets
    codes: dict[str, list[str]] = field(default_factory=dict)

    def site(self) -> dict[str, object]:
        others = [site for site in self.scenario["sites"] if site["id"] != ARKADEN]
        if self.random.random() < ARKADEN_SHARE:
            return next(site for site in self.scenario["sites"] if site["id"] == ARKADEN)
        chosen: dict[str, object] = self.random.choice(others)
        return chosen

    def origin(self, excluded: list[str]) -> str:
        most, also = self.scenario["counselling"]["origins_most"], self.scenario["counselling"]["origins_also"]
        origin: str = self.random.choice(most if self.random.random() < UKRAINE_SHARE else also)
        return origin if origin not in excluded else self.random.choice([other for other in also if other not in excluded])

    def persons(self) -> int:
        return self.random.choices(SIZES, SIZE_WEIGHTS)[0]

    def topics(self) -> tuple[str, ...]:
        everything = self.scenario["counselling"]["topics"]
        return tuple(self.random.sample(everything, self.random.choice((1, 2, 2, 3))))


def steps(scenario: Scenario) -> list[Step]:
    draw = _Draw(scenario)
    counselling = scenario["counselling"]
    case_management = counselling["case_management_consultations"] - shared_site.CASE_MANAGEMENT_TALKS - admissions.TALKS
    school_entry = counselling["school_entry_consultations"] - shared_site.SCHOOL_ENTRY_TALKS
    first, last = date.fromisoformat(scenario["programme"]["period"]["from"]), date.fromisoformat(scenario["programme"]["period"]["to"])
    days = list(working_days(first, last))
    shares = zip(days, _spread(case_management, len(days)), _spread(school_entry, len(days)), strict=True)
    found = [
        Step(at(day, "08:30"), "Beratungen", _one_day(draw, day, talks, school), talks + school, settle=False)
        for day, talks, school in shares
    ]
    found.append(Step(at(LATE_DAY, "16:00"), "Nacherfassung aus Papier", _late(draw, last), LATE_ENTRIES, settle=False))
    return found


def working_days(first: date, last: date) -> Iterator[date]:
    closed = holidays.country_holidays("DE", subdiv="NW", years=range(first.year, last.year + 1))
    day = first
    while day <= last:
        if day.weekday() < 5 and day not in closed:
            yield day
        day += timedelta(days=1)


def _spread(total: int, days: int) -> list[int]:
    """`total` over the days as evenly as whole numbers allow."""
    return [(index + 1) * total // days - index * total // days for index in range(days)]


def _one_day(draw: _Draw, day: date, talks: int, school: int):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        for index in range(talks):
            _record(stage, draw, _case_management(draw), day, index)
        for index in range(school):
            _record(stage, draw, _school_entry(draw), day, index)

    return run


def _late(draw: _Draw, day: date):  # type: ignore[no-untyped-def]
    def run(stage: Stage) -> None:
        for _ in range(LATE_ENTRIES):
            values = _case_management(draw)
            with stage.desk(INTAKE, COUNSELLOR_AT.get(str(values["site"]), "breuer")).write() as (session, act):
                record_consultation(session, act, RecordConsultation(**values, day=day, source="paper"))  # type: ignore[arg-type]

    return run


def _record(stage: Stage, draw: _Draw, values: dict[str, object], day: date, index: int) -> None:
    """One consultation; some families come back with their code, others get one."""
    site, service = str(values["site"]), str(values["service"])
    known = draw.codes.setdefault(f"{site}/{service}", [])
    comes_back = bool(known) and draw.random.random() < RETURN_SHARE
    code = draw.random.choice(known) if comes_back else ""
    stage.world.set_clock(at(day, f"{9 + index % 7:02}:{(index * 7) % 60:02}"))
    at_school_desks = SCHOOL_COUNSELLORS[index % len(SCHOOL_COUNSELLORS)]
    person = at_school_desks if service == "school_entry" else COUNSELLOR_AT.get(site, "breuer")
    with stage.desk(INTAKE, person).write() as (session, act):
        talk = record_consultation(session, act, RecordConsultation(**values, client_code=code))  # type: ignore[arg-type]
        if not code and draw.random.random() < RETURN_SHARE:
            known.append(issue_code(session, act, IssueCode(talk.id)).code)


def _case_management(draw: _Draw) -> dict[str, object]:
    site = draw.site()
    origin = draw.origin(list(site.get("excluded_origins", ())))  # type: ignore[call-overload]
    persons = draw.persons()
    return {
        "site": site["id"],
        "service": "case_management",
        "persons_present": persons,
        "children": draw.random.randint(0, persons - 1),
        "place": site["municipality"] if draw.random.random() < 0.7 else None,
        "origin": origin,
        "languages": (LANGUAGE_OF[origin],),
        "interpreter": draw.random.choice(("none", "own", "own", "relative", "phone")),
        "topics": draw.topics(),
        "minutes": draw.random.choice((15, 30, 30, 45, 60)),
    }


def _school_entry(draw: _Draw) -> dict[str, object]:
    persons = max(2, draw.persons())
    origin = draw.origin([])
    return {
        "site": ARKADEN,
        "service": "school_entry",
        "persons_present": persons,
        "children": draw.random.randint(1, persons - 1),
        "origin": origin,
        "languages": (LANGUAGE_OF[origin],),
        "topics": tuple(draw.random.sample(SCHOOL_TOPICS, draw.random.choice((1, 1, 2)))),
        "minutes": draw.random.choice((30, 45, 60)),
    }
