"""Put right or renew what is known of an interpreter or translator, or take them off the list of those who are asked."""

from __future__ import annotations

from dataclasses import dataclass

from kim_events.fields import Id
from kim_runtime.act import Act
from marshmallow import fields
from sqlalchemy.orm import Session

from kim_interpreting.model.entered import PROVIDER_CHANGE, Entered
from kim_interpreting.model.provider import Provider, locked_provider
from kim_interpreting.operations.add_provider import ProviderFactsSchema
from kim_interpreting.rules.interpreters import check_qualification


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeProvider:
    """As `AddProvider`; who is no longer `available` is given no more orders, and stays on those they have."""

    provider_id: str
    name: str
    qualification: str
    languages: tuple[str, ...] = ()
    small_business: bool = False
    available: bool = True


class ChangeProviderSchema(ProviderFactsSchema):
    command = ChangeProvider

    provider_id = Id(required=True)
    available = fields.Boolean(load_default=True, metadata={"label": "Wird noch beauftragt"})


def change_provider(session: Session, act: Act, command: ChangeProvider) -> Provider:
    """What is said is what is known from now on; nothing changed is nothing entered.

    Raises NotFound `provider_unknown`, Refused `qualification_unknown`.
    """
    check_qualification(command.qualification)
    provider = locked_provider(session, command.provider_id)
    told = {
        "name": command.name,
        "qualification": command.qualification,
        "languages": " ".join(command.languages),
        "small_business": command.small_business,
        "available": command.available,
    }
    if all(getattr(provider, name) == value for name, value in told.items()):
        return provider
    for name, value in told.items():
        setattr(provider, name, value)
    session.add(Entered.in_act(act, PROVIDER_CHANGE, provider.id))
    session.flush()
    return provider
