"""What the server answers by itself to a request that cannot be read: the application, which adds headers to all others, never sees it."""

from __future__ import annotations

import re
from typing import Any, Final

from gunicorn.workers.gthread import ThreadWorker  # type: ignore[import-untyped]

from kim_web.security import CONTENT_SECURITY_POLICY, HEADERS

_STATUS: Final = re.compile(rb"HTTP/1\.1 ([0-9]{3}) ([A-Za-z -]*)\r\n")
_SAID: Final = {
    "de": "Diese Anfrage ist nicht lesbar",
    "en": "This request cannot be read",
}
_TO_DO: Final = {
    "de": (
        "Bitte laden Sie die Seite neu, oder gehen Sie zurück und versuchen Sie es noch einmal. "
        "Bleibt es dabei, löschen Sie die Cookies dieser Adresse."
    ),
    "en": "Please load the page anew, or go back and try again. If that does not help, delete the cookies of this address.",
}
_PAGE: Final = f"""<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8"><title>{_SAID["de"]}</title></head>
<body>
<h1>{_SAID["de"]}</h1>
<p>{_TO_DO["de"]}</p>
<div lang="en">
<h2>{_SAID["en"]}</h2>
<p>{_TO_DO["en"]}</p>
</div>
</body>
</html>
"""


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn's worker of threads, whose own answers are ours."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        super().handle_error(req, _Client(client), addr, exc)


class _Client:
    """The socket of such a request: what is written to it keeps its status alone, and quotes nothing of the request."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def sendall(self, said: bytes) -> None:
        found = _STATUS.match(said)
        self._socket.sendall(answer(*(part.decode() for part in found.groups())) if found else said)


def answer(status: str, reason: str) -> bytes:
    """A whole answer, with the headers of every other one."""
    page = _PAGE.encode()
    headers = {
        **HEADERS,
        "Content-Security-Policy": CONTENT_SECURITY_POLICY.format(form_targets=""),
        "Cache-Control": "no-store",
        "Connection": "close",
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(page)),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n".encode() + page
