"""Charts: the drawing agrees with the figures."""

from __future__ import annotations

from decimal import Decimal

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from kim_web import charts
from lxml import html as lxml_html

AMOUNTS = st.lists(st.decimals(0, 100_000, places=2), min_size=1, max_size=6)


@settings(max_examples=50, deadline=None)
@given(AMOUNTS, st.decimals(0, 300_000, places=2))
def test_parts_stand_side_by_side_and_never_leave_the_bar(amounts: list[Decimal], total: Decimal) -> None:
    chart = charts.stacked("Topf", [(f"Teil {index}", amount) for index, amount in enumerate(amounts)], total, None, "frei")
    edge = 1
    for part in chart.parts:
        assert part.x == edge
        assert part.width >= 0
        edge = part.x + part.width
    assert edge <= 999
    assert chart.free == total - sum(amounts)


def test_a_forecast_beyond_the_bar_stands_at_its_end() -> None:
    assert charts.stacked("Topf", [], Decimal(100), Decimal(150), "frei").marker == 999
    assert charts.stacked("Topf", [], Decimal(0), Decimal(150), "frei").marker == 1


def test_what_is_there_at_all_can_be_seen() -> None:
    assert [charts.width(count, 10_000) for count in (0, 1, 5_000, 10_000)] == [0, 4, 500, 1000]
    assert charts.width(0, 0) == 0


def test_the_table_below_says_the_same_as_the_bars(app: Flask) -> None:
    source = '{% import "kern.html" as kern %}{{ kern.chart("Standorte", [("Alsdorf", 88), ("Monschau", 3)], "Beratungen") }}'
    with app.test_request_context():
        tree = lxml_html.fromstring(app.jinja_env.from_string(source).render())
    drawn = tree.xpath("//*[@class='kim-bars__count']/text()")
    tabled = tree.xpath("//td[@class='num']/text()")
    assert drawn == tabled == ["88", "3"]
    assert tree.xpath("//*[@role='img']/@aria-label") == ["Standorte: Alsdorf 88, Monschau 3 Beratungen"]


def test_the_text_of_a_pot_names_every_amount(app: Flask) -> None:
    source = '{% import "kern.html" as kern %}{{ kern.bar("KIM", [("bezahlt", 60), ("gebunden", 30)], 100, forecast=95) }}'
    with app.test_request_context():
        tree = lxml_html.fromstring(app.jinja_env.from_string(source).render())
    (label,) = tree.xpath("//*[@role='img']/@aria-label")
    assert "bezahlt 60,00" in label
    assert "frei 10,00" in label
    assert "95,00" in tree.text_content()
