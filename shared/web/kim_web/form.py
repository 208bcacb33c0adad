"""Forms without a second schema: what was typed, what is wrong with it, and the command it makes.

One marshmallow schema a command serves the JSON door and the form. A form adds only what browsers do differently: everything is text, an
empty field means no answer, an unticked box sends nothing, and amounts are written with a comma.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from flask import g, request
from kim_events.fields import Fte, Money
from kim_runtime.clock import local_day
from kim_runtime.command import CommandSchema
from kim_runtime.ids import new_id
from kim_runtime.refusal import Refused
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from kim_web.form_field import FormField
from kim_web.language import _, ask_again
from kim_web.messages import SCHEMA_KEY, faults
from kim_web.problem import sentence
from kim_web.typed_time import at_the_desk, day_as_meant, german_day, read_day, read_time
from kim_web.web import this_web

_THOUSANDS = re.compile(r"^-?[0-9]{1,3}([.][0-9]{3})+(,[0-9]{1,2})?$")


class Form:
    """One form on one page.

    `values` is what was typed (text, or a list of texts), `errors` what is wrong by field name, under `_schema` what is wrong with the
    whole, and `command` what it loads into when nothing is. `form_id` keeps element ids apart where a page has several forms. `searches`:
    nothing in it must be said, and so no field remarks that it is optional. `sent`: it was; shown again, what stands in it is nowhere else.
    """

    def __init__(self, schema: Schema, values: Mapping[str, Any], form_id: str = "form") -> None:
        self.schema = schema
        self.values = dict(values)
        self.form_id = form_id
        self.errors: dict[str, list[str]] = {}
        self.command: Any = None
        self.focus = ""
        self.searches = False
        self.sent = False

    @property
    def ok(self) -> bool:
        """Whether a command was made and carried out without a refusal."""
        return self.command is not None and not self.errors

    @property
    def top_errors(self) -> list[str]:
        """What belongs to no field that is shown."""
        known = set(_posted_fields(self.schema))
        return [message for name, found in self.errors.items() if name.partition(".")[0] not in known for message in found]

    def load(self, raw: Mapping[str, Any]) -> None:
        """Check `raw` and make the command, or note the errors."""
        try:
            self.command = self.schema.load(raw)
        except ValidationError as error:
            for found in faults(error.messages):
                self.add_error(found.field or SCHEMA_KEY, found.message)
            # What is wrong with the rest is said at once, not when this is mended.
            known = error.valid_data
            if isinstance(self.schema, CommandSchema) and isinstance(known, Mapping):
                for refused in self.schema.objections(known):
                    if refused.field and refused.field not in self.errors:
                        self.add_error(refused.field, sentence(refused))

    def add_error(self, field: str, message: str) -> None:
        self.errors.setdefault(field, []).append(message)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Carry out the command in here: a refusal becomes an error of the form, on its field where it names one.

        A refusal that the thing does not exist, or is not this person's business, is no mistake in the form and passes on.
        """
        try:
            yield
        except Refused as refused:
            if type(refused).status != Refused.status and refused.field is None:
                raise
            for one in (refused, *refused.others):
                self.add_error(one.field or SCHEMA_KEY, sentence(one))

    def fill_in(self, kept: MultiDict[str, str]) -> None:
        """Put what was once typed into the fields: those it has, as they were, be they empty. Nothing is checked."""
        known = typed(self.schema, kept)
        for name in _posted_fields(self.schema):
            if name != "id" and any(key == name or key.startswith(f"{name}.") for key in kept):
                self.values.pop(name, None)
                self.values.update({name: known[name]} if name in known else {})

    def start_in(self, name: str) -> None:
        """Let the cursor stand in this field when the page opens."""
        self.focus = name

    def field(self, name: str) -> FormField:
        """A field as the macros of `kern.html` need it. Raises KeyError for a name the schema does not have."""
        head, _, rest = name.partition(".")
        known = _posted_fields(self.schema)[head]
        value = self.values.get(head)
        row: Any = getattr(known, "inner", known)
        while rest:  # members.0.name
            step, _, rest = rest.partition(".")
            if step.isdigit():
                rows = value if isinstance(value, (list, tuple)) else []
                value = rows[int(step)] if int(step) < len(rows) else {}
            else:
                known = _posted_fields(row.schema)[step]
                row = getattr(known, "inner", known)
                value = value.get(step) if isinstance(value, Mapping) else getattr(value, step, None)
        found = FormField.of(known, name, value, self.errors_of(name), self.form_id, focused=name == self.focus)
        return replace(found, optional=False) if self.searches else found

    def errors_of(self, name: str) -> list[str]:
        """The errors of a field; those of a list's single entries stand at the list."""
        inner = re.compile(rf"{re.escape(name)}(\.[0-9]+)?")
        return [message for field, found in self.errors.items() if inner.fullmatch(field) for message in found]

    @property
    def faulty_fields(self) -> list[FormField]:
        """The fields with errors, in the order of the schema, for the summary above the form."""
        names: dict[str, None] = {}
        for name in self.errors:
            head = name.partition(".")[0]
            if head in _posted_fields(self.schema):
                names[re.sub(r"\.[0-9]+$", "", name)] = None
        order = list(_posted_fields(self.schema))
        return [self.field(name) for name in sorted(names, key=lambda name: order.index(name.partition(".")[0]))]


def blank(schema: type[Schema], /, *, form_id: str = "form", **initial: Any) -> Form:
    """An empty form with some values filled in, and a fresh id for the thing it will make (a second sending then changes nothing)."""
    instance = schema()
    if "id" in instance.fields:
        initial.setdefault("id", new_id())
    return Form(instance, initial, form_id)


def submitted(
    schema: type[Schema],
    /,
    *,
    extra: Mapping[str, Any] | None = None,
    times: Mapping[str, str | date] | None = None,
    form_id: str = "form",
) -> Form:
    """The form that was sent, checked. `extra` adds values that are not typed, such as the id in the address.

    `times`: moments of which the time alone is typed, each with its day or with the name of the field in which that is typed.
    A draft that is filled in further, and a form that is shown in another language (`kim_web.own_drafts`), are not checked: they have no
    command and no errors.
    """
    instance = schema()
    raw = {**typed(instance, request.form), **(extra or {})}
    clocks = {name: request.form.get(name, "").strip() for name in times or ()}
    for name, clock in clocks.items():
        raw[name] = _moment((times or {})[name], clock, raw)
    form = Form(instance, raw, form_id)
    form.sent = True
    if not g.get("unchecked"):
        form.load(raw)
    for name, clock in clocks.items():
        form.values[name] = clock
        if name in form.errors:
            form.errors[name] = [_("Bitte eine Uhrzeit schreiben, zum Beispiel 09:30.")]
    return form


def _moment(day: str | date, clock: str, raw: Mapping[str, Any]) -> str | None:
    """The moment of a time that was typed; what is no time stays, for the schema to refuse. A wrong day is said at the day alone."""
    found = read_time(clock)
    if found is None:
        return clock or None
    on = day if isinstance(day, date) else read_day(str(raw.get(day) or request.form.get(day, "")))
    return at_the_desk(on, found).isoformat() if on is not None else None


def whole_number(text: str, first: int, last: int) -> int | None:
    """A number between two, both included, as an address or a single field has it; None for anything else, `²` and `٣` among them."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(last)) else None
    return number if number is not None and first <= number <= last else None


def asked(schema: type[Schema], /, *, form_id: str = "form") -> Form:
    """A form that asks for a part of a list: by its address, or sent, where what is asked for must stand in no address."""
    instance = schema()
    ask_again()
    raw = typed(instance, request.form if request.method == "POST" else request.args)
    form = Form(instance, raw, form_id)
    form.searches = True
    form.load(raw)
    return form


def typed(schema: Schema, posted: MultiDict[str, str], prefix: str = "") -> dict[str, Any]:
    """What was typed into the fields of a schema; fields left empty are absent. Names the schema does not have are ignored.

    The fields of a nested schema are called `person.name`, those of a list of them `members.0.name`; an empty row is no row.
    """
    raw: dict[str, Any] = {}
    for name, field in _posted_fields(schema).items():
        key = prefix + name
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested):
            rows = sorted({int(found[1]) for entry in posted if (found := re.match(rf"{re.escape(key)}\.([0-9]{{1,3}})\.", entry))})
            entries = [entry for row in rows if (entry := typed(field.inner.schema, posted, f"{key}.{row}."))]
            if entries or (rows and not field.required):
                raw[name] = entries
        elif isinstance(field, fields.Nested):
            if entry := typed(field.schema, posted, f"{key}."):
                raw[name] = entry
        elif isinstance(field, (fields.List, fields.Tuple)):
            chosen = [value.strip() for value in posted.getlist(key) if value.strip()]
            if chosen or (key in posted and not field.required):
                raw[name] = chosen
        elif key in posted:
            # A box sends "false" from a hidden field before it, and "true" when ticked: the last one counts.
            value = posted.getlist(key)[-1].strip()
            if value:
                raw[name] = _as_meant(field, value)
            elif field.allow_none:
                raw[name] = None
    return raw


def _as_meant(field: fields.Field[Any], value: str) -> str:
    """What people type for speed or out of habit: 1.234,56 € for 1234,56, 15082022 or 15.8. for 15.08.2022."""
    if isinstance(field, (Money, Fte)):
        value = value.removesuffix("€").strip()
        return value.replace(".", "") if _THOUSANDS.match(value) else value
    if isinstance(field, fields.Date):
        lies = field.metadata.get("lies")
        return german_day(day_as_meant(value, lies, local_day(this_web().clock.now())) if lies else value)
    return value


def _posted_fields(schema: Schema) -> dict[str, fields.Field[Any]]:
    return {field.data_key or name: field for name, field in schema.load_fields.items()}
