"""Somebody at a browser, over real sockets: every address asked for and every header that came back is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from lxml import html as lxml_html

PATIENCE = 30


@dataclass(frozen=True, slots=True)
class Exchange:
    """What a proxy in between would have seen without opening the body."""

    url: str
    status: int
    headers: str


@dataclass
class Visitor:
    """`base` is the service's address. A form is filled as it came, with `answers` over it; what was not asked is an error."""

    base: str
    kept: list[Exchange]
    session: requests.Session = field(default_factory=requests.Session)
    url: str = ""
    text: str = ""

    def __post_init__(self) -> None:
        self.session.headers["Connection"] = "close"  # the server hangs up on a body that it did not read

    def sign_in(self, login: str, password: str) -> Visitor:
        self.get("/anmelden")
        self.submit("login", login=login, password=password)
        assert urlsplit(self.url).netloc == urlsplit(self.base).netloc, f"not signed in: {self.url}"
        return self

    def get(self, path: str, answers_with: int = 200) -> Visitor:
        return self._take(self.session.get(urljoin(self.base, path), timeout=PATIENCE), answers_with)

    def post(self, path: str, data: Any = None, answers_with: int = 200, **more: Any) -> Visitor:
        return self._take(self.session.post(urljoin(self.base, path), data=data, timeout=PATIENCE, **more), answers_with)

    def ask(self, method: str, path: str) -> None:
        """Whatever the answer is."""
        answer = self.session.request(method, urljoin(self.base, path), timeout=PATIENCE, allow_redirects=False)
        self._take(answer, answer.status_code)

    def submit(self, to: str, answers_with: int = 200, **answers: Any) -> Visitor:
        """Send the form whose address ends with `to`, or that has a field of that name, or a button outside of it that leads to `to`."""
        buttons = self._page().xpath("//button[@form][@formaction=$to]", to=to)
        form = self._page().get_element_by_id(buttons[0].get("form")) if buttons else self._form(to)
        told = [(name, value) for name, value in form.form_values() if name not in answers]
        told += [(one.get("name"), one.get("value")) for one in buttons]
        names = {at.get("name") for at in form.xpath(".//input|.//select|.//textarea|.//button")}
        assert set(answers) <= names, f"{set(answers) - names} is not asked at {self.url}; asked are {sorted(filter(None, names))}"
        for name, answer in answers.items():
            told += [(name, one) for one in (answer if isinstance(answer, (list, tuple)) else [answer])]
        answer_to = urljoin(self.url, to if buttons else form.get("action") or "")
        if (form.get("method") or "get").lower() == "get":
            return self._take(self.session.get(answer_to, params=told, timeout=PATIENCE), answers_with)
        return self._take(self.session.post(answer_to, data=told, timeout=PATIENCE), answers_with)

    def follow(self, words: str) -> Visitor:
        """The first link with these words in its text."""
        found = self._page().xpath("//a[contains(normalize-space(.), $words)]/@href", words=words)
        assert found, f"no link {words!r} at {self.url}"
        return self.get(urljoin(self.url, str(found[0])))

    @property
    def links(self) -> list[str]:
        return [str(href) for href in self._page().xpath("//main//a/@href")]

    def choice(self, name: str, words: str) -> str:
        """The value of the entry with these words in a list."""
        found = self._page().xpath("//select[@name=$name]/option[contains(., $words)]/@value", name=name, words=words)
        assert found, f"no entry {words!r} for {name} at {self.url}"
        return str(found[0])

    @property
    def last_id(self) -> str:
        """The id at the end of the address of this page."""
        return urlsplit(self.url).path.rstrip("/").rpartition("/")[2]

    def _form(self, to: str) -> Any:
        forms = self._page().forms
        for form in forms:
            action = urlsplit(form.get("action") or "").path
            if action.endswith(to) or form.xpath(".//*[@name=$name]", name=to):
                return form
        raise AssertionError(f"no form {to!r} at {self.url}; there are {[form.get('action') for form in forms]}")

    def _page(self) -> Any:
        return lxml_html.document_fromstring(self.text.encode())

    def _take(self, answer: requests.Response, status: int) -> Visitor:
        for one in (*answer.history, answer):
            self.kept.append(Exchange(one.request.url or "", one.status_code, "\n".join(f"{n}: {v}" for n, v in one.headers.items())))
        self.url, self.text = answer.url, answer.text
        assert answer.status_code == status, f"{answer.status_code} at {self.url}: {self._said()}"
        return self

    def _said(self) -> str:
        if not self.text.startswith("<"):
            return self.text[:500]
        return " | ".join(" ".join(at.text_content().split()) for at in self._page().xpath("//main//*[@role='alert']|//main//h1"))[:800]
