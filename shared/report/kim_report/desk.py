"""What the report's doors share: asking the sources, and the folder of frozen reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from kim_bus.directory import Directory
from kim_runtime.clock import Clock, local_day
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from kim_statistics.halves import whole_halves

from kim_report.compose import Report, compose
from kim_report.frozen import Difference, Frozen, differences, freeze, load, numbers
from kim_report.settings import ReportSettings
from kim_report.sources import Period, ask_all


def one_act() -> dict[str, str]:
    """What says to all services that they are asked in one act: for a command at a shell, which no request began."""
    return {"X-Correlation-Id": new_id()}


@dataclass(frozen=True)
class ReportDesk:
    """The report at one organisation."""

    settings: ReportSettings
    clock: Clock

    @property
    def today(self) -> date:
        return local_day(self.clock.now())

    def period(self, first: date, last: date) -> Period:
        """A period of which there are figures; raises Refused where no half of a month lies wholly in it (`kim_statistics.halves`)."""
        whole_halves(first, last, self.today)
        return Period(first, last)

    def usual_period(self) -> Period:
        """From the configured first day, or the year's, to today; in the first days after it, of which there are no figures yet, from the
        first day of the year in which half a month is over.
        """
        today = self.today
        begins = date.fromisoformat(self.settings.begins) if self.settings.begins else today.replace(month=1, day=1)
        try:
            return self.period(min(begins, today), today)
        except Refused:
            return self.period((today - timedelta(days=15)).replace(month=1, day=1), today)

    def compose(self, period: Period, onward: Mapping[str, str]) -> Report:
        """Ask every source, as part of the act `onward` names, and put the answers together; what does not answer is marked as missing."""
        answers = ask_all(self.settings.parsed_sources(), period, self.settings.token, onward)
        return compose(self.settings.organisation, period, answers, self.clock.now(), self._names(period))

    def _names(self, period: Period) -> dict[str, str]:
        """What the organisations were called on the last day of the period, by their ids; nothing without a directory."""
        if self.settings.directory is None:
            return {}
        return {one.id: one.name_on(period.last) for one in Directory.load(self.settings.directory).organisations}

    def freeze(self, report: Mapping[str, Any], by: str) -> Frozen:
        return freeze(self.settings.reports, report, by, self.clock.now())

    def frozen(self) -> list[Frozen]:
        """Every frozen report, oldest first; raises frozen.Changed for one that was altered."""
        return [load(self.settings.reports, number) for number in numbers(self.settings.reports)]

    def since(self, frozen: Frozen, onward: Mapping[str, str]) -> list[Difference]:
        """What reads otherwise now for the period of a frozen report."""
        period = Period(date.fromisoformat(frozen.report["period"]["from"]), date.fromisoformat(frozen.report["period"]["to"]))
        return differences(frozen.report, self.compose(period, onward))
