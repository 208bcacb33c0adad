"""The glossary names what is in the code, and nothing that is gone."""

import re

from kim_tools.tree import ROOT


def test_every_code_name_of_the_glossary_exists(product_files):
    code = "\n".join(path.read_text(encoding="utf-8") for path in product_files)
    rows = re.findall(r"^\|(?! German|---).*\|([^|]*)\|$", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    names = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(names) > 50
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", code)] == []


def test_no_german_word_has_two_rows():
    words = re.findall(r"^\| (?!German)([^|]+) \|", (ROOT / "docs/glossary.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(words) == len(set(words))
