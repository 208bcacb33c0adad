"""A referral leaves personal data with its sender and its receiver, and nowhere else: looked for in every byte on the disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.confirm_withdrawal import ConfirmWithdrawal, confirm_withdrawal
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from sqlalchemy import text

NAME = "Zahra Rahimi-Ḫalīl"
PHONE = "0171 5550133"
NOTE = "sucht Wohnung mit drei Zimmern"


@pytest.fixture
def files_with(houses: Any) -> Callable[[], set[str]]:
    """Names of the houses and mailboxes in whose files anything said of the person can be read, after all logs are written back."""

    def search() -> set[str]:
        for house in houses.opened:
            with house.database.engine.connect() as connection:
                connection.execute(text("select 1"))
            raw = house.database.engine.raw_connection()
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.close()
        found = set()
        files = [path for path in Path(houses.folder).rglob("*") if path.is_file()]
        assert any("mail" in path.parts for path in files)
        for path in files:
            content = path.read_bytes()
            if any(word.encode() in content for word in (NAME, PHONE, NOTE, "Rahimi", "Ḫalīl")):
                found.add(path.name.partition(".sqlite3")[0] if path.parent == Path(houses.folder) else f"mail/{path.name}")
        return found

    return search


def refer(region: Any) -> Any:
    return region.refer(region.consent(categories=("name", "phone", "topics", "note")), name=NAME, phone=PHONE, note=NOTE)


SENDER, RECEIVER = "staedteregion-aachen.casework", "caritas-eifel.casework"


def test_on_its_way_it_can_be_read_with_the_sender_alone(
    region: Any, caritas: Any, office: Any, pump_all: Callable[..., int], files_with: Callable[[], set[str]]
) -> None:
    refer(region)
    pump_all([region.house])
    assert files_with() == {SENDER}


def test_delivered_it_can_be_read_with_sender_and_receiver(
    region: Any, caritas: Any, office: Any, pump_all: Callable[..., int], files_with: Callable[[], set[str]]
) -> None:
    refer(region)
    pump_all()
    assert files_with() == {SENDER, RECEIVER}


def test_rejected_it_can_be_read_with_the_sender_alone(
    region: Any, caritas: Any, office: Any, pump_all: Callable[..., int], files_with: Callable[[], set[str]]
) -> None:
    refer(region)
    pump_all()
    received = caritas.only_received()
    caritas.do(open_referral, received.id)
    caritas.do(answer_referral, AnswerReferral(received.id, "rejected", reason="no_capacity"))
    pump_all()
    assert files_with() == {SENDER}


def test_revoked_unread_it_can_be_read_with_the_sender_alone(
    region: Any, caritas: Any, office: Any, pump_all: Callable[..., int], files_with: Callable[[], set[str]]
) -> None:
    sent = refer(region)
    pump_all()
    region.do(revoke_consent, RevokeConsent(sent.consent_id))
    pump_all()
    assert files_with() == {SENDER}


def test_deleted_after_a_revocation_it_can_be_read_with_the_sender_alone(
    region: Any, caritas: Any, office: Any, pump_all: Callable[..., int], files_with: Callable[[], set[str]]
) -> None:
    sent = refer(region)
    pump_all()
    received = caritas.only_received()
    caritas.do(open_referral, received.id)
    region.do(revoke_consent, RevokeConsent(sent.consent_id))
    pump_all()
    caritas.do(confirm_withdrawal, ConfirmWithdrawal(received.id))
    pump_all()
    assert files_with() == {SENDER}


def test_no_name_stands_in_what_is_logged(
    region: Any, caritas: Any, pump_all: Callable[..., int], capfd: pytest.CaptureFixture[str]
) -> None:
    refer(region)
    pump_all()
    written = "".join(capfd.readouterr())
    assert "Rahimi" not in written
