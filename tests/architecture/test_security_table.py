"""docs/security.md: each requirement of levels 1 and 2 stands there once, names what is there, and says what it counts; docs/proofs.md."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from kim_tools.tree import ROOT

PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if re.match(r"\| V\d+\.\d+\.\d+ \|", line)]
STATES = ("met", "partly", "not", "house", "n/a")
PROOFS = (ROOT / "docs/proofs.md").read_text(encoding="utf-8")
A_FILE = re.compile(r"`((?:shared|services|tools|tests|docs|deploy)/[^`]+)`")
NAMED = sorted(set(A_FILE.findall(PAGE + PROOFS)))
# Section -> how many requirements of level 1 it begins with, and how many of level 2 follow (ASVS 5.0.0; what comes after is level 3).
SECTIONS = {
    "1.1": (0, 2), "1.2": (5, 4), "1.3": (2, 9), "1.4": (0, 3), "1.5": (1, 1), "2.1": (1, 2), "2.2": (2, 1), "2.3": (1, 3), "2.4": (0, 1),
    "3.2": (2, 0), "3.3": (1, 3), "3.4": (2, 4), "3.5": (3, 2), "3.7": (0, 2), "4.1": (1, 2), "4.2": (0, 1), "4.3": (0, 2), "4.4": (1, 3),
    "5.1": (0, 1), "5.2": (2, 1), "5.3": (2, 0), "5.4": (0, 3), "6.1": (1, 2), "6.2": (8, 4), "6.3": (2, 2), "6.4": (2, 2), "6.5": (0, 5),
    "6.6": (0, 3), "6.8": (0, 4), "7.1": (0, 3), "7.2": (4, 0), "7.3": (0, 2), "7.4": (2, 3), "7.5": (0, 2), "7.6": (0, 2), "8.1": (1, 1),
    "8.2": (2, 1), "8.3": (1, 0), "8.4": (0, 1), "9.1": (3, 0), "9.2": (1, 3), "10.1": (0, 2), "10.2": (0, 2), "10.3": (0, 4),
    "10.4": (5, 6), "10.5": (0, 5), "10.6": (0, 2), "10.7": (0, 3), "11.1": (0, 2), "11.2": (0, 3), "11.3": (2, 1), "11.4": (1, 3),
    "11.5": (0, 1), "11.6": (0, 1), "12.1": (1, 2), "12.2": (2, 0), "12.3": (0, 4), "13.1": (0, 1), "13.2": (0, 5), "13.3": (0, 2),
    "13.4": (1, 4), "14.1": (0, 2), "14.2": (1, 3), "14.3": (1, 2), "15.1": (1, 2), "15.2": (1, 2), "15.3": (1, 6), "16.1": (0, 1),
    "16.2": (0, 5), "16.3": (0, 4), "16.4": (0, 3), "16.5": (0, 3), "17.1": (0, 1), "17.2": (0, 4), "17.3": (0, 2),
}  # fmt: skip


def test_every_file_and_test_of_the_tables_is_there() -> None:
    assert len(NAMED) > 100
    missing = []
    for named in NAMED:
        path, _, test = named.partition("::")
        if not (ROOT / path).is_file() or (test and f"def {test}(" not in (ROOT / path).read_text(encoding="utf-8")):
            missing.append(named)
    assert missing == []


def test_every_promise_has_a_test_or_a_command() -> None:
    rows = [line for line in PROOFS.splitlines() if line.startswith("| ") and not line.startswith("| Promise")]
    assert len(rows) > 40
    assert [row for row in rows if not A_FILE.search(row) and "`./kim " not in row] == []
    assert set(re.findall(r"`\./kim (\w+)", PROOFS)) <= set(re.findall(r"^\./kim (\w+)", (ROOT / "kim").read_text(encoding="utf-8"), re.M))


def test_every_requirement_of_the_first_two_levels_stands_there_once() -> None:
    wanted = {
        f"V{section}.{number}": "1" if number <= first else "2"
        for section, (first, second) in SECTIONS.items()
        for number in range(1, first + second + 1)
    }
    assert Counter(wanted.values()) == {"1": 70, "2": 183}  # as the standard counts them
    assert [row[0] for row in ROWS] == list(wanted)
    assert {row[0]: row[1] for row in ROWS} == wanted


def test_what_is_met_says_where_and_by_which_test() -> None:
    assert [row[0] for row in ROWS if len(row) != 6 or row[2] not in STATES] == []
    assert [row[0] for row in ROWS if row[2] == "met" and not (row[3] and row[4] and row[5])] == []
    assert [row[0] for row in ROWS if row[2] != "met" and not row[3]] == [], "say what is missing"


@pytest.mark.parametrize("level", ["1", "2"])
def test_the_counts_above_the_table_are_its_own(level: str) -> None:
    counted = Counter(row[2] for row in ROWS if row[1] == level)
    wanted = " | ".join(str(counted[state]) for state in STATES)
    assert f"| {level} | {wanted} | {sum(counted.values())} |" in PAGE


def test_it_says_within_how_many_days_a_component_is_replaced() -> None:
    assert re.search(r"within \d+ days where an attacker from outside can reach it, within \d+ days otherwise", " ".join(PAGE.split()))


DOES_IT = re.compile(r"^\s*(?:from|import) (?:cryptography|nacl|joserfc|argon2|pyotp|itsdangerous|hashlib|hmac|ssl)\b", re.M)


def test_every_file_that_closes_signs_or_hashes_is_in_the_inventory() -> None:
    """V11.1.2: a use of a key or digest that nobody wrote down is one that nobody replaces."""
    listed = set(re.findall(r"`(\S+\.py)`", PAGE[PAGE.index("## Keys") : PAGE.index("## Events of security")]))
    files = [path for folder in ("shared", "services") for path in (ROOT / folder).rglob("kim_*/**/*.py")]
    does = {str(path.relative_to(ROOT)) for path in files if DOES_IT.search(path.read_text(encoding="utf-8"))}
    assert len(does) > 15
    assert does - listed == set(), "not in the inventory of docs/security.md"
    assert not {path for path in listed - does if not (ROOT / path).is_file()}
