"""The act of whoever has a shell on the machine: the account's name stands in the record of interventions."""

from __future__ import annotations

import getpass

from kim_runtime.act import Act, Actor

from kim_service.service import House


def operator_act(house: House) -> Act:
    return house.act(Actor(f"shell:{getpass.getuser()}", getpass.getuser(), house.settings.organisation, frozenset({"ops"})))
