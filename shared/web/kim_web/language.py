"""German and English. Texts are German in the code and the templates; `locale/en.po` of each package holds the English.

The .po files are read as they are, once in a process: nothing is compiled, and a translator's change needs no tool.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import BytesIO
from types import MappingProxyType
from typing import Final
from urllib.parse import urlencode

from babel.messages import Catalog
from babel.messages.pofile import read_po
from flask import current_app, g, has_app_context, has_request_context, request
from kim_runtime.refusal import Refused

from kim_web.web import EXTENSION, over_https

LANGUAGES: Final = ("de", "en")
COOKIE: Final = "kim_language"


@cache
def english_of(package: str) -> MappingProxyType[str, str]:
    """The English texts of a package by their German msgid. Empty without a catalogue."""
    path = files(package) / "locale" / "en.po"
    return MappingProxyType(texts_of(read_po(BytesIO(path.read_bytes()), locale="en")) if path.is_file() else {})


def texts_of(catalogue: Catalog) -> dict[str, str]:
    """The finished entries of a catalogue; forms of a plural each under their own msgid."""
    texts: dict[str, str] = {}
    for message in catalogue:
        if not message.id or message.fuzzy:
            continue
        germans = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        englishes = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
        texts.update({german: english for german, english in zip(germans, englishes, strict=False) if english})
    return texts


def in_english(refused: Refused, *packages: str) -> str:
    """A refusal's sentence for a command line, which speaks English; German where none of the packages has it in English."""
    english = {german: text for package in packages for german, text in english_of(package).items()}
    return english.get(refused.message, refused.message).format(**refused.params)


def cookie_name() -> str:
    """One for all services of the host; over https no other host can set it."""
    return f"__Host-{COOKIE}" if over_https() else COOKIE


def language() -> str:
    """The language of the present request: asked for, chosen before, or preferred by the browser; German otherwise."""
    if not has_request_context():
        return "de"
    if "language" not in g:
        asked = request.args.get("lang") or request.cookies.get(cookie_name())
        g.language = asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, default="de")
    chosen: str = g.language
    return chosen


def _(text: str) -> str:
    """A German text in the language of the present request. Placeholders stay: `_("Fall {number}").format(number=…)`."""
    if language() == "de" or not has_app_context():
        return text
    translated: str = current_app.extensions[EXTENSION].catalogue.get(text, text)
    return translated


def plural(one: str, many: str, count: int) -> str:
    """The form of a text that fits the number: `plural("{n} Beratung", "{n} Beratungen", n).format(n=n)`."""
    return _(one if count == 1 else many)


def language_address(code: str) -> str:
    """Where the present page can be had in another language. A form that was just sent cannot be asked for again, unless it asks for
    something and changes nothing (`ask_again`): its start page can.
    """
    return address_in(code) if request.method == "GET" or asked_again() is not None else f"/?lang={code}"


def address_in(code: str) -> str:
    """The address of the present request, with what it asks for, in another language."""
    values = {**request.args.to_dict(flat=False), "lang": code}
    return f"{request.path}?{urlencode(values, doseq=True)}"


def ask_again() -> None:
    """The present page was asked for by sending and changes nothing: in another language it is asked for likewise."""
    g.kim_asked_by_sending = request.method == "POST"


def asked_again() -> list[tuple[str, str]] | None:
    """What was sent to ask for the present page, to be sent again; None: it is asked for by its address."""
    if not g.get("kim_asked_by_sending"):
        return None
    return [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token" and not name.startswith("kim_")]


def mark(text: str) -> str:
    """Mark a text for translation where it is declared; `_()` translates it where it is shown."""
    return text
