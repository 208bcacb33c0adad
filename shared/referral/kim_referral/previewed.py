"""That what goes to an immigration office was shown word for word before: a mark the preview gives, and sending asks for."""

from __future__ import annotations

import json
from dataclasses import astuple
from hashlib import sha256
from hmac import compare_digest

from itsdangerous import Signer
from kim_runtime.act import Act
from kim_runtime.refusal import Refused
from kim_web.page import actor
from kim_web.web import this_web
from sqlalchemy.orm import Session

from kim_referral.model.referral import Referral
from kim_referral.operations.preview_referral import Preview, ReferPerson, preview_referral
from kim_referral.operations.receivers import receiver


def mark_of(preview: Preview) -> str:
    """For these words to this receiver under this consent, shown to this person; nobody can make it without the preview."""
    shown = [actor().id, preview.receiver.code, preview.consent.id, preview.consent.purpose, preview.desk, *astuple(preview.content)]
    signer = Signer(this_web().settings.secret, salt="referral-preview", digest_method=sha256)
    return signer.get_signature(json.dumps(shown)).decode()


def check_previewed(session: Session, act: Act, command: ReferPerson) -> None:
    """Raises Refused as `preview_referral`, and `not_previewed` where something else, or nothing, was shown before.

    Asked for an immigration office alone (§ 87(2) AufenthG), and not of what stands already under this id.
    """
    to = receiver(session, act, command.receiver)
    if not to.guarded or session.get(Referral, command.id) is not None:
        return
    if not compare_digest(command.previewed.encode(), mark_of(preview_referral(session, act, command)).encode()):
        raise Refused(
            "not_previewed",
            "An {receiver} geht nur, was vorher Wort für Wort angezeigt wurde. Bitte zuerst die Vorschau ansehen.",
            receiver=to.name,
        )
