"""The organisations' directory: who there is, who runs what, who agreed to tell whom what, and everybody's public keys.

Every process of every organisation reads the same file. It holds nothing secret and nothing about clients.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from kim_events.catalogue import CATALOGUE
from kim_events.envelope import EVERYBODY, ORGANISATION_ID, SERVICE_NAME
from kim_events.event_type import Audience

from kim_bus.keys import BrokenKeys, PublicKeys

KINDS = ("coordinating_centre", "welfare", "municipality", "immigration_office", "interpreter_pool", "other")


class BrokenDirectory(ValueError):
    """The directory contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Name:
    """What an organisation is called, and when: carriers change their names and old papers keep the old one."""

    text: str
    valid_from: date | None = None
    valid_to: date | None = None

    def valid_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body of the network (Träger), with software of the suite (`runs`) or without.

    `bound_to_secrecy` names the services whose staff the house holds to be bound by § 203 StGB.
    """

    id: str
    kind: str
    runs: tuple[str, ...]
    phone: str
    names: tuple[Name, ...]
    bound_to_secrecy: tuple[str, ...] = ()

    def name_on(self, day: date) -> str:
        """Its name on that day; where none was valid, the one nearest in the list."""
        return next((name.text for name in self.names if name.valid_on(day)), self.names[-1].text)

    @property
    def name(self) -> str:
        """Its latest name."""
        return self.names[-1].text

    @property
    def mailboxes(self) -> tuple[str, ...]:
        return tuple(f"{self.id}.{service}" for service in self.runs)

    @property
    def sworn_mailboxes(self) -> tuple[str, ...]:
        """Those where a release from confidentiality (Schweigepflichtentbindung) is asked for."""
        return tuple(f"{self.id}.{service}" for service in self.bound_to_secrecy)


@dataclass(frozen=True, slots=True)
class Agreement:
    """`sender` may send `events` to `receiver`. An event is `case.changed.v1`, or `referral.*` for all that is said of a thing."""

    sender: str
    receiver: str
    events: tuple[str, ...]

    def covers(self, event_name: str) -> bool:
        return event_name in self.events or f"{event_name.split('.')[0]}.*" in self.events


@dataclass(frozen=True)
class Directory:
    organisations: tuple[Organisation, ...]
    agreements: tuple[Agreement, ...]
    public_keys: Mapping[str, PublicKeys] = field(default_factory=dict)

    def __post_init__(self) -> None:
        faults = _faults(self)
        if faults:
            raise BrokenDirectory("\n".join(faults))

    @staticmethod
    def load(path: Path) -> Directory:
        """Read a directory: JSON as `save` writes it, or the TOML it is made from (which has no keys). Raises BrokenDirectory."""
        try:
            text = path.read_text(encoding="utf-8")
            raw = tomllib.loads(text) if path.suffix == ".toml" else json.loads(text)
            return _read(raw)
        except BrokenKeys as error:
            raise BrokenDirectory(f"{path.name}: {error}") from error
        except (KeyError, TypeError, AttributeError, tomllib.TOMLDecodeError, json.JSONDecodeError) as error:
            raise BrokenDirectory(f"{path.name}: not a directory of organisations ({type(error).__name__}: {error})") from error

    def save(self, path: Path) -> None:
        path.write_text(json.dumps(_write(self), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    def with_keys(self, public_keys: Mapping[str, PublicKeys]) -> Directory:
        return Directory(self.organisations, self.agreements, {**self.public_keys, **public_keys})

    def organisation(self, organisation_id: str) -> Organisation:
        """Raises KeyError."""
        return self._by_id[organisation_id]

    def knows(self, organisation_id: str) -> bool:
        return organisation_id in self._by_id

    def mailboxes(self) -> tuple[str, ...]:
        """Every mailbox of the network: `caritas-eifel.casework`."""
        return tuple(mailbox for organisation in self.organisations for mailbox in organisation.mailboxes)

    def agreed(self, sender: str, receiver: str, event_name: str) -> bool:
        """Whether organisation `sender` may send this event to organisation `receiver`. Inside one house no agreement is needed."""
        if sender == receiver:
            return True
        return any(agreement.covers(event_name) for agreement in self._agreements_between.get((sender, receiver), ()))

    @cached_property
    def _by_id(self) -> dict[str, Organisation]:
        return {organisation.id: organisation for organisation in self.organisations}

    @cached_property
    def _agreements_between(self) -> dict[tuple[str, str], list[Agreement]]:
        found: dict[tuple[str, str], list[Agreement]] = {}
        for agreement in self.agreements:
            found.setdefault((agreement.sender, agreement.receiver), []).append(agreement)
        return found


def _faults(directory: Directory) -> list[str]:
    faults: list[str] = []
    ids = [organisation.id for organisation in directory.organisations]
    faults += [f"{id_}: listed twice" for id_ in sorted({id_ for id_ in ids if ids.count(id_) > 1})]
    for organisation in directory.organisations:
        if not ORGANISATION_ID.match(organisation.id) or organisation.id == EVERYBODY:
            faults.append(f"{organisation.id}: an id is 2 to 40 of a-z, 0-9 and hyphen, and not '{EVERYBODY}'")
        if organisation.kind not in KINDS:
            faults.append(f"{organisation.id}: kind {organisation.kind} is none of {', '.join(KINDS)}")
        if not organisation.names:
            faults.append(f"{organisation.id}: has no name")
        faults += [f"{organisation.id}: {service} is no service's name" for service in organisation.runs if not SERVICE_NAME.match(service)]
        faults += [
            f"{organisation.id}: is bound to secrecy in {service}, which it does not run"
            for service in organisation.bound_to_secrecy
            if service not in organisation.runs
        ]
    for agreement in directory.agreements:
        between = f"agreement {agreement.sender} -> {agreement.receiver}"
        faults += [f"{between}: {end} is not in the directory" for end in (agreement.sender, agreement.receiver) if end not in ids]
        for pattern in agreement.events:
            covered = [kind for kind in CATALOGUE.values() if Agreement("", "", (pattern,)).covers(kind.name)]
            if not covered:
                faults.append(f"{between}: {pattern} matches no event type")
            staying = [kind for kind in covered if kind.audience in (Audience.MAILBOX, Audience.ORGANISATION)]
            faults += [f"{between}: {kind.name} stays in its house" for kind in staying]
    return faults + _immigration_office_faults(directory)


def _immigration_office_faults(directory: Directory) -> list[str]:
    """The immigration office learns of a person by a referral addressed to it with consent, and by nothing else.

    Otherwise what a counsellor knows would reach the authority that decides on the person's residence, by mere routing and without
    anybody having weighed it (§§ 86, 87 AufenthG say when the office may ask and who must answer; a bus is none of these).
    """
    offices = {organisation.id for organisation in directory.organisations if organisation.kind == "immigration_office"}
    return [
        f"agreement {agreement.sender} -> {agreement.receiver}: an immigration office receives referral.* and nothing else, not {pattern}"
        for agreement in directory.agreements
        if agreement.receiver in offices
        for pattern in agreement.events
        if not pattern.startswith("referral.")
    ]


def _read(raw: Mapping[str, Any]) -> Directory:
    return Directory(
        organisations=tuple(
            Organisation(
                id=entry["id"],
                kind=entry["kind"],
                runs=tuple(entry.get("runs", ())),
                phone=entry.get("phone", ""),
                names=tuple(Name(name["text"], _day(name.get("valid_from")), _day(name.get("valid_to"))) for name in entry["names"]),
                bound_to_secrecy=tuple(entry.get("bound_to_secrecy", ())),
            )
            for entry in raw["organisations"]
        ),
        agreements=tuple(Agreement(entry["sender"], entry["receiver"], tuple(entry["events"])) for entry in raw.get("agreements", ())),
        public_keys={mailbox: PublicKeys.from_dict(keys) for mailbox, keys in raw.get("public_keys", {}).items()},
    )


def _write(directory: Directory) -> dict[str, Any]:
    return {
        "organisations": [
            {
                "id": organisation.id,
                "kind": organisation.kind,
                "runs": list(organisation.runs),
                "phone": organisation.phone,
                "names": [
                    {
                        "text": name.text,
                        "valid_from": name.valid_from.isoformat() if name.valid_from else None,
                        "valid_to": name.valid_to.isoformat() if name.valid_to else None,
                    }
                    for name in organisation.names
                ],
                "bound_to_secrecy": list(organisation.bound_to_secrecy),
            }
            for organisation in directory.organisations
        ],
        "agreements": [
            {"sender": agreement.sender, "receiver": agreement.receiver, "events": list(agreement.events)}
            for agreement in directory.agreements
        ],
        "public_keys": {mailbox: keys.as_dict() for mailbox, keys in sorted(directory.public_keys.items())},
    }


def _day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value
