"""Fetch the vendored front-end files anew: `python shared/web/refresh_vendored.py`. Needs npm; runs no install script.

The files are kept as they come, each package with its licence and a manifest (name, version, sha256). Own rules stand in `kim.css`.
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

VENDOR = Path(__file__).parent / "kim_web" / "static" / "vendor"


@dataclass(frozen=True)
class Vendored:
    """`files` maps a path in the package to the path it has here."""

    folder: str
    name: str
    version: str
    licence: str
    files: dict[str, str]


FIRA = ("Regular", "Medium", "SemiBold", "Bold")
NOTO = ("Regular", "Bold")

PACKAGES = (
    Vendored(
        folder="kern",
        name="@kern-ux/native",
        version="2.7.2",
        licence="EUPL-1.2; fonts OFL-1.1, see ../fira-sans and ../noto-sans",
        files={
            "dist/kern.min.css": "kern.min.css",
            "LICENSE.md": "LICENSE.md",
            **{f"dist/fonts/fira-sans/FiraSans-{weight}.woff2": f"fonts/FiraSans-{weight}.woff2" for weight in FIRA},
            **{f"dist/fonts/noto-sans/NotoSans-{weight}.woff2": f"fonts/NotoSans-{weight}.woff2" for weight in NOTO},
        },
    ),
    # KERN brings the fonts without the text of their licence, which must go with them.
    Vendored("fira-sans", "@fontsource/fira-sans", "5.3.0", "OFL-1.1", {"LICENSE": "LICENSE"}),
    Vendored("noto-sans", "@fontsource/noto-sans", "5.3.0", "OFL-1.1", {"LICENSE": "LICENSE"}),
    Vendored(
        folder="swagger-ui",
        name="swagger-ui-dist",
        version="5.35.0",
        licence="Apache-2.0",
        files={
            "swagger-ui.css": "swagger-ui.css",
            "swagger-ui-bundle.js": "swagger-ui-bundle.js",
            "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
            "LICENSE": "LICENSE",
            "NOTICE": "NOTICE",
        },
    ),
)


def refresh(package: Vendored) -> None:
    place = VENDOR / package.folder
    digests = {}
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--ignore-scripts", "--silent", f"{package.name}@{package.version}"]
        packed = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)  # noqa: S603 - fixed words
        with tarfile.open(Path(folder) / packed.stdout.split()[-1]) as archive:
            for source, target in package.files.items():
                member = archive.extractfile(f"package/{source}")
                if member is None:
                    raise FileNotFoundError(source)
                content = member.read()
                path = place / target
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                digests[target] = sha256(content).hexdigest()
    manifest = {"name": package.name, "version": package.version, "licence": package.licence, "sha256": dict(sorted(digests.items()))}
    (place / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    for entry in PACKAGES:
        refresh(entry)
