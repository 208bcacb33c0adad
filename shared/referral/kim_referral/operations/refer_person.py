"""Refer a person to another body's mailbox, with consent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

from kim_bus.outbox import emit
from kim_runtime.act import Act
from kim_runtime.refusal import Refused, refuse
from sqlalchemy.orm import Session

from kim_referral.model.referral import Referral, next_number, referral_by_code
from kim_referral.operations.preview_referral import Preview, ReferPerson, preview_referral
from kim_referral.operations.receivers import OFFERED
from kim_referral.rules.referral_rules import confirmation_word, confirmed
from kim_referral.rules.release_rules import objection_to_telling

# No letter that another is taken for, no vowel that could make a word.
CODE_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH = 6


def refer_person(session: Session, act: Act, command: ReferPerson) -> Referral:
    """Send the referral to the receiver's mailbox; the same id a second time returns the first.

    Raises Refused as `preview_referral`, and `receiver_without_software`, `release_missing`, `health_words_in_note`,
    `confirmation_missing`.
    """
    existing = session.get(Referral, command.id)
    if existing is not None:
        return existing
    preview = preview_referral(session, act, command)
    if preview.receiver.mailbox is None:
        raise Refused(
            "receiver_without_software", "{receiver} hat keine Software: bitte als Brief.", "receiver", receiver=preview.receiver.name
        )
    check_before_sending(preview, command)
    referral = draw_up(session, act, command, preview, channel="bus")
    consent, said = preview.consent, preview.content
    emit(
        session,
        act,
        OFFERED,
        subject=referral.id,
        version=referral.version,
        data={
            "number": referral.number,
            "offered_at": act.at,
            "answer_by": referral.answer_by,
            "desk": referral.desk,
            "consent": {
                "id": consent.id,
                "given_on": consent.given_on,
                "valid_to": consent.valid_to,
                "categories": list(consent.categories),
                "written": consent.terms.proven,
                "purpose": consent.purpose,
                "recipient": referral.receiver,
            },
            "person": {
                name: value
                for name in ("name", "phone", "birth_year", "language", "residence_town", "persons")
                if (value := getattr(said, name))
            },
            "topics": list(said.topics),
            "note": said.note,
            "health": said.health,
        },
        to=preview.receiver.mailbox,
        last_day=preview.last_day,
    )
    return referral


def check_before_sending(preview: Preview, command: ReferPerson) -> None:
    """What a preview still shows and sending refuses: a release that is missing, and what a person must confirm by eye."""
    refuse(_objections(preview, command))


def _objections(preview: Preview, command: ReferPerson) -> Iterator[Refused]:
    unreleased = objection_to_telling(preview.unreleased, preview.receiver.name)
    if unreleased is not None:
        yield unreleased
    if preview.hints and not command.note_checked:
        yield Refused(
            "health_words_in_note",
            "Gesundheitsangaben: schriftliche Einwilligung nötig. In Anliegen oder Zweck klingt nach Gesundheit: {words}. "
            "Bitte im Anliegen streichen, für den Zweck eine andere Einwilligung aufnehmen, oder ankreuzen, dass es keine "
            "Gesundheitsangaben sind.",
            "note_checked",
            words=", ".join(preview.hints),
        )
    # § 87(2) AufenthG: what a public body learns it may have to tell the immigration office; so nothing goes there by a slip of the hand.
    if preview.receiver.guarded and not confirmed(command.typed_confirmation, preview.receiver.name):
        yield Refused(
            "confirmation_missing",
            "An {receiver} geht nichts ohne ausdrückliche Bestätigung. Bitte „{word}“ eintippen.",
            "typed_confirmation",
            receiver=preview.receiver.name,
            word=confirmation_word(preview.receiver.name),
        )


def draw_up(session: Session, act: Act, command: ReferPerson, preview: Preview, *, channel: str) -> Referral:
    """The row of a referral under a consent, whichever way it goes."""
    referral = Referral(
        id=command.id,
        number=next_number(session, act.today.year),
        return_code=new_return_code(session),
        about_kind=command.about_kind or preview.consent.about_kind,
        about_id=command.about_id or preview.consent.about_id,
        consent_id=preview.consent.id,
        channel=channel,
        receiver=preview.receiver.organisation,
        receiver_mailbox=preview.receiver.mailbox if channel == "bus" else None,
        receiver_name=preview.receiver.name,
        desk=preview.desk,
        categories=list(preview.categories),
        purpose=preview.consent.purpose,
        offered_at=act.at,
        offered_on=act.today,
        offered_by=act.actor.id,
        answer_by=preview.answer_by,
        version=1,
        state="offered",
        answer_said_by="",
    )
    referral.content = preview.content
    session.add(referral)
    session.flush()
    return referral


def new_return_code(session: Session) -> str:
    """Six letters nobody can guess, free in this service."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        if referral_by_code(session, code) is None:
            return code
