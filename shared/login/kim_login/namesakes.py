"""Accounts that may be one person's. Two of them undo what is kept apart in one person (decision 0047), and every second person."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from kim_login.roles import kept_apart

WITHOUT_ACCENT = str.maketrans({"ı": "i", "ø": "o", "ł": "l", "đ": "d"})  # those that have none to take off


def same_name(name: str) -> tuple[str, ...]:
    """What is the same for "Dr. Hanna Wirtz", "Wirtz, Hanna" and "hanna  wirtz": its words without titles, in one order."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(WITHOUT_ACCENT))
    words = "".join(sign for sign in plain if not unicodedata.combining(sign)).replace(",", " ").split()
    return tuple(sorted(word for word in words if not word.endswith("."))) or (plain,)


def beside(account: Row[Any], others: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The other open accounts that may be this person's: of the same name, or the same staff reference."""
    return [
        other
        for other in others
        if other.id != account.id
        and not other.disabled
        and (same_name(other.name) == same_name(account.name) or (account.staff and other.staff == account.staff))
    ]


def warning(account: Row[Any], others: Sequence[Row[Any]]) -> str:
    """What an operator is told who lets two accounts stand that may be one person's: what it would undo, and what to do. Else empty."""
    if account.disabled or not others:
        return ""
    known = "; ".join(f"{one.login} ({one.name}: {', '.join(one.roles) or 'no role'})" for one in others)
    lines = [
        f"warning: {account.login} ({account.name}) may be the same person as {known}.",
        "Two open accounts of one person undo what is kept apart:",
        "- a step that needs a second person could be taken by the same person twice;",
    ]
    met = sorted({pair for one in others for pair in kept_apart(account.roles, one.roles)})
    lines += [f"- {first} and {second} would meet in one person, for whom docs/policy.md keeps them apart;" for first, second in met]
    lines.append(
        f"the same person: kim-login account disable {account.login}, and kim-login account change {others[0].login} --role … with every "
        "role they shall have. Another person of that name: nothing to do."
    )
    return "\n".join(lines)
