"""Accounts (Konten): made, disabled, reset by whoever runs the provider; a password chosen and codes set up by their owner."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from kim_runtime.clock import Clock
from kim_runtime.ids import new_id
from kim_runtime.refusal import NotFound, Refused
from kim_web.box import Box
from kim_web.sessions import hash_of
from kim_web.tables import sessions
from sqlalchemy import Row, delete, select, update
from sqlalchemy.orm import Session as Rows

from kim_login import throttle
from kim_login.one_time_codes import closed, new_rescue_codes, opened, used_half_minute
from kim_login.passwords import Passwords, first_password, objection
from kim_login.tables import accounts

OF_APP, OF_PAPER = "code", "rescue code"
LOGIN = re.compile(r"^[a-z0-9][a-z0-9._-]{1,79}$")


def add(
    rows: Rows,
    passwords: Passwords,
    clock: Clock,
    *,
    login: str,
    name: str,
    roles: Collection[str],
    sites: Collection[str] = (),
    staff: str | None = None,
    password: str | None = None,
) -> str:
    """Make an account. Returns its password: a first one, to be changed at once, unless `password` says a lasting one.

    Raises Refused `login_wrong`, `login_taken`, `name_missing`.
    """
    if not LOGIN.match(login):
        raise Refused(
            "login_wrong", "Anmeldenamen: kleine Buchstaben, Ziffern, Punkt, Strich, Unterstrich; mindestens zwei Zeichen.", "login"
        )
    if by_login(rows, login) is not None:
        raise Refused(
            "login_taken",
            "Den Anmeldenamen {login} gibt es schon, und keiner wird zweimal vergeben. Gehört er dieser Person: kim-login account change; "
            "sonst einen anderen wählen.",
            "login",
            login=login,
        )
    if not name.strip():
        raise Refused("name_missing", "Bitte den Namen nennen, unter dem Kolleg_innen die Person kennen.", "name")
    chosen = password or first_password()
    rows.execute(
        accounts.insert(),
        {
            "id": new_id(), "login": login, "name": name, "roles": sorted(roles), "sites": sorted(sites), "staff": staff,
            "password_hash": passwords.kept(chosen), "must_change": password is None, "rescue_hashes": [], "disabled": False,
            "made_at": clock.now(),
        },
    )  # fmt: skip
    return chosen


def reset(rows: Rows, passwords: Passwords, login: str, *, codes: bool = False) -> str:
    """A new first password, no session. One-time codes stay, for who has forgotten a password has not lost a telephone; with `codes` they
    go too. Raises NotFound, Refused `account_disabled`.
    """
    account = required(rows, login)
    if account.disabled:
        raise Refused(
            "account_disabled", "Das Konto {login} ist gesperrt; kim-login account enable {login} lässt wieder herein.", login=account.login
        )
    chosen = first_password()
    changed: dict[str, Any] = {"password_hash": passwords.kept(chosen), "must_change": True}
    if codes:
        changed |= {"code_secret": None, "code_used": None, "rescue_hashes": []}
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(changed))
    throttle.unlock(rows, account.login, ids_of_sessions(rows, account.id))  # else who forgot their password waits with the new one in hand
    end_sessions(rows, account.id)
    return chosen


def disable(rows: Rows, login: str) -> Row[Any]:
    """Let nobody in with it any more. Returns the account. Raises NotFound."""
    account = required(rows, login)
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(disabled=True))
    end_sessions(rows, account.id)
    return required(rows, login)


def enable(rows: Rows, login: str) -> None:
    """Let its person in again. Raises NotFound, Refused `account_open`."""
    account = required(rows, login)
    if not account.disabled:
        raise Refused(
            "account_open", "Das Konto {login} ist offen. Ein neues erstes Kennwort: kim-login account reset {login}.", login=account.login
        )
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(disabled=False))


def change(
    rows: Rows,
    login: str,
    *,
    name: str | None = None,
    roles: Collection[str] | None = None,
    sites: Collection[str] | None = None,
    staff: str | None = None,
) -> Row[Any]:
    """What is given takes the place of all it had. Its sessions end: services know a person by what they had at signing in.

    Returns the account. Raises NotFound, Refused `name_missing`.
    """
    account = required(rows, login)
    if name is not None and not name.strip():
        raise Refused("name_missing", "Bitte den Namen nennen, unter dem Kolleg_innen die Person kennen.", "name")
    given = {
        "name": name, "staff": staff, "roles": None if roles is None else sorted(roles), "sites": None if sites is None else sorted(sites),
    }  # fmt: skip
    changed = {column: value for column, value in given.items() if value is not None}
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(changed))
    end_sessions(rows, account.id)
    return required(rows, login)


def ids_of_sessions(rows: Rows, account_id: str) -> Sequence[str]:
    return rows.scalars(select(sessions.c.id).where(sessions.c.actor_id == account_id)).all()


def end_sessions(rows: Rows, account_id: str) -> None:
    rows.execute(delete(sessions).where(sessions.c.actor_id == account_id))


def call_session(rows: Rows, secret: str, session_id: str) -> None:
    """Let a session opened anew be known by the name it had before."""
    rows.execute(update(sessions).where(sessions.c.secret_hash == hash_of(secret)).values(id=session_id))


def has_session(rows: Rows, account_id: str, session_id: str) -> bool:
    return rows.execute(select(sessions.c.id).where(sessions.c.actor_id == account_id, sessions.c.id == session_id)).first() is not None


def listed(rows: Rows) -> Sequence[Row[Any]]:
    return rows.execute(select(accounts).order_by(accounts.c.login)).all()


def by_login(rows: Rows, login: str) -> Row[Any] | None:
    return rows.execute(select(accounts).where(accounts.c.login == login.strip().casefold())).first()


def by_id(rows: Rows, account_id: str) -> Row[Any] | None:
    """An account that may come in."""
    return rows.execute(select(accounts).where(accounts.c.id == account_id, accounts.c.disabled.is_(False))).first()


def required(rows: Rows, login: str) -> Row[Any]:
    account = by_login(rows, login)
    if account is None:
        raise NotFound("account_not_found", "Ein Konto {login} gibt es nicht; kim-login account list nennt alle.", login=login)
    return account


def choose_password(
    rows: Rows, passwords: Passwords, account: Row[Any], password: str, organisation: str, breached: Path | None = None
) -> None:
    """Raises Refused with what is wrong with it."""
    wrong = objection(password, (account.login, account.name, organisation), breached)
    if wrong is None and passwords.fits(password, account.password_hash):
        wrong = Refused("same_again", "Bitte ein anderes als das bisherige.", "password")
    if wrong is not None:
        raise wrong
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(password_hash=passwords.kept(password), must_change=False))


def hashed_as_today(rows: Rows, passwords: Passwords, account: Row[Any], password: str) -> Row[Any]:
    """The account, its password hashed anew if new ones are hashed otherwise by now. `password` was shown and is right."""
    if passwords.is_of_today(account.password_hash):
        return account
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(password_hash=passwords.kept(password)))
    return rows.execute(select(accounts).where(accounts.c.id == account.id)).one()


def set_up_codes(rows: Rows, box: Box, account: Row[Any], secret: str, typed: str) -> list[str]:
    """Begin to ask for one-time codes, once a first one was right. Returns the rescue codes, for the only time.

    Raises Refused `code_wrong`.
    """
    used = used_half_minute(secret, typed, None)
    if used is None:
        raise Refused("code_wrong", "Dieser Code stimmt nicht. Stimmt die Uhr des Telefons?", "code")
    rescue = new_rescue_codes()
    kept = {"code_secret": closed(box, account.id, secret), "code_used": used, "rescue_hashes": [hash_of(code) for code in rescue]}
    rows.execute(update(accounts).where(accounts.c.id == account.id).values(kept))
    return rescue


def code_used(rows: Rows, box: Box, account: Row[Any], typed: str) -> str:
    """Use up what was typed: OF_APP for a one-time code, OF_PAPER for a rescue code; empty: it is good for nothing now.

    Raises NotOurs where the key of the account's secret is not known any more.
    """
    fresh = rows.execute(select(accounts).where(accounts.c.id == account.id).with_for_update()).one()
    used = used_half_minute(opened(box, account.id, fresh.code_secret), typed, fresh.code_used) if fresh.code_secret else None
    if used is not None:
        rows.execute(update(accounts).where(accounts.c.id == account.id).values(code_used=used))
        return OF_APP
    rescue = hash_of(typed.strip().casefold())
    if rescue in fresh.rescue_hashes:
        left = [one for one in fresh.rescue_hashes if one != rescue]
        rows.execute(update(accounts).where(accounts.c.id == account.id).values(rescue_hashes=left))
        return OF_PAPER
    return ""
