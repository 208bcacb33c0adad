"""A consent revoked while its referral is on the way: the revocation wins over the content, in whatever order the two arrive.

Caritas' courier stands still where `pump_all([region.house])` is called: mail then waits in its mailbox.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kim_bus.outbox import schema_of
from kim_bus.reaction import Received
from kim_referral.model.received_referral import received_referrals
from kim_referral.model.referral import referrals_about
from kim_referral.operations.answer_referral import AnswerReferral, answer_referral
from kim_referral.operations.confirm_withdrawal import ConfirmWithdrawal, confirm_withdrawal
from kim_referral.operations.open_referral import open_referral
from kim_referral.operations.revoke_consent import RevokeConsent, revoke_consent
from kim_referral.operations.withdraw_referral import WithdrawReferral, withdraw_referral
from kim_referral.pages.standing import of_sent
from kim_referral.reactions.referral_offered import referral_offered
from kim_referral.reactions.referral_withdrawn import referral_withdrawn
from kim_runtime.refusal import Refused

REVOKED_AT = datetime(2022, 7, 5, 14, 40, tzinfo=UTC)


def revoke(region: Any, consent: Any) -> None:
    region.do(revoke_consent, RevokeConsent(consent.id, how="telephone"))


def test_a_referral_revoked_in_the_mailbox_is_never_shown(
    region: Any, caritas: Any, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    now(2022, 7, 5, 12, 10)
    consent = region.consent(given_on=datetime(2022, 7, 5, tzinfo=UTC).date())
    revoked, other = region.refer(consent), region.refer(name="Familie Weber")
    pump_all([region.house])
    now(2022, 7, 5, 14, 40)
    revoke(region, consent)
    pump_all([region.house])
    assert (region.sent(revoked).state, region.sent(revoked).withdrawal) == ("withdrawn", "under_way")
    assert region.sent(other).state == "offered"

    now(2022, 7, 6, 6, 5)
    pump_all()
    by_number = {received.number: received for received in caritas.received()}
    assert by_number[other.number].name == "Familie Weber"
    line = by_number[revoked.number]
    assert (line.state, line.withdrawal, line.read_at, line.content.is_empty) == ("withdrawn", "unread", None, True)
    told = region.sent(revoked)
    assert (told.withdrawal, told.withdrawal_answered_at) == ("unread", datetime(2022, 7, 6, 6, 5, tzinfo=UTC))


def test_a_referral_that_has_not_left_the_house_when_its_consent_ends_never_leaves_it(
    region: Any, caritas: Any, pump_all: Callable[..., int], now: Callable[..., None]
) -> None:
    sent, stands = region.refer(region.consent(valid_to=date(2022, 5, 12))), region.refer(region.consent())
    now(2022, 5, 13, 8)
    pump_all()  # the relay before the chores of the day
    assert [one.referral_id for one in caritas.received()] == [stands.id]
    stopped = region.sent(sent)
    assert (stopped.state, stopped.ground) == ("rejected", "consent_expired"), "to be decided anew"
    assert "nie gesendet" in of_sent(stopped, date(2022, 5, 13)).text


def test_a_referral_that_has_not_left_the_house_never_leaves_it(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    revoke(region, consent)
    pump_all()
    assert caritas.received() == []
    assert region.sent(sent).withdrawal == "taken_back"


def test_what_was_read_must_be_answered(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    pump_all()
    received = caritas.only_received()
    caritas.do(open_referral, received.id)
    caritas.do(answer_referral, AnswerReferral(received.id, "accepted"))
    pump_all()
    revoke(region, consent)
    pump_all()
    open_line = caritas.again(received)
    assert open_line.must_be_confirmed
    assert region.sent(sent).withdrawal == "under_way"
    with pytest.raises(Refused) as refused:
        caritas.do(confirm_withdrawal, ConfirmWithdrawal(received.id, "restricted"))
    assert (refused.value.code, refused.value.field) == ("ground_missing", "ground")
    caritas.do(confirm_withdrawal, ConfirmWithdrawal(received.id, "restricted", "own_contact"))
    pump_all()
    assert (region.sent(sent).withdrawal, region.sent(sent).ground) == ("restricted", "own_contact")


def test_deleting_what_was_read_leaves_nothing_and_is_told(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    pump_all()
    received = caritas.only_received()
    caritas.do(open_referral, received.id)
    revoke(region, consent)
    pump_all()
    caritas.do(confirm_withdrawal, ConfirmWithdrawal(received.id))
    pump_all()
    assert caritas.again(received).content.is_empty
    assert region.sent(sent).withdrawal == "deleted"


def test_revoking_after_a_rejection_has_nobody_to_tell(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    pump_all()
    caritas.do(answer_referral, AnswerReferral(caritas.only_received().id, "rejected", reason="no_capacity"))
    pump_all()
    revoke(region, consent)
    pump_all()
    assert (region.sent(sent).state, region.sent(sent).withdrawal) == ("rejected", None)


def test_an_answer_that_crosses_the_withdrawal_does_not_undo_it(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    pump_all()
    caritas.do(answer_referral, AnswerReferral(caritas.only_received().id, "accepted"))
    revoke(region, consent)
    pump_all()
    assert region.sent(sent).state == "withdrawn"
    assert caritas.only_received().must_be_confirmed


def test_a_rejection_that_crosses_the_withdrawal_reads_as_deleted(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    sent = region.refer(consent)
    pump_all()
    received = caritas.only_received()
    caritas.do(open_referral, received.id)
    caritas.do(answer_referral, AnswerReferral(received.id, "rejected", reason="need_differs"))
    revoke(region, consent)
    pump_all()
    assert region.sent(sent).withdrawal == "deleted"


def test_revoking_twice_is_revoking_once(region: Any, caritas: Any, pump_all: Callable[..., int], now: Callable[..., None]) -> None:
    consent = region.consent()
    region.refer(consent)
    pump_all()
    now(2022, 7, 5, 14, 40)
    revoke(region, consent)
    now(2022, 7, 6, 8)
    assert region.do(revoke_consent, RevokeConsent(consent.id)).revoked_at == REVOKED_AT
    pump_all()
    assert len(caritas.received()) == 1


def test_what_was_given_to_whom_tells_disclosed_from_prepared(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    consent = region.consent()
    region.refer(consent)
    pump_all()
    region.refer(consent)
    revoke(region, consent)
    pump_all()
    told = region.look(referrals_about, "case", "case-41")
    assert [(one.number, one.withdrawal, one.categories) for one in told] == [
        ("R-2022-0001", "unread", ["name", "phone", "topics"]), ("R-2022-0002", "taken_back", ["name", "phone", "topics"]),
    ]  # fmt: skip


def test_withdrawing_by_hand_shows_the_receiver_only_that_something_was(region: Any, caritas: Any, pump_all: Callable[..., int]) -> None:
    sent = region.refer()
    pump_all()
    region.do(withdraw_referral, WithdrawReferral(sent.id, "sent_by_mistake"))
    pump_all()
    line = caritas.only_received()
    assert (line.withdrawal, line.withdrawal_reason, line.content.is_empty) == ("unread", "sent_by_mistake", True)
    assert region.sent(sent).withdrawal == "unread"


# ---- the reactions alone, in every order and with repeats: what the bus may do to them


def event(name: str, version: int, data: dict[str, Any]) -> Received:
    loaded = schema_of(name).load(data)
    return Received(
        id=f"{name}-{version}", name=name, organisation="staedteregion-aachen", service="casework", subject="ref-1", version=version,
        time=REVOKED_AT, data=loaded, recipient="caritas-eifel.casework", correlation_id="c",
    )  # fmt: skip


OFFERED = event(
    "referral.offered.v1", 1,
    {
        "number": "R-2022-0001", "offered_at": "2022-07-05T12:10:00Z", "answer_by": "2022-07-19", "desk": "Case Management",
        "consent": {"id": "K-1", "given_on": "2022-07-01", "valid_to": "2022-12-31", "categories": ["name", "topics"], "written": True},
        "person": {"name": "Zahra Rahimi", "phone": "0171 1", "persons": 3}, "topics": ["housing"], "note": "", "health": "",
    },
)  # fmt: skip
WITHDRAWN = event(
    "referral.withdrawn.v1", 2, {"number": "R-2022-0001", "withdrawn_at": "2022-07-05T14:40:00Z", "reason": "consent_revoked"}
)
EVENTS = {"offered": (OFFERED, referral_offered), "withdrawn": (WITHDRAWN, referral_withdrawn)}
ORDERS = sorted(set(permutations(("offered", "offered", "withdrawn", "withdrawn"))))


def receive(caritas: Any, order: tuple[str, ...]) -> Any:
    """Let the events take effect one after the other, as an event may that was taken in hand before a newer one was known."""
    for name in order:
        one, handle = EVENTS[name]
        with caritas.house.database.write() as session:
            handle(session, caritas.house.act(), one)
    return caritas.only_received()


@pytest.mark.parametrize("order", ORDERS, ids="-".join)
def test_every_order_and_repeat_ends_the_same(caritas: Any, now: Callable[..., None], order: tuple[str, ...]) -> None:
    now(2022, 7, 6, 6, 5)
    line = receive(caritas, order)
    assert (line.state, line.withdrawal, line.version, line.content.is_empty) == ("withdrawn", "unread", 1, True)


def test_a_category_outside_the_consent_is_dropped_on_arrival(caritas: Any, now: Callable[..., None]) -> None:
    now(2022, 7, 6, 6, 5)
    line = receive(caritas, ("offered",))
    assert (line.name, line.phone, line.dropped_categories) == ("Zahra Rahimi", "", ["phone"])


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.sampled_from(["pump region", "pump caritas", "open", "accept", "revoke"]), max_size=8))
def test_after_a_revocation_nothing_unread_is_ever_shown(
    houses: Any, desk: Callable[[str], Any], pump_all: Callable[..., int], steps: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    houses.folder = tmp_path_factory.mktemp("houses")
    houses.opened.clear()
    region, caritas = desk("staedteregion-aachen.casework"), desk("caritas-eifel.casework")
    consent = region.consent()
    sent = region.refer(consent)
    opened = False
    for step in [*steps, "revoke", "pump all"]:
        waiting = caritas.look(received_referrals, frozenset({"pending"}))
        if step == "revoke":
            revoke(region, consent)
        elif step == "open" and waiting:
            opened = caritas.do(open_referral, waiting[0].id).read_at is not None
        elif step == "accept" and waiting:
            caritas.do(answer_referral, AnswerReferral(waiting[0].id))
            opened = True
        elif step.startswith("pump"):
            pump_all({"pump region": [region.house], "pump caritas": [caritas.house]}.get(step))
    for received in caritas.received():
        assert received.state == "withdrawn"
        assert received.content.is_empty or opened
    assert region.sent(sent).withdrawal in ({"under_way"} if opened else {"unread", "taken_back"})
    for one in (region, caritas):
        one.house.courier.close()
        one.house.database.close()
    houses.opened.clear()
