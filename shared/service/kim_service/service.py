"""A service as a whole, and a house: that service running at one organisation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kim_audit.keeping import works
from kim_bus.chores import Chore
from kim_bus.courier import Courier
from kim_bus.directory import Directory
from kim_bus.keys import Keys
from kim_bus.post import Post
from kim_bus.reaction import Reaction
from kim_bus.tables import chores
from kim_bus.transports import Transport, open_transport
from kim_runtime.act import Act, Actor, service_act
from kim_runtime.clock import Clock, local_day
from kim_runtime.database import Database
from kim_runtime.settings import Settings
from sqlalchemy import MetaData, select

if TYPE_CHECKING:
    from flask import Flask
    from kim_web.doors import Doors


@dataclass(frozen=True)
class Service:
    """What a service is made of. `doors` is a function, so that a courier never loads the pages."""

    name: str
    package: str
    metadata: Sequence[MetaData]
    reactions: Sequence[Reaction]
    chores: Sequence[Chore]
    doors: Callable[[], Doors]

    def open(self, settings: Settings) -> House:
        """This service at the organisation the settings name."""
        return House(self, settings)


@dataclass
class House:
    """One service at one organisation: its database, its post and its clock."""

    service: Service
    settings: Settings
    clock: Clock = field(init=False)
    directory: Directory = field(init=False)
    post: Post = field(init=False)
    database: Database = field(init=False)

    def __post_init__(self) -> None:
        self.clock = self.settings.clock()
        self.directory = Directory.load(self.settings.directory)
        self.post = Post(self.mailbox, self.directory, Keys.load(self.settings.keys))
        info = {
            "post": self.post,
            "pool": self.settings.pool or self.settings.organisation,
            "coordinator": self.settings.coordinator,
            "case_wait_days": self.settings.case_wait_days,
            "emergency_minutes": self.settings.emergency_minutes,
        }
        self.database = Database(self.settings.database, info)

    @property
    def mailbox(self) -> str:
        return f"{self.settings.organisation}.{self.service.name}"

    def act(self, actor: Actor | None = None) -> Act:
        """An act of `actor` at this moment; of the service itself without one."""
        if actor is None:
            return service_act(self.settings.organisation, self.service.name, self.clock.now())
        return Act(self.settings.organisation, self.service.name, actor, self.clock.now())

    def migrate(self) -> None:
        from kim_runtime import migrations  # loads Alembic, which a courier never needs

        migrations.upgrade(self.database, self.service.package)

    def is_migrated(self) -> bool:
        from kim_runtime import migrations

        return self.database.answers() and migrations.is_current(self.database, self.service.package)

    def transport(self) -> Transport:
        return open_transport(self.settings.broker, self.mailbox, self.directory)

    def courier(self) -> Courier:
        return Courier(
            self.database, self.post, self.transport(), self.service.reactions, self.service.chores, self.clock,
            minutely=works(self.mailbox, self.settings.audit_years),
        )  # fmt: skip

    def chores_done(self) -> bool:
        """Whether every chore has run on this business day."""
        with self.database.read() as session:
            ran_on = {row.name: row.ran_on for row in session.execute(select(chores))}
        today = local_day(self.clock.now())
        return all(ran_on.get(chore.name) is not None and ran_on[chore.name] >= today for chore in self.service.chores)

    def app(self) -> Flask:
        from kim_web.app import create_app

        return create_app(
            self.service.doors(),
            self.database,
            self.settings,
            self.clock,
            organisation_name=self.directory.organisation(self.settings.organisation).name_on(local_day(self.clock.now())),
        )

    def close(self) -> None:
        self.database.close()
