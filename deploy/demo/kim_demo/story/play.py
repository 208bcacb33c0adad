"""Playing the story: the calendar in order, the clock moved with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from kim_demo.progress import Progress
from kim_demo.scenario import BEGIN, FIRST_REPORT, LAST_DAY, Scenario, at
from kim_demo.story import admissions, consultations, interpreting, partners, posts, referrals, set_up, shared_site
from kim_demo.story.stage import Stage, Step
from kim_demo.world import World

CHAPTERS = (set_up, posts, consultations, shared_site, partners, referrals, admissions, interpreting)
Report = Callable[[date], None]


def steps(scenario: Scenario, report: Report) -> list[Step]:
    """The whole calendar, in order; `report` is called on the days of the two progress reports."""
    own = [step for chapter in CHAPTERS for step in chapter.steps(scenario)]
    months = [Step(at(date(2022, month, 1), "06:00"), "Monatszahlen der Partner", lambda _stage: None) for month in range(4, 13)]
    reports = [
        Step(at(day, "23:00"), "Sachstandsbericht", lambda _stage, day=day: report(day), settle=False)  # type: ignore[misc]
        for day in (FIRST_REPORT, LAST_DAY)
    ]
    return sorted([*own, *months, *reports], key=lambda step: step.at)


def play(world: World, scenario: Scenario, report: Report, progress: Progress | None = None) -> Stage:
    """Play everything; raises what the operations raise, StoryBroken, and NotSettled."""
    stage = Stage(world, scenario)
    calendar = steps(scenario, report)
    progress = progress or Progress(sum(step.weight for step in calendar))
    world.set_clock(at(BEGIN, "06:00"))
    unsettled = False
    for step in calendar:
        world.set_clock(step.at)
        if step.what == "Sachstandsbericht" and unsettled:
            world.settle()
        step.run(stage)
        unsettled = not step.settle
        if step.settle:
            world.settle()
        progress.step(f"{step.at:%d.%m.%Y}  {step.what}", step.weight)
    world.settle()
    return stage
