"""What the foreign provider is made of is pinned, each package with its hash, and nobody is told where to fetch it."""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent


def test_each_package_of_the_provider_is_pinned_by_its_hash_and_no_host_is_named() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text(encoding="utf-8"))
    wanted = json.loads((HERE / "package.json").read_text(encoding="utf-8"))
    root = lock["packages"].pop("")
    assert root["dependencies"] == wanted["dependencies"]
    assert lock["packages"]
    for place, package in lock["packages"].items():
        assert package["integrity"].startswith("sha512-"), place
        assert "resolved" not in package, place
