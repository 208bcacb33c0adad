"""Vendored files are what their manifests say, each with its licence, and nothing else lies there."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import kim_web
import pytest

VENDOR = Path(kim_web.__file__).parent / "static" / "vendor"


@pytest.mark.parametrize("folder", [path.name for path in sorted(VENDOR.iterdir())])
def test_vendored_files_are_unchanged(folder: str) -> None:
    place = VENDOR / folder
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    there = {str(path.relative_to(place)): sha256(path.read_bytes()).hexdigest() for path in place.rglob("*") if path.is_file()}
    del there["manifest.json"]
    assert there == manifest["sha256"]
    assert any("LICENSE" in name for name in there)
    assert manifest["version"]
