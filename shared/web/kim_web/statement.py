"""The accessibility statement every service has, open to everybody."""

from __future__ import annotations

from kim_web.page import OPEN, Pages, render

statement = Pages("statement", __name__)


@statement.get("/barrierefreiheit")
@statement.guard(OPEN)
def accessibility() -> str:
    return render("account/accessibility.html")
