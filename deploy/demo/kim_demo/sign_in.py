"""The sign-in of the demonstration: one provider an organisation, its people with a password that is printed, and the report's key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from kim_login import accounts, services, signing_key
from kim_login.passwords import Passwords
from kim_runtime import migrations
from kim_runtime.clock import SystemClock, local_day
from kim_runtime.database import Database
from kim_service.service import House
from kim_web import access_keys
from kim_web.neighbours import TITLES

from kim_demo.layout import HOUSES, ORGANISATIONS, REPORT, Layout
from kim_demo.people import PEOPLE, actor
from kim_demo.scenario import COORDINATOR

PASSWORD = "fuenf-rote-Stuehle"  # noqa: S105 - printed for whoever tries the demonstration
PROGRAM = "kim-report"
KEY_LASTS = timedelta(days=300)


def set_up_providers(layout: Layout) -> None:
    """Keys, tables, accounts and known services of every organisation's provider."""
    make_signing_keys(layout)
    fill_providers(layout)


def make_signing_keys(layout: Layout) -> None:
    for organisation in ORGANISATIONS:
        signing_key.make(layout.login_settings(organisation).login_key)


def fill_providers(
    layout: Layout,
    bases: Mapping[str, str] | None = None,
    internal: Mapping[str, str] | None = None,
    organisations: Sequence[str] = ORGANISATIONS,
) -> None:
    """Tables, accounts and known services of the organisations' providers; accounts that are there stay as they are.

    `bases`: where each service is opened; `internal`: where the provider itself reaches it, if not there.
    """
    passwords = Passwords(quick=True)
    for organisation in organisations:
        database = Database(layout.login_settings(organisation).database)
        migrations.upgrade(database, "kim_login")
        with database.write() as rows:
            for person in PEOPLE:
                if person.organisation == organisation and person.id != PROGRAM and accounts.by_login(rows, person.id) is None:
                    accounts.add(
                        rows, passwords, SystemClock(), login=person.id, name=person.name, roles=person.roles, staff=person.staff,
                        password=PASSWORD,
                    )  # fmt: skip
            for mailbox in (*HOUSES, REPORT):
                if mailbox.startswith(f"{organisation}."):
                    base = (bases or {}).get(mailbox) or layout.address(mailbox)
                    services.add(rows, mailbox, base, secret=layout.client_secret(mailbox), internal=(internal or {}).get(mailbox, ""))
        database.close()


def introduction(addresses: Mapping[str, str]) -> str:
    """Where each service is opened, and who there is to sign in as: what a demonstration prints."""
    lines = ["The services are open. One sign-in serves all services of an organisation.", ""]
    for mailbox, address in addresses.items():
        organisation, _, name = mailbox.partition(".")
        lines.append(f"  {address:<24} {TITLES[name]:<22} {organisation}")
    lines += ["", f"  Demo accounts, each with the password {PASSWORD} (in use, leads and operators type a one-time code as well):"]
    lines += [
        f"    {person.id:<10} {person.name:<18} {', '.join(person.roles):<28} {person.does:<48} {person.organisation}"
        for person in PEOPLE
        if person.id != PROGRAM
    ]
    return "\n".join(lines)


def let_the_report_read(layout: Layout, mailbox: str, house: House) -> None:
    """Let the report's key open the figures of one of its services."""
    if not mailbox.startswith(f"{COORDINATOR}."):
        return
    now = SystemClock().now()
    with house.database.write() as rows:
        access_keys.keep(
            rows, layout.report_key, actor(PROGRAM), label="Sachstandsbericht", actions=["statistics.read"],
            ends_on=local_day(now) + KEY_LASTS, now=now,
        )  # fmt: skip
