"""Cases that are closed to the house (geschützte Akten), and what was opened in an emergency all the same (Notzugriff)."""

from __future__ import annotations

from typing import Final

from kim_protection.model import EmergencyColumns, Locks, ProtectionColumns
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kim_casework.model.base import Base


class Protection(ProtectionColumns, Base):
    """That a case is protected, since when and why. `subject` is the colleague it is about, where it is about one."""

    __tablename__ = "case_protections"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    subject: Mapped[str | None] = mapped_column(ForeignKey("staff.id"))


class EmergencyAccess(EmergencyColumns, Base):
    """One opening of a case by somebody it is otherwise closed to: who, why, until when."""

    __tablename__ = "emergency_accesses"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)


LOCKS: Final = Locks(Protection, EmergencyAccess, "case_id")

protected_cases = LOCKS.protected
cases_about = LOCKS.about
protection_of = LOCKS.protection_of
emergency_of = LOCKS.emergency_of
emergencies_since = LOCKS.emergencies_since
