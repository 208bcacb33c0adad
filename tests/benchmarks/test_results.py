"""What a run says about its goals, and what it writes."""

import pytest

from benchmarks import bounds, documents
from benchmarks.candidates import CANDIDATES
from benchmarks.measuring import pause_before_looking
from benchmarks.profiles import summary
from benchmarks.report import table
from benchmarks.results import Result, best, goals, medians


def result(candidate, case, rate, *, senders=1, events=10_000, **more):
    return Result(candidate, case, events, senders, rate, **more)


RUN = [
    result("ours", "sustained", 900, cpu={"intake": 0.2}, memory={"intake": 70, "casework": 75}),
    result("ours", "sustained", 1_200, senders=2, cpu={"intake": 0.3}, memory={"intake": 71, "casework": 79}),
    result("faststream", "sustained", 400),
    result("celery", "sustained", 300),
    result("limit", "sustained", 2_400),
    result("ours", "latency", 200, events=3_000, latency={"p50": 9.0, "p99": 50.0, "max": 80.0}),
    result("ours", "backlog, sending", 5_000, events=10_000, memory={"intake": 70}),
    result("ours", "backlog, sending", 4_500, events=100_000, memory={"intake": 81}),
    result("ours", "backlog, handling", 3_000, events=10_000),
    result("ours", "backlog, handling", 2_100, events=100_000),
]


def goal(text, run=RUN):
    return next(one for one in goals(medians(run)) if one.text == text)


def test_the_better_number_of_senders_counts():
    assert best(RUN, "sustained")["ours"].senders == 2


def test_the_middle_of_the_rounds_counts():
    rounds = [result("ours", "drain", rate, cpu={"intake": rate / 10}) for rate in (10, 1_000, 20)]
    (middle,) = medians(rounds)
    assert (middle.rate, middle.cpu) == (20, {"intake": 2.0})


def test_a_goal_is_measured_against_the_best_peer():
    assert goal("sustained, beside the best peer").value == 3.0
    assert goal("sustained, beside the best peer").verdict() == "met"


def test_a_missed_goal_says_by_how_much():
    assert goal("sustained, of the limit").verdict() == "missed by 17%"
    assert goal("latency at 200/s, p99").verdict() == "missed by 25%"
    assert goal("latency at 200/s, p50").verdict() == "met"


def test_the_largest_courier_counts_whatever_the_case():
    assert goal("largest courier process").value == 81


def test_the_part_that_slows_most_under_a_backlog_counts():
    assert goal("rate with a large backlog, of that with a small one").value == pytest.approx(0.7)


def test_what_was_not_measured_is_neither_met_nor_missed():
    assert goal("drain, of the limit").verdict() == "not measured"


def test_the_table_shows_every_candidate_that_ran():
    text = table(RUN)
    assert all(CANDIDATES[name].title in text for name in ("ours", "faststream", "celery", "limit"))
    ours = next(line for line in text.splitlines() if line.startswith("this bus"))
    assert ours.removeprefix("this bus").split() == ["10,000", "2", "1,200", "0.50", "0.30", "71", "79"]


def test_a_run_is_written_below_what_the_page_says(tmp_path):
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# How fast\n\nBy hand.\n\n{documents.MARK}\n\nof another day\n", encoding="utf-8")
    record = {"date": "2022-05-10", "machine": {"cores": 2}, "versions": {"Python": "3.11"}, "peers": {"celery": "5"}, "rounds": 3}
    documents.write(record, RUN, [("drain: consumer", {"signature": 0.25, "AMQP": 0.75})], tmp_path)
    text = page.read_text(encoding="utf-8")
    assert "By hand." in text
    assert "of another day" not in text
    assert "| sustained, of the limit | at least 0.6 × | 0.50 × | missed by 17% |" in text
    assert "| signature | 25% |" in text
    assert "1,200</text>" in (tmp_path / "benchmarks.svg").read_text(encoding="utf-8")


def test_a_profile_counts_a_function_once_however_often_a_stack_holds_it():
    text = summary(
        "ours", ["thread (1): kim-relay;a (kim_bus/x.py:1);a (kim_bus/x.py:2);b (kim_bus/y.py:3) 3", "thread (2): main;c (z.py:1) 1"]
    )
    assert "threads: kim-relay 75%, main 25%" in text
    assert "75.0%  a (kim_bus/x.py)" in text


def test_what_a_thread_did_is_told_by_its_innermost_known_frame():
    folded = [
        "thread (1): kim-consumer;inspect (kim_bus/inspection.py:59);load (marshmallow/schema.py:7);_get (kim_events/fields.py:9) 2",
        "thread (1): kim-consumer;inspect (kim_bus/inspection.py:58);crypto_sign_open (nacl/x.py:1) 3",
        "thread (1): kim-consumer;execute (sqlalchemy/engine/base.py:1);wait (psycopg/connection.py:5) 4",
        "thread (1): kim-consumer;rest (kim_bus/loops.py:3);Condition.wait (threading.py:320) 1",
        "thread (2): kim-relay;execute (sqlalchemy/engine/base.py:1) 90",
    ]
    found = bounds.shares(folded, "kim-consumer")
    assert found == {"schema": 0.2, "signature": 0.3, "statements: driver and round trip": 0.4, bounds.WAITING: 0.1}
    head, rows = bounds.rows([("drain: consumer", found), ("drain: relay", {bounds.OTHER: 1.0})])
    assert head == ("share of samples", "drain: consumer", "drain: relay")
    assert ["signature", "30%", ""] in [list(row) for row in rows]
    assert ["anything else", "", "100%"] in [list(row) for row in rows]


def test_a_thread_without_samples_has_no_shares():
    assert bounds.shares(["thread (1): kim-relay;a (x.py:1) 1"], "MainThread") == {}


def test_looking_takes_at_most_a_fiftieth_of_the_time_that_is_measured():
    assert pause_before_looking(missing=900_000, rate=10_000, took=0.25) == 12.5
    assert pause_before_looking(missing=900_000, rate=10_000, took=0.001) == 1.0
    assert pause_before_looking(missing=100, rate=10_000, took=0.0) == 0.02
    assert pause_before_looking(missing=900_000, rate=0.0, took=0.0) == 0.1  # before the first look
