"""What services ask: discovery, keys, authorization, token, who somebody is, and signing out."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from authlib.oauth2 import OAuth2Error
from flask import g, jsonify, request, session, url_for
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from kim_web import sessions
from kim_web.oidc import END_ENDPOINT, LOCK_ENDPOINT, SESSIONS_PAGE
from kim_web.page import OPEN, Pages, render
from kim_web.policy import way_out
from kim_web.signin import authorization, let_go
from sqlalchemy import Row, select
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from kim_login import accounts
from kim_login.audit import note, note_program, note_refused_client
from kim_login.leaving import tell, whom_to_tell
from kim_login.pages.desk_lock import wake, who_sits_here
from kim_login.protocol import LEFT, SCOPES, audience
from kim_login.provider import this_provider
from kim_login.tables import reached

pages = Pages("endpoints", __name__)
ANEW = "login"  # the value of `prompt` with which a service asks that the person show anew who it is
BACK = "back"  # where somebody who is asked whether to leave goes afterwards; in the signed cookie


@pages.get("/.well-known/openid-configuration")
@pages.guard(OPEN)
def discovery() -> Response:
    issuer = this_provider().settings.issuer
    return jsonify(
        issuer=issuer,
        authorization_endpoint=f"{issuer}{url_for('endpoints.authorize')}",
        token_endpoint=f"{issuer}{url_for('endpoints.token')}",
        userinfo_endpoint=f"{issuer}{url_for('endpoints.userinfo')}",
        jwks_uri=f"{issuer}{url_for('endpoints.keys')}",
        end_session_endpoint=f"{issuer}{url_for('endpoints.leave')}",
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "client_credentials"],
        subject_types_supported=["public"],
        id_token_signing_alg_values_supported=["RS256"],
        token_endpoint_auth_methods_supported=["client_secret_basic", "client_secret_post"],
        code_challenge_methods_supported=["S256"],
        scopes_supported=sorted(SCOPES),
        claims_supported=["sub", "name", "preferred_username", "organisation", "roles", "sites", "staff"],
        prompt_values_supported=["none", "login"],
        authorization_response_iss_parameter_supported=True,
        backchannel_logout_supported=True,
        backchannel_logout_session_supported=True,
        **{
            LOCK_ENDPOINT: f"{issuer}{url_for('desk_lock.lock_session')}",
            END_ENDPOINT: f"{issuer}{url_for('desk_lock.end_sessions')}",
            SESSIONS_PAGE: f"{issuer}{url_for('own_sessions.show')}",
        },
    )


@pages.get("/jwks")
@pages.guard(OPEN)
def keys() -> Response:
    return jsonify(this_provider().protocol.keys.public())


@pages.get("/authorize")
@pages.guard(OPEN)
def authorize() -> Any:
    """A service asks who sits there: the sign-in page where that is not known, else straight back with a code."""
    protocol = this_provider().protocol
    account = None
    wake()
    if g.get("session") is not None:
        with protocol.database.read() as rows:
            account = accounts.by_id(rows, g.session.actor_id)
    try:
        grant = protocol.server.get_consent_grant(end_user=account)
    except OAuth2Error as refused:
        if refused.redirect_uri:
            return protocol.server.handle_error_response(protocol.server.create_oauth2_request(None), refused)
        return render("login/refused.html"), 400
    address = _without_fragment(request.full_path)
    answered = session.pop("shown_anew", "") == address  # by a sign-in for this very question, and not for an earlier one
    if account is None or (ANEW in request.args.get("prompt", "").split() and not answered):
        session["next"] = address
        return redirect(url_for("signing_in.show"), 303)
    return protocol.server.create_authorization_response(grant=grant, grant_user=account)


@pages.post("/token")
@pages.guard(OPEN)
def token() -> Any:
    """A code for tokens, or a program's own token. Which program came in is written, and whatever was refused."""
    protocol = this_provider().protocol
    answer = protocol.server.create_token_response()
    given = authorization()
    named = (given.username if given is not None and given.type == "basic" else request.form.get("client_id")) or ""
    client = protocol.client(named)
    if answer.status_code >= 400:
        reason = "code_used_again" if g.get("code_used_again") else (answer.get_json(silent=True) or {}).get("error", "")
        note_refused_client(client, "token", str(reason))
    elif client is not None and request.form.get("grant_type") == "client_credentials":
        with protocol.database.write() as rows:
            note_program(rows, client, audience())
    return answer


@pages.get("/userinfo")
@pages.guard(OPEN)
def userinfo() -> Response:
    """Who the bearer of a person's access token is, as long as the sign-in it came from lasts."""
    protocol = this_provider().protocol
    given = authorization()
    try:
        claims = _own_token(given.token or "") if given is not None and given.type == "bearer" else {}
    except (JoseError, ValueError):
        claims = {}
    account = None
    if claims.get("aud") == protocol.settings.issuer:
        with protocol.database.read() as rows:
            if accounts.has_session(rows, str(claims.get("sub", "")), str(claims.get("sid", ""))):
                account = accounts.by_id(rows, str(claims["sub"]))
    if account is None:
        refused = jsonify({"error": "invalid_token"})
        refused.status_code = 401
        refused.headers["WWW-Authenticate"] = 'Bearer error="invalid_token"'
        return refused
    return jsonify(protocol.claims_of(account))


@pages.get("/abmelden")
@pages.guard(OPEN)
@way_out
def leave() -> Any:
    """A service sends the browser of somebody who leaves, and names the session of ours that led there. Where it names none, or somebody
    else sits here now, the person is asked.
    """
    asking, account_id, session_id = _who_leaves()
    back = _way_back(asking)
    here = who_sits_here()
    if (not account_id and not (here is None and back)) or (here is not None and here.actor_id != account_id):
        session[BACK] = back
        return render("login/leave.html", name=here.actor["name"] if here is not None else "")  # perhaps somebody else sits here now
    if account_id:
        _end(account_id, session_id)
    response = redirect(back or url_for("signing_in.left"), 303)
    let_go(response)  # type: ignore[arg-type]
    return response


@pages.post("/abmelden")
@pages.guard(OPEN)
@way_out
def leave_indeed() -> Response:
    here, back = who_sits_here(), session.pop(BACK, "")
    if here is not None:
        _end(here.actor_id, here.id)
    response = redirect(back or url_for("signing_in.left"), 303)
    let_go(response)  # type: ignore[arg-type]
    return response


def _who_leaves() -> tuple[str, str, str]:
    """Which service sends the browser, whose session ends, and which; empty: nobody's that is known.

    `logout_hint` is the id of a session, which says nothing of anybody and services alone know; `id_token_hint` is what the standard has.
    """
    client_id = request.args.get("client_id", "")
    named = {"session_id": request.args.get("logout_hint", ""), "client_id": client_id}
    with this_provider().protocol.database.read() as rows:
        led = rows.execute(select(reached).filter_by(**named)).first()
    if led is not None:
        return client_id, led.account_id, led.session_id
    try:
        hint = _own_token(request.args.get("id_token_hint", ""), still_valid=False)
    except (JoseError, ValueError):
        return client_id, "", ""
    audience = hint.get("aud", client_id)
    return str(audience[0] if isinstance(audience, list) and audience else audience), str(hint.get("sub", "")), str(hint.get("sid", ""))


def _way_back(client_id: str) -> str:
    """Where a service wants whoever leaves to come out, if that is its own page for it."""
    client, back = this_provider().protocol.client(client_id), request.args.get("post_logout_redirect_uri", "")
    if client is None or back != f"{client.row.base}{LEFT}":
        return ""
    return f"{back}?{urlencode({'state': request.args['state']})}" if "state" in request.args else back


def _end(account_id: str, session_id: str) -> None:
    """End this session, and the one of this browser if it is another of the same person; tell the services they led to."""
    protocol = this_provider().protocol
    here = who_sits_here()
    ids = {session_id, here.id if here is not None else session_id} - {""}
    told: list[Row[Any]] = []
    with protocol.database.write() as rows:
        leaves = accounts.by_id(rows, account_id) if any(accounts.has_session(rows, account_id, one) for one in ids) else None
        if leaves is not None:
            note(rows, "signed_out", leaves)
        for one in sorted(ids):
            sessions.end_own(rows, account_id, one)
            told += whom_to_tell(rows, session_id=one)
    session.clear()
    tell(protocol, told)


def _own_token(text: str, *, still_valid: bool = True) -> dict[str, Any]:
    """The claims of a token this provider signed. Raises JoseError, ValueError."""
    protocol = this_provider().protocol
    read = jwt.decode(text, protocol.keys.all, registry=JWSRegistry(algorithms=["RS256"], strict_check_header=False))
    if read.claims.get("iss") != protocol.settings.issuer:
        raise ValueError("another issuer")
    if still_valid:
        jwt.JWTClaimsRegistry(exp={"essential": True}).validate(read.claims)
    return dict(read.claims)


def _without_fragment(address: str) -> str:
    """The address to come back to after signing in."""
    parts = urlsplit(address)
    return f"{parts.path}?{urlencode([(name, value) for name, value in parse_qsl(parts.query)])}"
