"""The columns for what a referral says of a person, alike with sender and receiver."""

from __future__ import annotations

from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kim_referral.rules.content import Content


class SaidOfPerson:
    """What is said of a person, one column a category, so that each can be kept or erased by itself."""

    name: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str] = mapped_column(String(50))
    birth_year: Mapped[int | None] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(8))
    residence_town: Mapped[str] = mapped_column(String(8))
    persons: Mapped[int | None] = mapped_column(Integer)
    topics: Mapped[list[str]] = mapped_column(JSON)
    note: Mapped[str] = mapped_column(Text)
    health: Mapped[str] = mapped_column(Text)

    @property
    def content(self) -> Content:
        return Content(
            name=self.name,
            phone=self.phone,
            birth_year=self.birth_year,
            language=self.language,
            residence_town=self.residence_town,
            topics=tuple(self.topics),
            note=self.note,
            health=self.health,
            persons=self.persons,
        )

    @content.setter
    def content(self, said: Content) -> None:
        self.name, self.phone, self.birth_year, self.language = said.name, said.phone, said.birth_year, said.language
        self.residence_town, self.persons, self.topics = said.residence_town, said.persons, list(said.topics)
        self.note, self.health = said.note, said.health
