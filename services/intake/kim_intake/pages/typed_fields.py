"""Fields of the desk: what is typed in a hurry, read as the code the command wants. The JSON door takes codes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from kim_reference.countries import COUNTRIES
from kim_reference.languages import LANGUAGES
from kim_reference.municipalities import MUNICIPALITIES, municipality_of
from kim_reference.topics import TOPICS
from kim_web.language import _, language, plural
from marshmallow import ValidationError, fields

from kim_intake.rules.codes import NO_COUNTRY, ORIGIN_NOT_SAID, ORIGIN_UNKNOWN
from kim_intake.rules.shorthand import UnknownLetters, topics_of
from kim_intake.rules.typed_code import Choice, Unclear, pick

# typed for the two answers that are no country: one key each
_SIGNS = {ORIGIN_NOT_SAID: "-", ORIGIN_UNKNOWN: "?"}


@cache
def origins() -> tuple[Choice, ...]:
    names = {entry.code: (entry.name("de"), entry.name("en")) for entry in COUNTRIES if entry.code not in NO_COUNTRY}
    return (
        *(Choice(code, both) for code, both in names.items()),
        *(Choice(code, (words, _SIGNS[code])) for code, words in NO_COUNTRY.items()),
    )


@cache
def tongues() -> tuple[Choice, ...]:
    return tuple(Choice(entry.code, (entry.name("de"), entry.name("en"), entry.own_name)) for entry in LANGUAGES)


@cache
def towns() -> tuple[Choice, ...]:
    return tuple(Choice(place.ags, (place.german,)) for place in MUNICIPALITIES)


def letters() -> Mapping[str, str]:
    return {topic.shorthand: topic.code for topic in TOPICS}


def picked(typed: str, known: Sequence[Choice]) -> str:
    """The code that was meant; raises ValidationError that names what else it could be."""
    try:
        return pick(typed, known).code
    except Unclear as unclear:
        if not unclear.candidates:
            raise ValidationError(_("„{typed}“ ist hier nicht bekannt.").format(typed=unclear.typed)) from None
        shown = 1 if language() == "en" and len(unclear.candidates[0].names) > 1 else 0
        could_be = ", ".join(choice.names[shown] for choice in unclear.candidates)
        raise ValidationError(_("Das kann mehreres heißen: {could_be}. Bitte weiter tippen.").format(could_be=could_be)) from None


class TypedOrigin(fields.String):
    """`ukr`, `Ukr`, `Ukraine`; `-` for "rather not said", `?` for unknown."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return picked(str(value), origins())


class TypedPlace(fields.String):
    """`als` for Alsdorf, or a postcode, which is kept."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = str(value).strip()
        in_digits = typed.isascii() and typed.isdecimal()
        if in_digits and len(typed) in (5, 8):
            if len(typed) == 8 and municipality_of(typed) is None:
                raise ValidationError(_("„{typed}“ ist hier nicht bekannt.").format(typed=typed))
            return typed
        if in_digits:
            raise ValidationError(_("Eine Postleitzahl hat fünf Ziffern."))
        try:
            return picked(typed, towns())
        except ValidationError as error:
            hint = _("Orte außerhalb der Region bitte mit Postleitzahl.")
            raise ValidationError(f"{error.messages[0]} {hint}") from None


class TypedLanguages(fields.Field[tuple[str, ...]]):
    """`ukr`, `Ukrainisch`, or several with commas."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        parts = [part.strip() for part in str(value).replace(";", ",").split(",")]
        return tuple(dict.fromkeys(picked(part, tongues()) for part in parts if part))


class TypedTopics(fields.Field[tuple[str, ...]]):
    """`wgk`: one letter a topic."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> tuple[str, ...]:
        try:
            return topics_of(str(value), letters())
        except UnknownLetters as unknown:
            said = plural(
                "Kein Thema hat den Buchstaben {letters}.", "Kein Thema hat einen der Buchstaben {letters}.", len(unknown.letters.split())
            )
            raise ValidationError(said.format(letters=unknown.letters)) from None
