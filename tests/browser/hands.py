"""What people do on a form, and where they look, by the words they read."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect


def await_focus(page: Page) -> None:
    """Wait until the field a page starts in has the focus: it comes with a drawing, after the page; keys pressed sooner go nowhere."""
    expect(page.locator("[autofocus]")).to_be_focused()


def labelled(within: Page | Locator, label: str) -> Locator:
    """The field with that label; „– freiwillig“ may follow it."""
    return within.get_by_label(re.compile(rf"^{re.escape(label)}(\s*– .*)?$")).first


def fill(within: Page | Locator, answers: dict[str, str]) -> None:
    """Write the answers into the fields with these labels; of a list, the entry with these words is chosen."""
    for label, answer in answers.items():
        field_of = labelled(within, label)
        if field_of.evaluate("at => at.tagName") == "SELECT":
            field_of.select_option(label=answer)
        else:
            field_of.fill(answer)
            field_of.blur()


def choose(page: Page, question: str, *answers: str) -> None:
    """Tick the answers to a question that shows them all."""
    group = page.get_by_role("group", name=re.compile(f"^{re.escape(question)}"))
    for answer in answers:
        group.get_by_label(answer, exact=True).check()


def said(page: Page) -> Locator:
    """What the page says about what was just done."""
    return page.locator("main [role=status], main [role=alert]").first


def fact(page: Page, term: str) -> Locator:
    """What stands beside a term on a page's list of facts."""
    return page.locator("dl div").filter(has=page.locator("dt", has_text=re.compile(rf"^{re.escape(term)}$"))).locator("dd").first


def refusal(page: Page) -> str:
    """What a form that came back says is wrong with it."""
    return " / ".join(page.locator(".kim-errors").all_inner_texts())
