"""What colleagues are called on the pages."""

from __future__ import annotations

from kim_protection.colleagues import colleagues
from sqlalchemy.orm import Session

from kim_casework.model.staff import names_of_staff


def names_of_colleagues(session: Session) -> dict[str, str]:
    """Display name by id: of everybody ever introduced, and of whoever else has signed in here within the last 90 days."""
    return {**dict(colleagues(session)), **names_of_staff(session)}
