"""Only listed keys are written, and never the text of an error."""

import json

import pytest
import structlog
from kim_runtime import logs
from kim_runtime.logs import LOG_KEYS, log, set_up


@pytest.fixture
def lines(capsys):
    """Log as a process of the Caritas; gives the lines written so far."""
    set_up("caritas-eifel", "casework", "web")
    yield lambda: [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    structlog.contextvars.clear_contextvars()
    structlog.reset_defaults()


def test_a_line_says_whose_process_it_was(lines):
    log().info("case opened", operation="admit_case", count=1)
    (line,) = lines()
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "info", "event": "case opened", "organisation": "caritas-eifel", "service": "casework", "process": "web",
        "operation": "admit_case", "count": 1,
    }  # fmt: skip


def test_a_key_that_is_not_listed_is_dropped(lines):
    log().info("person found", name="Anna Beispiel", phone="0241 000000", birth_year=1988)
    assert not {"name", "phone", "birth_year"} & lines()[0].keys()


def test_a_bound_key_that_is_not_listed_is_dropped_too(lines):
    structlog.contextvars.bind_contextvars(correlation_id="k-1", client="Anna Beispiel")
    log().info("asked")
    assert "Anna" not in json.dumps(lines())


def test_an_error_is_told_by_class_and_place_and_never_by_its_text(lines):
    def look_up():
        raise ValueError("no person named Anna Beispiel")

    try:
        look_up()
    except ValueError:
        log().error("look-up failed", exc_info=True)
    (line,) = lines()
    assert line["error"] == "ValueError"
    assert line["where"].endswith("look_up")
    assert "Anna" not in json.dumps(line)


def test_the_level_is_kept(lines, capsys):
    set_up("caritas-eifel", "casework", "web", "WARNING")
    log().info("quiet")
    log().warning("loud")
    assert [line["event"] for line in lines()] == ["loud"]


def test_every_key_says_what_it_holds():
    assert all(LOG_KEYS.values())
    assert logs.LOG_KEYS.keys() >= {"correlation_id", "event_id", "support_number"}
