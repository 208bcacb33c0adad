"""What a browser is asked of a page that stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALL_RULES = {"runOnly": {"type": "tag", "values": [*WCAG, "best-practice"]}, "resultTypes": ["violations"]}
NAMES = {**ALL_RULES, "rules": {"color-contrast": {"enabled": False}}}  # for a page whose colours were looked at in another language
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}, "resultTypes": ["violations"]}
PLACES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}, "resultTypes": ["violations"]}
# How the mark of the focus stands out from what it is drawn on: WCAG 1.4.11 wants a contrast of 3.
STANDS_OUT = """
  const paint = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const known = new Map();  // a page has few colours, and many places that have them
  const drawn = colour => {
    if (!known.has(colour)) {
      paint.clearRect(0, 0, 1, 1);
      paint.fillStyle = colour;
      paint.fillRect(0, 0, 1, 1);
      known.set(colour, paint.getImageData(0, 0, 1, 1).data);
    }
    return known.get(colour);
  };
  const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, share, at) => {
    const part = colour[at] / 255;
    return sum + share * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0.05);
  const ground = at => {
    for (let around = at.parentElement; around; around = around.parentElement) {
      const colour = drawn(getComputedStyle(around).backgroundColor);
      if (colour[3] > 127) return colour;
    }
    return drawn("white");
  };
  const standsOut = at => {
    const [one, other] = [light(drawn(getComputedStyle(at).outlineColor)), light(ground(at))];
    return Math.max(one, other) / Math.min(one, other) >= 3;
  };
"""
# Whatever can be focused must look otherwise when it is; the difference is asked of the browser, not of the style sheet.
_UNSEEN_FOCUS = """() => { STANDS_OUT
  const stops = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
    .filter(at => at.checkVisibility() && at.tabIndex >= 0);
  const mark = at => { const style = getComputedStyle(at); return [style.outlineStyle, style.outlineWidth, style.boxShadow].join(" "); };
  const unseen = [];
  for (const at of stops) {
    document.activeElement?.blur();
    const before = mark(at);
    at.focus({focusVisible: true, preventScroll: true});
    if (document.activeElement === at && (mark(at) === before || !standsOut(at))) unseen.push(at.outerHTML.slice(0, 120));
  }
  document.activeElement?.blur();
  return unseen;
}""".replace("STANDS_OUT", STANDS_OUT)
# What a page is on paper: nothing to press or to fill in, every row with its name, no heading over nothing, and nothing beyond the edge.
_ON_PAPER = """() => {
  const seen = at => at.checkVisibility({visibilityProperty: true}) && at.offsetWidth > 1;
  const said = at => (at.innerText ?? "drawn").trim() !== "";
  const found = [];
  for (const at of document.querySelectorAll("nav:not(.kim-breadcrumb), button, input:not([type=hidden]), select, textarea, a.kern-btn"))
    if (seen(at)) found.push(`on paper: ${at.outerHTML.slice(0, 100)}`);
  // German says an act by a verb at the end: Akte schützen
  for (const at of document.querySelectorAll("main a[href]:not(.kim-breadcrumb a)"))
    if (seen(at) && /(^| )[a-zäöüß]+(en|ern|eln)$/.test(at.innerText.trim())) found.push(`an act on paper: ${at.innerText}`);
  for (const at of document.querySelectorAll("tbody th[scope=row]"))
    if (seen(at) && !said(at)) found.push(`a row without its name: ${at.outerHTML.slice(0, 100)}`);
  for (const at of document.querySelectorAll("main :is(h2, h3)")) {
    const below = [];
    const higher = at.tagName === "H2" ? "h1, h2" : "h1, h2, h3";
    for (let next = at.nextElementSibling; next && !next.matches(higher); next = next.nextElementSibling) below.push(next);
    const something = below.some(one => (seen(one) || one instanceof SVGElement) && said(one));
    if (seen(at) && below.length && !something) found.push(`a heading over nothing: ${at.innerText}`);
  }
  return found;
}"""
_CUT_LINES = """() => [...document.querySelectorAll(".kim-lines")].filter(at => at.parentElement.scrollWidth > at.parentElement.clientWidth)
  .map(at => `lines out of sight: ${at.caption.textContent}`)"""
TELEPHONE = 480  # from here down a table of words is lines (kim.css)
PAPER = {"width": 718, "height": 1000}  # A4 upright between margins of a centimetre
_TEXTS = """() => {
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (!walker.currentNode.parentElement.closest("body [lang], datalist")) found.add(walker.currentNode.data.trim());
  }
  for (const name of ["aria-label", "placeholder", "title"])
    for (const at of document.querySelectorAll(`[${name}]`)) found.add(at.getAttribute(name).trim());
  return [...found].filter(text => /[a-zäöü]{2}/i.test(text));
}"""
_GERMAN = re.compile(r"\b(der|die|das|und|oder|nicht|keine?|für|von|mit|zum|zur|ist|wird|noch|heute|bis|vom|am)\b|[äöüß]", re.IGNORECASE)
_PARTS = re.compile(r"\s*[,:;·()–„“]\s*|\s{2,}|\n")


def broken_rules(page: Page, options: dict[str, Any]) -> list[str]:
    """What axe finds against these rules: the rule, and where."""
    if not page.evaluate("typeof axe == 'object'"):
        page.evaluate(AXE_FILE_PATH.read_text(encoding="utf-8"))
    found = page.evaluate("options => axe.run(document, options).then(said => said.violations)", options)
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@contextmanager
def scripts_of_ours(page: Page) -> Iterator[None]:
    """For the block a page that was loaded without script lets the browser run what measures it. Its own scripts stay unread."""
    session = page.context.new_cdp_session(page)
    for off in (True, False):  # a session changes only what it believes to be otherwise
        session.send("Emulation.setScriptExecutionDisabled", {"value": off})
    yield
    session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    session.detach()


def too_wide(page: Page) -> list[str]:
    width, wide = page.evaluate("[innerWidth, document.documentElement.scrollWidth]")
    cut: list[str] = page.evaluate(_CUT_LINES) if width <= TELEPHONE else []
    return [*(f"{wide} pixels wide in a window of {width}" for _ in range(wide > width)), *cut]


def unseen_focus(page: Page) -> list[str]:
    """The link to the content is the first stop, and at every stop the focus can be seen."""
    page.evaluate("document.activeElement?.blur(), scrollTo(0, 0)")
    page.locator("a.kim-skip").focus()
    first = page.evaluate("document.querySelector('a[href], button, input, select, textarea, summary').className")
    said = [] if first == "kim-skip" else [f"begins with {first}, not with the link to the content"]
    page.keyboard.press("Tab")
    if page.evaluate("document.activeElement === document.body || !document.activeElement.matches(':focus-visible')"):
        said.append("the second stop cannot be seen")
    return [*said, *(f"focus cannot be seen on {stop}" for stop in page.evaluate(_UNSEEN_FOCUS))]


def on_paper(page: Page) -> list[str]:
    """What is wrong with the page when it is printed."""
    page.emulate_media(media="print", color_scheme="light")
    page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    found: list[str] = page.evaluate(_ON_PAPER)
    return [*found, *too_wide(page)]


def texts(page: Page) -> set[str]:
    """What can be read on the page, and is not marked as being of another language."""
    return set(page.evaluate(_TEXTS))


def german_parts(alike: set[str], data: str) -> list[str]:
    """Of texts that read the same on the German and the English page, the German parts that are nobody's data."""
    return sorted({part for text in alike for part in _PARTS.split(text) if _GERMAN.search(part) and part not in data})
