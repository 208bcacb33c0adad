"""What an order costs: the federal tariff for interpreters and translators, and lay pools' own tariffs, as dated data.

Sources: JVEG (Justizvergütungs- und -entschädigungsgesetz) as of 1 January 2021 and as changed by the KostBRÄG on 1 June 2025;
for authorities by § 19(2) SGB X. Lay tariffs: the published leaflets of the pools named. Amounts are euro as Decimal; the pot is
charged gross, since a commune cannot reclaim VAT here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from kim_runtime.columns import cents

KEYSTROKES_A_LINE = 55  # § 11(1) JVEG: per commenced 55 keystrokes
CANCELLATION_HOURS = Decimal(2)  # § 9(5) JVEG: at most what two hours would have paid
CANCELLATION_DAYS = 2  # § 9(5) JVEG: on the day itself or one of the two days before
VAT_RATES = ((date(2021, 1, 1), Decimal("0.19")),)  # § 12(1) UStG
NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class JvegTariff:
    """One state of §§ 9 and 11 JVEG: euro an hour, and a line by how hard the text is to handle."""

    id: str
    valid_from: date
    hour: Decimal
    line: Decimal
    line_hard: Decimal  # not editable, or difficult
    line_hardest: Decimal  # not editable and difficult
    minimum: Decimal


# fmt: off
JVEG = (
    JvegTariff("jveg-2021", date(2021, 1, 1), Decimal("85.00"), Decimal("1.80"), Decimal("1.95"), Decimal("2.10"), Decimal("20.00")),
    JvegTariff("jveg-2025", date(2025, 6, 1), Decimal("93.00"), Decimal("1.95"), Decimal("2.15"), Decimal("2.30"), Decimal("20.00")),
)
# fmt: on


@dataclass(frozen=True, slots=True)
class LayTariff:
    """A lay pool's tariff (Laien-Sprachmittlerpool): a base price, then one for each further commenced step.

    No VAT: lay interpreters are small businesses.
    """

    id: str
    base: Decimal
    minutes_in_base: int
    step: Decimal
    step_minutes: int
    lead_days: int = 0  # working days the pool asks for


LAY_TARIFFS = {
    tariff.id: tariff
    for tariff in (
        LayTariff("lay-heinsberg", Decimal("25.00"), 120, Decimal("10.00"), 60, lead_days=5),
        LayTariff("lay-rhein-erft", Decimal("25.00"), 60, Decimal("5.00"), 30),
        LayTariff("lay-borken", NOTHING, 0, Decimal("7.50"), 30, lead_days=5),
    )
}
FEDERAL = "jveg"
TARIFFS = (FEDERAL, *LAY_TARIFFS)


@dataclass(frozen=True, slots=True)
class Cost:
    """What something costs, and how that was worked out: `units` × `rate` = `fee`, at least `minimum`, plus VAT.

    `unit` is hour, line or step; `base` is a lay tariff's price before the steps.
    """

    tariff: str
    unit: str
    units: Decimal
    rate: Decimal
    base: Decimal
    fee: Decimal
    minimum: Decimal
    net: Decimal
    vat_rate: Decimal
    vat: Decimal
    gross: Decimal


def jveg_on(day: date) -> JvegTariff:
    """The tariff of an order given on `day` (§ 24 JVEG: the law at the time of the order). Before 2021 the first one held here."""
    in_force = [tariff for tariff in JVEG if tariff.valid_from <= day]
    return in_force[-1] if in_force else JVEG[0]


def vat_rate_on(day: date) -> Decimal:
    rates = [rate for valid_from, rate in VAT_RATES if valid_from <= day]
    return rates[-1] if rates else VAT_RATES[0][1]


def billed_hours(minutes: int) -> Decimal:
    """Hours paid for `minutes` with travel and waiting: the last commenced hour counts full above 30 minutes, else half (§ 8(2) JVEG)."""
    if minutes <= 0:
        raise ValueError("a talk lasts at least a minute")
    whole, rest = divmod(minutes, 60)
    if rest == 0:
        return Decimal(whole)
    return whole + (Decimal("0.5") if rest <= 30 else Decimal(1))


def billed_lines(keystrokes: int) -> int:
    """Lines paid for `keystrokes`: each commenced 55 (§ 11(1) JVEG)."""
    if keystrokes <= 0:
        raise ValueError("a text has at least a letter")
    return -(-keystrokes // KEYSTROKES_A_LINE)


def interpreting(minutes: int, ordered_on: date, *, small_business: bool) -> Cost:
    """§ 9(5) JVEG. A small business (§ 19 UStG) charges no VAT."""
    tariff = jveg_on(ordered_on)
    return _cost(tariff.id, "hour", billed_hours(minutes), tariff.hour, NOTHING, NOTHING, _vat(ordered_on, small_business))


def translation(keystrokes: int, ordered_on: date, *, editable: bool, difficult: bool, small_business: bool) -> Cost:
    """§ 11 JVEG, for the keystrokes of the target text; the minimum counts once an order (§ 11(3))."""
    tariff = jveg_on(ordered_on)
    rate = (tariff.line, tariff.line_hard, tariff.line_hardest)[(not editable) + difficult]
    lines = Decimal(billed_lines(keystrokes))
    return _cost(tariff.id, "line", lines, rate, NOTHING, tariff.minimum, _vat(ordered_on, small_business))


def lay_interpreting(minutes: int, tariff: LayTariff) -> Cost:
    """A lay pool's price: the base, then each further commenced step."""
    if minutes <= 0:
        raise ValueError("a talk lasts at least a minute")
    steps = -(-max(0, minutes - tariff.minutes_in_base) // tariff.step_minutes)
    return _cost(tariff.id, "step", Decimal(steps), tariff.step, tariff.base, NOTHING, NOTHING)


def cancellation_fee(cost: Cost, service_date: date, cancelled_on: date, *, income_lost: bool) -> Decimal:
    """The gross fee that stays due when an interpreter's job is cancelled for no reason of theirs (§ 9(5) JVEG).

    At most two hours and never more than the job itself; only with the interpreter's statement of lost income; nothing for texts,
    and nothing by a lay tariff, which knows no such rule.
    """
    if cost.unit != "hour" or not income_lost or cancelled_on < fee_starts_on(service_date):
        return NOTHING
    hours = min(cost.units, CANCELLATION_HOURS)
    return _cost(cost.tariff, "hour", hours, cost.rate, NOTHING, NOTHING, cost.vat_rate).gross


def fee_starts_on(service_date: date) -> date:
    """The first day on which cancelling costs something."""
    return service_date - timedelta(days=CANCELLATION_DAYS)


def _vat(day: date, small_business: bool) -> Decimal:
    return NOTHING if small_business else vat_rate_on(day)


def _cost(tariff: str, unit: str, units: Decimal, rate: Decimal, base: Decimal, minimum: Decimal, vat_rate: Decimal) -> Cost:
    fee = cents(base + units * rate)
    net = max(fee, minimum)
    vat = cents(net * vat_rate)  # half up, once, at the end of the line
    return Cost(tariff, unit, units, rate, base, fee, minimum, net, vat_rate, vat, net + vat)
