"""What can be seen to be wrong with a page without a browser: `faults(html)` lists it, empty when nothing is.

Covers about what a careless template breaks: labels, ids, headings, tables, forms without protection, anything a strict content security
policy would block. axe in a browser finds more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import html as lxml_html
from lxml.html import HtmlElement

REFERENCES = ("for", "list", "aria-describedby", "aria-labelledby", "aria-controls")
LABELLED = "//input[not(@type='hidden' or @type='submit')] | //select | //textarea"


def faults(html: str) -> list[str]:
    page = lxml_html.document_fromstring(html)
    return [fault for check in CHECKS for fault in check(page)]


def _document(page: HtmlElement) -> Iterator[str]:
    if not page.get("lang"):
        yield "html has no lang"
    if not page.xpath("normalize-space(string(//title))"):
        yield "no title"
    if len(page.xpath("//h1")) != 1:
        yield f"{len(page.xpath('//h1'))} h1"
    if len(page.xpath("//main")) != 1:
        yield f"{len(page.xpath('//main'))} main"
    level = 0
    for heading in page.xpath("//h1|//h2|//h3|//h4"):
        own = int(heading.tag[1])
        if own > level + 1:
            yield f"{heading.tag} after h{level}: {_text(heading)}"
        level = own


def _ids(page: HtmlElement) -> Iterator[str]:
    counted = Counter(page.xpath("//@id"))
    yield from (f"id {name} {count} times" for name, count in counted.items() if count > 1)
    for attribute in REFERENCES:
        for value in page.xpath(f"//@{attribute}"):
            yield from (f"{attribute} names {name}, which is nowhere" for name in value.split() if name not in counted)
    for target in page.xpath("//a[starts-with(@href, '#')]/@href"):
        if target[1:] not in counted:
            yield f"link to {target}, which is nowhere"


def _labels(page: HtmlElement) -> Iterator[str]:
    labelled = set(page.xpath("//label/@for"))
    for field in page.xpath(LABELLED):
        if field.get("id") not in labelled and not field.get("aria-label") and not field.xpath("ancestor::label"):
            yield f"{field.tag} {field.get('name')} has no label"
    for group in page.xpath("//fieldset"):
        if len(group) == 0 or group[0].tag != "legend":
            yield f"fieldset {group.get('id')} does not begin with its legend"
    for control in page.xpath("//button | //a[@href]"):
        if not _text(control) and not control.get("aria-label"):
            yield f"{control.tag} without words: {control.get('href') or control.get('name')}"


def _tables(page: HtmlElement) -> Iterator[str]:
    for table in page.xpath("//table"):
        if not table.xpath("./caption"):
            yield "table without caption"
        if table.xpath(".//th[not(@scope)]"):
            yield f"th without scope in {_text(table.xpath('./caption')[0]) if table.xpath('./caption') else 'a table'}"
    for picture in page.xpath("//*[local-name()='svg']"):
        if not picture.get("aria-hidden") and not (picture.get("role") == "img" and picture.get("aria-label")):
            yield "svg neither hidden nor named"
    if page.xpath("//img[not(@alt)]"):
        yield "img without alt"


def _forms(page: HtmlElement) -> Iterator[str]:
    for form in page.xpath("//form"):
        if form.get("method", "").lower() == "post" and not form.xpath(".//input[@name='csrf_token']"):
            yield f"form to {form.get('action')} is not protected"
        if not form.xpath(".//button"):
            yield f"form to {form.get('action')} has no button"
    if len(page.xpath("//*[@autofocus]")) > 1:
        yield "more than one autofocus"
    keys = Counter(page.xpath("//@accesskey"))
    yield from (f"accesskey {key} {count} times" for key, count in keys.items() if count > 1)


def _policy(page: HtmlElement) -> Iterator[str]:
    if page.xpath("//@style") or page.xpath("//style"):
        yield "inline style"
    if page.xpath("//script[not(@src)]"):
        yield "inline script"
    for name in {str(attribute.attrname) for attribute in page.xpath("//@*")}:
        if re.match(r"on[a-z]+$", name):
            yield f"inline handler {name}"
    if page.xpath("//@href[starts-with(., 'javascript:')]"):
        yield "javascript: address"


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


CHECKS = (_document, _ids, _labels, _tables, _forms, _policy)
