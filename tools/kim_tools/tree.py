"""Where things lie in the tree."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("intake", "casework", "interpreting", "staffing")
# Of a service, these packages are checked strictly: the rest is glue to Flask, whose types say little.
STRICT_ROOMS = ("operations", "model", "rules")


def libraries() -> list[str]:
    """The names of the shared libraries that are there: `events`, `bus`, …"""
    return sorted(path.parents[1].name for path in ROOT.glob("shared/*/kim_*/__init__.py"))


def services() -> list[str]:
    """The names of the services that are there, in the order of the design."""
    return [name for name in SERVICES if (ROOT / f"services/{name}/kim_{name}/__init__.py").exists()]


def source_folders() -> list[Path]:
    """The folders from which packages are imported."""
    return [path for pattern in ("shared/*", "services/*", "deploy/demo", "tools") for path in sorted(ROOT.glob(pattern)) if path.is_dir()]
