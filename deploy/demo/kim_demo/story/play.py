"""Playing the story: the calendar in order, the clock moved with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kim_demo.progress import Progress
from kim_demo.scenario import FIRST_REPORT, LAST_DAY, Scenario, at, report_written_at
from kim_demo.story import admissions, consultations, interpreting, partners, posts, protection, referrals, set_up, shared_site
from kim_demo.story.stage import Stage, Step
from kim_demo.world import World

CHAPTERS = (set_up, posts, consultations, shared_site, partners, referrals, admissions, interpreting, protection)
FIRST_OF_MONTH = tuple(date(2022, month, 1) for month in range(4, 13))
Report = Callable[[date], None]


def steps(scenario: Scenario, report: Report) -> list[Step]:
    """The whole calendar, in order; `report` is called for the days up to which the two progress reports are."""
    own = [step for chapter in CHAPTERS for step in chapter.steps(scenario)]
    months = [Step(at(day, "06:00"), "Monatszahlen der Partner", _nothing, chores=True) for day in FIRST_OF_MONTH]
    reports = [Step(report_written_at(day), "Sachstandsbericht", _report_on(report, day), settle=False) for day in (FIRST_REPORT, LAST_DAY)]
    quiet = [Step(at(day, "22:30"), "Alles ist angekommen", _nothing, chores=True) for day in (FIRST_REPORT, LAST_DAY)]
    return sorted([*own, *months, *quiet, *reports], key=lambda step: step.at)


def _nothing(_stage: Stage) -> None:
    """The day itself is the step: what the houses do on it by themselves."""


def _report_on(report: Report, day: date) -> Callable[[Stage], None]:
    return lambda _stage: report(day)


def play(world: World, scenario: Scenario, report: Report, progress: Progress | None = None) -> Stage:
    """Play everything; raises what the operations raise, StoryBroken, and NotSettled."""
    stage = Stage(world, scenario)
    calendar = steps(scenario, report)
    progress = progress or Progress(sum(step.weight for step in calendar))
    for step in calendar:
        world.set_clock(step.at)
        step.run(stage)
        if step.settle:
            world.settle(chores=step.chores)
        progress.step(f"{step.at:%d.%m.%Y}  {step.what}", step.weight)
    progress.finish()
    return stage
