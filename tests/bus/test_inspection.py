"""What is taken into an inbox and what is not."""

from dataclasses import replace

import pytest
from kim_bus import tables
from kim_bus.inspection import Accepted, Rejected, inspect
from kim_bus.post import Post
from kim_bus.sealing import SIGNATURE_HEADER, sign
from kim_bus.transports.interface import Delivery
from kim_events.envelope import LARGEST_BODY, decode

SENDER, RECEIVER = "staedteregion-aachen.intake", "caritas-eifel.casework"


@pytest.fixture
def post(directory, keys):
    return Post(RECEIVER, directory, keys[RECEIVER])


@pytest.fixture
def forge(houses, say, rows, keys):
    """`forge(name, **changed)`: a delivery as the sender would make it, with attributes of its envelope changed and signed again."""

    def make(name="referral.withdrawn.v1", sender=SENDER, to=RECEIVER, signer=None, routing_key=None, name_said=None, **changed):
        house = next((one for one in houses.opened if one.mailbox == sender), None) or houses(sender)
        say(house, name, to=to)
        envelope = replace(decode(rows(house, tables.outbox)[-1].body), name=name_said or name, **changed)
        body = envelope.encode()
        signature = sign(body, keys[signer or sender].signing)
        return Delivery(1, routing_key or envelope.routing_key, body, {SIGNATURE_HEADER: signature})

    return make


def reason(found):
    assert isinstance(found, Rejected)
    return found.reason


def test_an_honest_event_is_accepted(post, forge):
    found = inspect(post, forge())
    assert isinstance(found, Accepted)
    assert found.is_state
    assert found.broken is None


def test_a_sealed_event_is_accepted_unopened(post, forge):
    found = inspect(post, forge("referral.offered.v1"))
    assert isinstance(found, Accepted)
    assert found.envelope.sealed


def test_one_changed_byte_is_refused(post, forge):
    delivery = forge()
    assert reason(inspect(post, replace(delivery, body=delivery.body.replace(b"consent_revoked", b"sent_by_mistake")))) == "bad_signature"


@pytest.mark.parametrize("headers", [{}, {SIGNATURE_HEADER: ""}, {SIGNATURE_HEADER: "a.b.c"}, {SIGNATURE_HEADER: "äöü..ß"}])
def test_without_a_signature_nothing_is_read(post, forge, headers):
    assert reason(inspect(post, replace(forge(), headers=headers))) == "bad_signature"


def test_a_signature_without_an_algorithm_is_none(post, forge):
    delivery = replace(forge(), headers={SIGNATURE_HEADER: "eyJhbGciOiJub25lIn0.."})
    assert reason(inspect(post, delivery)) == "bad_signature"


def test_anothers_signature_is_refused(post, forge):
    assert reason(inspect(post, forge(signer="auslaenderamt.intake"))) == "bad_signature"


def test_a_sender_that_is_not_in_the_directory_is_refused(post, forge):
    delivery = forge()
    assert reason(inspect(post, replace(delivery, routing_key=f"nobody-known{delivery.routing_key}"))) == "unknown_sender"


def test_a_body_too_large_is_refused_before_its_signature_is_computed(post, forge):
    assert reason(inspect(post, replace(forge(), body=b"x" * (LARGEST_BODY + 1)))) == "too_large"


def test_signed_rubbish_is_refused(post, forge, keys):
    body = b"\x00 not an event"
    delivery = replace(forge(), body=body, headers={SIGNATURE_HEADER: sign(body, keys[SENDER].signing)})
    assert reason(inspect(post, delivery)) == "envelope: not JSON"


def test_an_envelope_that_says_otherwise_than_its_routing_key_is_refused(post, forge):
    honest = forge()
    assert (
        reason(inspect(post, replace(forge(subject="other"), routing_key=honest.routing_key.replace("withdrawn", "offered"))))
        == "routing_key_differs"
    )
    assert reason(inspect(post, forge(service="casework", routing_key=honest.routing_key))) == "routing_key_differs"


def test_mail_for_another_is_refused(post, forge):
    assert reason(inspect(post, forge(recipient="auslaenderamt.intake"))) == "not_for_this_mailbox"


def test_personal_data_in_the_clear_is_refused_and_not_kept(post, forge):
    found = inspect(post, forge("referral.offered.v1", data={"person": {"name": "Łucja Çelik"}}))
    assert reason(found) == "not_sealed"
    assert not found.keep_body


def test_an_event_of_another_house_is_refused(post, forge):
    assert reason(inspect(post, forge(name="consultation.recorded.v1", to=None, recipient="caritas-eifel"))) == "stays_in_its_house"


def test_an_addressed_event_cannot_be_broadcast(post, forge):
    assert reason(inspect(post, forge(recipient="all"))) == "wrong_audience"


def test_an_event_without_an_agreement_is_refused(directory, keys, forge):
    from kim_bus.directory import Directory

    post = Post(RECEIVER, Directory(directory.organisations, (), directory.public_keys), keys[RECEIVER])
    assert reason(inspect(post, forge())) == "no_agreement"


def test_a_type_of_a_newer_release_is_accepted_and_waits(post, forge):
    assert isinstance(inspect(post, forge(name_said="referral.withdrawn.v9")), Accepted)


def test_data_its_schema_does_not_allow_is_accepted_as_broken(post, forge):
    found = inspect(post, forge(data={"number": "R-1", "withdrawn_at": "gestern", "reason": "Frau Çelik will nicht"}))
    assert isinstance(found, Accepted)
    assert found.broken == "data: reason, withdrawn_at"
