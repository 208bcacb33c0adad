"""The web door's tables in the database of a service, the same in all: who is signed in and who ever was, the keys of
programs, drafts, entries given to the person who made them, and what is counted by the minute.

`steps.py` makes them; a test compares.
"""

from __future__ import annotations

from kim_runtime.columns import UtcColumn
from sqlalchemy import JSON, BigInteger, Column, Date, Index, Integer, MetaData, String, Table, UniqueConstraint

metadata = MetaData()

sessions = Table(  # one signed-in person in one browser (Sitzung)
    "kim_session",
    metadata,
    Column("secret_hash", String(64), primary_key=True),  # SHA-256 of what the cookie holds
    Column("id", String(64), nullable=False, unique=True),  # by which its owner may end it
    Column("actor_id", String(200), nullable=False),
    Column("actor", JSON, nullable=False),  # name, roles, sites and staff reference as of the sign-in
    Column("device", String(80), nullable=False),  # which browser, in a word or two
    Column("opened_at", UtcColumn, nullable=False),
    Column("seen_at", UtcColumn, nullable=False),  # written once a minute at most
    Column("subject", String(255), nullable=False),  # what the provider calls the person
    Column("provider_session", String(255), nullable=False),  # what the provider calls its own session
    Column("locked_at", UtcColumn),  # until its person signs in anew
)
Index("kim_session_actor", sessions.c.actor_id)
Index("kim_session_subject", sessions.c.subject)

access_keys = Table(  # a personal key for programs (Zugangsschlüssel)
    "kim_access_key",
    metadata,
    Column("secret_hash", String(64), primary_key=True),
    Column("id", String(64), nullable=False, unique=True),
    Column("actor_id", String(200), nullable=False),
    Column("actor", JSON, nullable=False),  # as of the last sign-in: a key never does more than its owner may
    Column("label", String(80), nullable=False),
    Column("actions", JSON, nullable=False),
    Column("made_at", UtcColumn, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("used_on", Date),
)
Index("kim_access_key_actor", access_keys.c.actor_id)

drafts = Table(  # what somebody typed into a form that was not taken yet (Entwurf), for its owner alone, for some days
    "kim_draft",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("actor_id", String(200), nullable=False),
    Column("address", String(500), nullable=False),  # where the form was sent to
    Column("fields", JSON, nullable=False),  # [name, value] in order
    Column("kept_at", UtcColumn, nullable=False),
    Column("label", String(120), nullable=False, server_default=""),  # its page, a msgid; empty: it came too late
)
Index("kim_draft_actor", drafts.c.actor_id)

people = Table(  # who signed in to this service, as of their last sign-in
    "kim_person",
    metadata,
    Column("actor_id", String(200), primary_key=True),
    Column("actor", JSON, nullable=False),
    Column("seen_at", UtcColumn, nullable=False),
)

moved_entries = Table(  # an entry somebody else made under one's name, and what became of it (umgeschriebener Eintrag)
    "kim_moved_entry",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("kind", String(40), nullable=False),  # as the service calls it (`Doors.entries`)
    Column("thing_id", String(64), nullable=False),
    Column("made_at", UtcColumn, nullable=False),  # business time, like all moments here
    Column("from_id", String(200), nullable=False),
    Column("from_name", String(200), nullable=False),
    Column("to_id", String(200), nullable=False),
    Column("to_name", String(200), nullable=False),
    Column("moved_at", UtcColumn, nullable=False),
    Column("state", String(10), nullable=False),  # told, accepted, open, settled
    Column("answered_at", UtcColumn),
    Column("settled_at", UtcColumn),
    Column("settled_by", String(200)),
    Column("settled_name", String(200)),  # whose it is after all; empty: could not be found out
    UniqueConstraint("kind", "thing_id", name="kim_moved_entry_once"),
)
Index("kim_moved_entry_to", moved_entries.c.to_id, moved_entries.c.state)
Index("kim_moved_entry_from", moved_entries.c.from_id)

counted = Table(  # so many of something in a minute, in all processes of the service (`counting`)
    "kim_counted",
    metadata,
    Column("what", String(255), primary_key=True),
    Column("minute", BigInteger, nullable=False),  # since 1970
    Column("taken", Integer, nullable=False),
)
