"""The checker itself: what it must find, and that good pages have none of it."""

from __future__ import annotations

import pytest
from web.static_html import faults

GOOD = """<html lang="de"><head><title>T</title></head><body><main><h1>T</h1>{}</main></body></html>"""


def test_a_good_page_has_no_faults() -> None:
    assert faults(GOOD.format("<p id='a'>x</p><a href='#a'>x</a>")) == []


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<h1>again</h1>", "2 h1"),
        ("<h3>deep</h3>", "h3 after h1: deep"),
        ("<i id='a'></i><i id='a'></i>", "id a 2 times"),
        ("<form method='get'><input name='x'><button>Go</button></form>", "input x has no label"),
        ("<form method='post' action='/x'><button>Go</button></form>", "form to /x is not protected"),
        ("<p style='color: red'>x</p>", "inline style"),
        ("<p onclick='x()'>x</p>", "inline handler onclick"),
        ("<script>x()</script>", "inline script"),
        ("<table><caption>Cap</caption><tr><th>x</th></tr></table>", "th without scope in Cap"),
        ("<table><tr><td>x</td></tr></table>", "table without caption"),
        ("<a href='#gone'>x</a>", "link to #gone, which is nowhere"),
        ("<input aria-label='x' aria-describedby='gone'>", "aria-describedby names gone, which is nowhere"),
        ("<svg></svg>", "svg neither hidden nor named"),
        ("<button></button>", "button without words: None"),
        ("<fieldset id='f'><p>x</p></fieldset>", "fieldset f does not begin with its legend"),
    ],
)
def test_a_careless_template_is_found_out(html: str, fault: str) -> None:
    assert fault in faults(GOOD.format(html))
