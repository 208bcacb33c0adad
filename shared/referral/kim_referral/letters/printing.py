"""Typeset a template to PDF/UA: typst with our own fonts and nothing of the machine's, so that a letter looks the same everywhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

FOLDER = Path(__file__).parent
FONTS = FOLDER.parent / "fonts"


def typeset(template: str, values: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of `letters/<template>.typ`. `values` are plain JSON values; in the template they stay text and are never markup."""
    pdf: bytes = typst.compile(
        str(FOLDER / f"{template}.typ"),
        root=str(FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
        pdf_standards=["ua-1"],
        timestamp=int(at.timestamp()),
    )
    return pdf


def qr_code(text: str) -> str:
    """A QR code as SVG."""
    drawn = BytesIO()
    segno.make(text, error="m").save(drawn, kind="svg", border=2, scale=4)
    return drawn.getvalue().decode()
