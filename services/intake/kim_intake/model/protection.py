"""People whose record is closed to the desk (geschützte Akten), and what was opened in an emergency all the same (Notzugriff)."""

from __future__ import annotations

from typing import Final

from kim_protection.model import EmergencyColumns, Locks, ProtectionColumns
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kim_intake.model.base import Base


class Protection(ProtectionColumns, Base):
    """That the record of a person is protected, since when and why. `subject` is the colleague it is about, where it is about one."""

    __tablename__ = "client_protection"

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)


class EmergencyAccess(EmergencyColumns, Base):
    """One opening of a record by somebody it is otherwise closed to: who, why, until when."""

    __tablename__ = "emergency_access"

    client_id: Mapped[str] = mapped_column(ForeignKey("client.id"), index=True)


LOCKS: Final = Locks(Protection, EmergencyAccess, "client_id")
