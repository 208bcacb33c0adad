"""The report's own audit: who looked at which report and who froze one; for the auditor's eyes, and for a command."""

from __future__ import annotations

from typing import Any

import pytest
from kim_audit.keeping import keep, works
from kim_report.__main__ import main
from kim_report.app import open_database
from sqlalchemy import text
from web.static_html import faults


@pytest.fixture
def at_a_shell(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    told = {"ORGANISATION": settings.organisation, "SECRET": "kQ8vT2mX9rL4wZ7pB3nY6cD1fG5hJ0sA", "SOURCES": settings.sources,
            "TOKEN": "uV7xK2pQ9mR4tW8yB3nZ6cF1gH5jL0dS", "REPORTS": str(settings.reports)}  # fmt: skip
    for name, value in told.items():
        monkeypatch.setenv(f"KIM_{name}", value)


def test_the_auditor_reads_who_looked_at_the_report(client: Any) -> None:
    client("wirtz").get("/bericht")
    page = client("scholl").get("/pruefung/")
    assert page.status_code == 200
    assert faults(page.text) == []
    assert "report.see" in page.text and "wirtz" in page.text and "Wirtz" not in page.text.replace("wirtz", "")
    assert client("scholl").get("/pruefung/protokoll.csv").status_code == 200
    assert client("thelen").get("/pruefung/").status_code == 403


def test_the_command_says_whether_it_is_as_it_was_sealed(client: Any, settings: Any, at_a_shell: None, capsys: Any) -> None:
    client("wirtz").get("/bericht")
    database = open_database(settings)
    keep(database, works("staedteregion-aachen.report", 3))
    assert main(["audit", "verify"]) == 0
    assert '"seals": 1' in capsys.readouterr().out
    assert main(["audit", "verify", "--head", "0123456789abcdef"]) == 1
    assert "cut off" in capsys.readouterr().err
    with database.write() as session:
        session.execute(text("drop trigger kim_audit_is_kept"))
        session.execute(text("update kim_audit set actor_id = 'thelen'"))
    database.close()
    assert main(["audit", "verify"]) == 1
    assert "was changed" in capsys.readouterr().err
