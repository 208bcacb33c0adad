"""What every answer tells the browser to forbid, and the name and flags of the cookie that keeps a form's token."""

from __future__ import annotations

import time
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request
from flask.sessions import SecureCookieSessionInterface, session_json_serializer
from itsdangerous import BadSignature
from werkzeug.exceptions import SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.sansio.utils import host_is_trusted

from kim_web.box import Box, NotOurs, derived
from kim_web.policy import is_static
from kim_web.web import over_https, this_web

# img-src data: is for the icons inside KERN's style sheet.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'{form_targets}",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
COOKIE: Final = "cookie"  # what the key of cookies is derived for
_DAY = 24 * 3600
_YEAR = 365 * _DAY


def add_headers(response: Response) -> Response:
    """Forbid what no page needs; keep pages out of every cache, and let the browser keep static files."""
    response.headers.update(HEADERS)
    targets = "".join(f" {origin}" for origin in this_web().form_targets)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.format(form_targets=targets)
    if isinstance(request.routing_exception, RequestRedirect):  # relative: the name it was asked under may be anybody's
        to = urlsplit(request.routing_exception.new_url)
        response.headers["Location"] = urlunsplit(("", "", f"/{to.path.lstrip('/')}", to.query, ""))
    if over_https():
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}; includeSubDomains"
    if not is_static(request.endpoint):
        response.headers["Cache-Control"] = "no-store"
    elif response.status_code in (200, 304):
        # An address with a fingerprint changes with the content; the fonts, named in style sheets, have none.
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable" if "v" in request.args else f"public, max-age={_DAY}"
    return response


def refuse_foreign_hosts() -> None:
    """Answer only under the names of the house, where it says them. Who watches the process may ask it by address."""
    hosts = [name.strip() for name in this_web().settings.hosts.split(",") if name.strip()]
    if hosts and (request.endpoint or "").split(".")[0] != "health" and not host_is_trusted(request.host, hosts):
        raise SecurityError


class SealedCookie:
    """What a cookie says, closed to all but this service: what was said once names people, and headers are kept in many a proxy's log.

    `before`: the secret that was replaced; what was closed with it still opens.
    """

    def __init__(self, secret: str, before: str = "") -> None:
        self._box = Box(*(derived(one, COOKIE) for one in (secret, before) if one))

    def dumps(self, content: Any) -> str:
        return self._box.close(session_json_serializer.dumps([int(time.time()), content]), COOKIE)

    def loads(self, text: str, max_age: int) -> Any:
        """`max_age` in seconds. Raises BadSignature for what is older, or was not closed by this service."""
        try:
            closed_at, content = session_json_serializer.loads(self._box.open(text, COOKIE))
        except NotOurs as error:
            raise BadSignature("not closed by this service") from error
        if time.time() - closed_at > max_age:
            raise BadSignature("too old")
        return content


class Cookies(SecureCookieSessionInterface):
    """Flask's own cookie: the token of forms, what was said once, a sign-in under way. Who one is stands elsewhere (`signin`)."""

    def get_signing_serializer(self, app: Flask) -> SealedCookie:  # type: ignore[override]
        found: SealedCookie = app.extensions[COOKIE]
        return found

    def get_cookie_name(self, app: Flask) -> str:
        name = f"{super().get_cookie_name(app)}_forms"
        return f"__Host-{name}" if over_https() else name

    def get_cookie_secure(self, app: Flask) -> bool:
        return over_https()
