"""Sending hostile input, and looking at what came back: `Attack.send(n)` fills `findings`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

from kim_web.policy import OPEN, SIGNED_IN, action_of
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from abuse import hostile, names, pages, unseen
from abuse.bodies import Operation, operations
from abuse.pages import Form
from abuse.stage import OF_A_REFUSAL, Person, Target

TRACES = ("Traceback (most recent call last)", 'File "/', "sqlalchemy.", "sqlite3.", "werkzeug.", "jinja2.")
UNAUTHORIZED = 401
AT_THE_DOOR = frozenset({308, 400, UNAUTHORIZED, 403, 404, 405, 413, 415, 429})
PLAUSIBLE = ("Anna Beispiel", "1", "15.8.2022", "12,50", "ukr", "2", "case_management", "anna@example.org")


@dataclass(frozen=True)
class Finding:
    """What did not hold. `input` is shortened; the seed sends it again."""

    what: str
    target: str
    route: str
    kind: str
    input: str


class Attack:
    """All that can be sent to some targets, chosen by one seed."""

    def __init__(self, targets: list[Target], seed: int, depth: int = 120) -> None:
        self.random = Random(seed)
        self.targets = targets
        self.sent: Counter[str] = Counter()
        self.without_right = 0  # how many forms and commands were sent by somebody who may not, too
        self.statuses: Counter[int] = Counter()
        self.busy = 0  # answers that something is busy or away, with when to come again
        self.findings: dict[tuple[str, str, str], Finding] = {}
        self._forms: list[tuple[Target, Person, Form]] = []
        self._addresses: dict[str, list[str]] = {}
        self._operations = {target.name: operations(target) for target in targets}
        self._ids: dict[str, unseen.Ids] = {}
        for target in targets:
            seen: set[str] = set()
            for person in target.people:
                addresses, forms = pages.explore(target, person, depth)
                seen.update(addresses)
                self._forms += [(target, person, form) for form in forms]
            self._addresses[target.name] = sorted(seen)
        self.found_forms = len(self._by_route())
        for target in targets:
            on_pages = {route for name, route in self._by_route() if name == target.name}
            ids = self._ids[target.name] = unseen.Ids(target)
            for form in unseen.forms(target, on_pages, self._operations[target.name], ids, self.random):
                roles = self._roles_of(target, form)
                may = [one for one in target.people if roles is None or (one.actor and not one.actor.roles.isdisjoint(roles))]
                self._forms.append((target, self.random.choice(may or target.people), form))
        self.forms = len(self._by_route())
        # In turn, so that none is left out.
        self._next_form = cycle(self.random.sample(list(self._by_route().values()), self.forms))
        self._next_operation = cycle(self._all_operations())
        self.looked_at: Counter[tuple[str, str]] = Counter()  # by target and route: answers that came from behind the door

    def _by_route(self) -> dict[tuple[str, str], list[tuple[Target, Person, Form]]]:
        found: dict[tuple[str, str], list[tuple[Target, Person, Form]]] = {}
        for target, person, form in self._forms:
            found.setdefault((target.name, pages.route_of(target, form.action, form.method)), []).append((target, person, form))
        return found

    def _all_operations(self) -> list[tuple[Target, Operation]]:
        found = [(target, one) for target in self.targets for one in self._operations[target.name]]
        return self.random.sample(found, len(found))

    @property
    def only_at_the_door(self) -> list[str]:
        """Forms and operations of which no answer came but that it is not for this person, not there, or not readable."""
        known = [*self._by_route(), *((target.name, _as_rule(one.template)) for target, one in self._all_operations())]
        return sorted({f"{name} {route}" for name, route in known if not self.looked_at[name, _as_rule(route)]})

    @property
    def requests(self) -> int:
        return self.sent.total()

    @property
    def found_operations(self) -> int:
        return sum(map(len, self._operations.values()))

    def send(self, number: int) -> None:
        ways: tuple[Callable[[], None], ...] = (
            self._form, self._form, self._form,
            self._call, self._call, self._body, self._path, self._query, self._head, self._without_token,
        )  # fmt: skip
        for turn in range(number):
            ways[turn % len(ways)]()

    def _form(self) -> None:
        """A form as it stands on a page, but for one value: from somebody who may not send it, and from somebody who may."""
        target, person, form = self.random.choice(next(self._next_form))
        fields = [(name, value if value or self.random.random() < 0.3 else self._plausible(form, name)) for name, value in form.fields]
        own = [place for place, (name, _value) in enumerate(fields) if name != pages.TOKEN]
        kind, value = hostile.text(self.random)
        for place in self.random.sample(own, min(len(own), self.random.choice((1, 1, 1, 2, 5)))):
            fields[place] = (fields[place][0], value)
        if self.random.random() < 0.1 and own:
            fields.append((fields[self.random.choice(own)][0], value))  # a repeated field
            kind = "repeated field"
        if (stranger := self._without_right(target, self._roles_of(target, form))) is not None:
            answer = self._submit(target, stranger, form, fields, kind)
            if answer.status_code < 400 and not _to_sign_in(answer):
                self._found("taken from somebody who may not", target, f"{form.method} {form.action}", kind, str(fields)[:300])
        self._submit(target, person, form, fields, kind)

    def _without_token(self) -> None:
        posts = [entry for entry in self._forms if entry[2].method == "POST" and entry[2].page != unseen.NO_PAGE]
        target, person, form = self.random.choice(posts)
        token = self.random.choice(("", "x", hostile.MARK, "IjAi.Zz.zz"))
        fields = [(name, token if name == pages.TOKEN else value) for name, value in form.fields]
        answer = self._submit(target, person, form, fields, "form token")
        if answer.status_code not in {400, 401, 403, 404, 413} and not _to_sign_in(answer):
            self._found("a form without its token was taken", target, form.action, "form token", str(fields))

    def _submit(self, target: Target, person: Person, form: Form, fields: list[tuple[str, str]], kind: str) -> TestResponse:
        if form.method == "GET":
            return self._ask(target, person, kind, "GET", form.action, query_string=urlencode(fields, errors="surrogatepass"))
        if kind == "form token":
            return self._post(target, person, form, fields, kind)
        answer = self._post(target, person, form, [(name, person.token if name == pages.TOKEN else value) for name, value in fields], kind)
        if _to_sign_in(answer) or "veraltet" in answer.text:  # signed out by what was sent before
            person.sign_in_anew()
            page = person.browser.get(form.page)
            if page.status_code in {302, 303} and (page.location or "").startswith("/") and not _to_sign_in(page):
                page = person.browser.get(page.location)  # from the beginning to the page one begins at
            if page.status_code == 200 and page.mimetype == "text/html":
                person.token = pages.read(form.page, page.text)[2] or person.token
            target.commits.since()
            answer = self._post(target, person, form, [(n, person.token if n == pages.TOKEN else value) for n, value in fields], kind)
        return answer

    def _post(self, target: Target, person: Person, form: Form, fields: list[tuple[str, str]], kind: str) -> TestResponse:
        body = urlencode(fields).encode()
        return self._ask(target, person, kind, "POST", form.action, data=body, content_type="application/x-www-form-urlencoded")

    def _plausible(self, form: Form, name: str) -> str:
        return self.random.choice(form.choices.get(name) or PLAUSIBLE)

    def _call(self) -> None:
        """A request to the JSON door that is as described, but for one value."""
        target, person, operation = self._operation()
        body = operation.body(self.random)
        kind, value = hostile.json_value(self.random)
        if isinstance(body, dict) and body:
            body[self.random.choice(list(body))] = value
        if self.random.random() < 0.1 and isinstance(body, dict):
            body[hostile.MARK] = value
        path = self._address(target, operation)
        sent: dict[str, Any] = {"json": body}
        if (stranger := self._without_right(target, operation.roles)) is not None:
            answer = self._ask(target, stranger, f"json: {kind}", operation.method, path, headers=stranger.headers, **sent)
            if answer.status_code not in {400, 401, 403, 404, 405, 413}:
                self._found("answered to somebody who may not", target, f"{operation.method} {operation.template}", kind, str(body)[:300])
        if self._ask(target, person, f"json: {kind}", operation.method, path, headers=person.headers, **sent).status_code == UNAUTHORIZED:
            person.sign_in_anew()  # the key was revoked by what was sent before
            target.commits.since()
            self._ask(target, person, f"json: {kind}", operation.method, path, headers=person.headers, **sent)

    def _body(self) -> None:
        kind, content_type, body = self.random.choice(hostile.BODIES)
        if self.random.random() < 0.5:
            target, person, operation = self._operation()
            path = self._address(target, operation)
            self._ask(target, person, kind, operation.method, path, data=body, content_type=content_type, headers=person.headers)
        else:
            target, person, form = self.random.choice(self._forms)
            body += b"&csrf_token=" + person.token.encode() if "form" in kind or "fields" in kind else b""
            self._ask(target, person, kind, "POST", form.action, data=body, content_type=content_type)

    def _path(self) -> None:
        target = self.random.choice(self.targets)
        rule = self.random.choice([rule for rule in target.app.url_map.iter_rules() if rule.arguments])
        kind, value = hostile.text(self.random)
        written = self.random.choice((quote(value, safe=""), quote(value[:300], safe="/."), "%ff%fe", "%00", "a" * 3_000))
        path = re.sub(r"<[^>]+>", lambda _found: written, rule.rule)
        method = self.random.choice(sorted((rule.methods or set()) - {"OPTIONS"}))
        person = self.random.choice(target.people)
        extra = {"json": {}} if method in {"POST", "PUT", "PATCH"} and path.startswith("/api") else {}
        self._ask(target, person, f"path: {kind}", method, path, headers=person.headers, **extra)

    def _query(self) -> None:
        target = self.random.choice(self.targets)
        address = self.random.choice([*self._addresses[target.name], "/anmelden", "/?lang=en"])
        kind, value = hostile.text(self.random)
        names = [
            "next",
            "lang",
            "q",
            "cursor",
            "limit",
            "page",
            "from",
            "to",
            "state",
            "day",
            "v",
            hostile.MARK,
            *self._query_names(target),
        ]
        query = "&".join(f"{quote(self.random.choice(names))}={quote(value[:4000])}" for _turn in range(self.random.choice((1, 1, 3, 50))))
        if self.random.random() < 0.1:
            query = self.random.choice(("%ff%fe=%ff", "=&=&&;", "a[]=1&a[b]=2", "%00=%00", "&" * 2_000))
        person = self.random.choice(target.people)
        path = address.partition("?")[0]
        if path.startswith("/abmelden"):
            return
        self._ask(target, person, f"query: {kind}", "GET", path, query_string=query, headers=person.headers)

    def _head(self) -> None:
        """Odd headers and odd methods."""
        target = self.random.choice(self.targets)
        person, address = self.random.choice(target.people), self.random.choice(self._addresses[target.name])
        if self.random.random() < 0.3:
            self._ask(target, person, "method", self.random.choice(hostile.METHODS), address)
        else:
            self._ask(target, person, "header", "GET", address, headers=self.random.choice(hostile.HEADERS))

    def _address(self, target: Target, operation: Operation) -> str:
        """Of a thing there is, or of anything."""
        if self.random.random() < 0.5:
            return self._ids[target.name].fill(operation.template, self.random)
        return operation.path(self.random, self.random.choice(self._identifiers(target)))

    def _operation(self) -> tuple[Target, Person, Operation]:
        """A command, and somebody who may give it, where anybody may."""
        target, operation = next(self._next_operation)
        may = [person for person in target.people if person.actor and operation.allowed(person.actor.roles)]
        return target, self.random.choice(may or target.people), operation

    def _without_right(self, target: Target, roles: frozenset[str] | None) -> Person | None:
        """Somebody, signed in or not, who may not do what these roles may; None: whoever is signed in may."""
        if roles is None:
            return None
        self.without_right += 1
        return self.random.choice([one for one in target.people if not one.actor or one.actor.roles.isdisjoint(roles)])

    def _roles_of(self, target: Target, form: Form) -> frozenset[str] | None:
        try:
            endpoint, _values = target.app.url_map.bind("localhost").match(form.action, method=form.method)
        except HTTPException:
            return None
        action = action_of(target.app, endpoint, form.method)
        if action in {OPEN, SIGNED_IN, None}:
            return None
        permissions: dict[str, frozenset[str]] = target.app.extensions["kim_web"].doors.permissions
        return permissions.get(str(action), frozenset())

    def _identifiers(self, target: Target) -> list[str]:
        """Ids as they stand in the addresses seen, and ones of nothing."""
        return [*{part for address in self._addresses[target.name] for part in address.split("/") if len(part) > 8}, *hostile.TEXTS["id"]]

    def _query_names(self, target: Target) -> list[str]:
        return sorted({name for one, _person, form in self._forms if one is target for name, _value in form.fields})[:40]

    def _ask(self, target: Target, person: Person, kind: str, method: str, path: str, **sent: Any) -> TestResponse:
        self.sent[kind.partition(":")[0] if not kind.startswith("json: ") else "json"] += 1
        target.commits.since()
        try:
            answer = person.browser.open(path, method=method, **sent)
        except UnicodeError:  # the client cannot even write it down, as no browser could
            return TestResponse(iter(()), "400", {}, person.browser.get("/healthz").request)
        except Exception as error:  # noqa: BLE001 - whatever comes out of the application is a finding
            self._found(f"ended without an answer: {type(error).__name__}", target, f"{method} {path[:60]}", kind, str(sent)[:300])
            return TestResponse(iter(()), "500", {}, person.browser.get("/healthz").request)
        self.statuses[answer.status_code] += 1
        self._look(target, answer, kind, method, path, str(sent)[:300])
        return answer

    def _look(self, target: Target, answer: TestResponse, kind: str, method: str, path: str, sent: str) -> None:
        route = f"{method} {pages.route_of(target, path, method)}"
        written = target.commits.since()
        text = answer.get_data(as_text=True) if answer.mimetype.startswith(("text/", "application/json", "application/problem")) else ""
        busy = answer.status_code in {502, 503} and "Retry-After" in answer.headers
        self.busy += busy
        if answer.status_code not in AT_THE_DOOR and not _to_sign_in(answer):
            self.looked_at[target.name, _as_rule(route.partition(" ")[2])] += 1
        if answer.status_code >= 500 and not busy:
            self._found(f"answered {answer.status_code}", target, route, kind, sent)
        if any(trace in text for trace in TRACES):
            self._found("shows the text of an error", target, route, kind, sent)
        if answer.mimetype == "text/html" and "<kim-mark" in text:
            self._found("gives markup back unescaped", target, route, kind, sent)
        if any("kim=1" in value for name, value in answer.headers if name == "Set-Cookie"):
            self._found("lets a header be set", target, route, kind, sent)
        if (answer.location or "").startswith(("//", "https://evil", "http://evil", "javascript:", "\\")):
            self._found("leads to a foreign place", target, route, kind, sent)
        if method == "POST" and not kind.startswith("path") and (telling := names.in_headers(answer)):  # else it stood in the address
            self._found(f"says a name in {', '.join(telling)}", target, route, kind, sent)
        if answer.status_code >= 400 and (kept := {name for name in written if not OF_A_REFUSAL.fullmatch(name)}):
            self._found(f"refused with {answer.status_code} and kept something in {', '.join(sorted(kept))}", target, route, kind, sent)

    def look_around(self, logged: Iterable[str]) -> None:
        """What the targets say beside their answers, to those who run them, once all is sent."""
        for line in names.in_logs(logged):
            self._found("says a name in the log", self.targets[0], line, names.KIND, "")
        for target in self.targets:
            for where in names.kept(target):
                self._found(f"says a name in {where}", target, "", names.KIND, "")

    def _found(self, what: str, target: Target, route: str, kind: str, sent: str) -> None:
        self.findings.setdefault((what, target.name, route), Finding(what, target.name, route, kind, sent))


def _as_rule(template: str) -> str:
    """An address with ids in it, however they are written."""
    return re.sub(r"[<{](?:\w+:)?\w+[>}]", "<>", template)


def _to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code in {302, 303} and (answer.location or "").startswith(("/anmelden", "/gesperrt"))
