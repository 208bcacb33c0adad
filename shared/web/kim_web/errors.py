"""How both doors answer what went wrong: a page for people, a problem for programs, and a number for whoever must find it in the log."""

from __future__ import annotations

import secrets
from typing import Any, Final

from flask import Flask, Response, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from kim_runtime.logs import log
from kim_runtime.refusal import Refused
from sqlalchemy.exc import InternalError, OperationalError
from werkzeug.exceptions import HTTPException, Unauthorized
from werkzeug.wrappers import Response as BaseResponse

from kim_web.audit import NotWritten
from kim_web.costly import AGAIN_AFTER, TooMuchAtOnce
from kim_web.guesses import TooManyGuesses
from kim_web.language import _, mark
from kim_web.messages import Fault, faults
from kim_web.oidc import ProviderAway
from kim_web.problem import problem, sentence
from kim_web.signin import SignInNotSetUp, keep_what_was_typed
from kim_web.traffic import wants_json
from kim_web.web import this_web

# without letters and digits that are mixed up on the telephone
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_KEPT_OUT: Final = {"content-type", "content-length"}

# status -> (code, title, what to do)
WORDS: Final[dict[int, tuple[str, str, str]]] = {
    400: ("bad_request", mark("Diese Anfrage ist nicht verständlich"), mark("Bitte gehen Sie zurück und versuchen Sie es noch einmal.")),
    401: ("not_signed_in", mark("Bitte melden Sie sich an"), mark("Programme melden sich mit „Authorization: Bearer …“ an.")),
    403: (
        "not_permitted",
        mark("Das dürfen Sie hier nicht"),
        mark("Ihre Rolle erlaubt diese Handlung nicht. Die Leitung Ihrer Stelle kann Rechte ändern lassen."),
    ),
    404: (
        "not_found",
        mark("Das gibt es hier nicht"),
        mark("Die Adresse stimmt nicht, oder die Sache ist nicht für Sie bestimmt. Bitte von der Startseite aus suchen."),
    ),
    405: (
        "method_not_allowed",
        mark("Das geht an dieser Adresse nicht"),
        mark("Bitte gehen Sie zurück und benutzen Sie die Knöpfe der Seite."),
    ),
    409: ("refused", mark("Das geht so nicht"), ""),
    413: (
        "too_large",
        mark("Das ist zu groß"),
        mark("Es wurde nichts gespeichert. Bitte gehen Sie zurück, kürzen Sie den längsten Text und senden Sie noch einmal."),
    ),
    415: ("wrong_content_type", mark("Dieses Format wird nicht gelesen"), mark("Bitte senden Sie application/json.")),
    422: ("invalid", mark("Einige Angaben stimmen nicht"), mark("Bitte berichtigen Sie die genannten Felder.")),
    429: (
        "too_many_requests",
        mark("Das waren zu viele Versuche"),
        mark("Bitte warten Sie einen Augenblick, bevor Sie es noch einmal versuchen."),
    ),
    500: (
        "internal_error",
        mark("Hier ist etwas schiefgegangen"),
        mark("Es wurde nichts halb gespeichert. Bitte versuchen Sie es noch einmal; bleibt es dabei, nennen Sie der IT diese Nummer."),
    ),
    503: ("unavailable", mark("Zurzeit nicht erreichbar"), mark("Bitte versuchen Sie es in einer Minute noch einmal.")),
}
NO_SIGN_IN: Final = mark(
    "Dieser Dienst lässt niemanden ein, solange keine Anmeldung eingerichtet ist."
    " Dafür KIM_OIDC_ISSUER und KIM_OIDC_CLIENT_SECRET setzen; docs/operations/sign-in.md sagt, wie."
)
PROVIDER_AWAY: Final = mark(
    "Die Anmeldung der Stelle antwortet nicht. Wer schon angemeldet ist, kann weiterarbeiten."
    " Bitte in einer Minute noch einmal versuchen; bleibt es dabei, der IT Bescheid geben."
)
COME_AGAIN: Final = mark("Das dauert länger, und andere tun es eben auch. Bitte in ein paar Sekunden noch einmal versuchen.")
AUDIT_FULL: Final = mark("Das lässt sich gerade nicht aufschreiben")
WRITE_FIRST: Final = mark(
    "Wer hier etwas ansieht oder tut, wird aufgeschrieben. Das ging eben nicht; darum wurde nichts gezeigt und nichts gespeichert."
    " Bitte in einer Minute noch einmal versuchen; bleibt es dabei, nennen Sie der IT diese Nummer: die Datenbank nimmt nichts an."
)
STALE_FORM: Final = mark(
    "Sie haben sich inzwischen ab- oder neu angemeldet; gespeichert wurde nichts. Bitte gehen Sie zurück: was Sie geschrieben haben, steht"
    " dort meist noch. Kopieren Sie es, laden Sie die Seite neu und senden Sie sie noch einmal."
)


def answer_errors(app: Flask) -> None:
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(OperationalError, _no_database)
    app.register_error_handler(InternalError, _no_database)  # PostgreSQL that may only be read says so
    app.register_error_handler(NotWritten, _not_written)


def _http_error(error: HTTPException) -> BaseResponse:
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    nobody_can = isinstance(error, Unauthorized) and not wants_json() and this_web().provider is None
    if nobody_can or isinstance(error, SignInNotSetUp):
        status = 503
        return _answer(status, "sign_in_not_set_up", _("Anmeldung ist nicht eingerichtet"), _(NO_SIGN_IN))
    if isinstance(error, TooMuchAtOnce):
        return _answer(503, "too_much_at_once", _("Gerade zu viel auf einmal"), _(COME_AGAIN), headers=[("Retry-After", str(AGAIN_AFTER))])
    if isinstance(error, ProviderAway):
        log().warning("the provider of the sign-in does not answer")
        return _answer(503, "provider_away", _("Anmelden geht gerade nicht"), _(PROVIDER_AWAY), headers=[("Retry-After", "60")])
    if isinstance(error, Unauthorized) and not wants_json():
        asked = request.full_path.rstrip("?") if request.method == "GET" else ""
        kept = keep_what_was_typed()
        if g.get("locked") is not None or kept:
            return redirect(url_for("shared_desk.locked", next=asked or None, entwurf=1 if kept else None), 303)
        return redirect(url_for("account.sign_in", next=asked or None))
    code, title, detail = WORDS.get(status, ("error", error.name, ""))
    found: list[Any] = []
    if status == 422:
        messages = getattr(error, "data", {}).get("messages", {})
        found = [entry for location in messages.values() for entry in faults(location)]
    headers = [(name, value) for name, value in error.get_headers() if name.lower() not in _KEPT_OUT]
    if status == 401:
        headers.append(("WWW-Authenticate", "Bearer"))
    number = _note(error) if status >= 500 else ""
    return _answer(status, code, _(title), _(detail) if detail else "", found, number, headers)


def _refused(refused: Refused) -> BaseResponse:
    log().info("operation refused", code=refused.code)
    _code, title, _detail = WORDS.get(refused.status, WORDS[409])
    reasons = (refused, *refused.others) if refused.others else ()
    listed = [Fault(one.field or "", one.code, sentence(one)) for one in reasons]
    headers = [("Retry-After", str(refused.retry_after))] if isinstance(refused, TooManyGuesses) else []
    return _answer(refused.status, refused.code, _(title), sentence(refused), listed, headers=headers)


def stale_form(_error: CSRFError) -> BaseResponse:
    log().info("operation refused", code="stale_form")
    return _answer(
        400,
        "stale_form",
        _("Dieses Formular ist veraltet"),
        _(STALE_FORM),
    )


def _no_database(error: OperationalError | InternalError) -> BaseResponse:
    code, title, detail = WORDS[503]
    return _answer(503, code, _(title), _(detail), support_number=_note(error), headers=[("Retry-After", "60")])


def _not_written(error: NotWritten) -> BaseResponse:
    """Where nobody could say later who looked or acted, nothing happens."""
    number = _note(error.__cause__ or error)
    return _answer(503, "audit_not_written", _(AUDIT_FULL), _(WRITE_FIRST), support_number=number, headers=[("Retry-After", "60")])


def _note(error: BaseException) -> str:
    """Write the error into the log under a new support number."""
    number = "".join(secrets.choice(_ALPHABET) for _letter in range(8))
    cause = getattr(error, "original_exception", None) or error
    log().error("request failed", support_number=number, exc_info=cause)
    return number


def _answer(
    status: int,
    code: str,
    title: str,
    detail: str,
    found: list[Any] | None = None,
    support_number: str = "",
    headers: list[tuple[str, str]] | None = None,
) -> Response:
    if wants_json():
        return problem(status, code, detail or title, found or (), support_number, headers or ())
    page = render_template("error.html", status=status, title=title, detail=detail, found=found or (), support_number=support_number)
    return Response(page, status, headers or [])
