"""Each package builds as a wheel, and the wheel holds everything that lies in the package."""

import shutil
import subprocess
import sys
import zipfile

import pytest

BUILD = "from setuptools.build_meta import build_wheel; build_wheel('dist')"


@pytest.mark.slow
def test_a_wheel_holds_everything_that_lies_in_the_package(package, folder, tmp_path):
    project = tmp_path / folder.parent.name
    shutil.copytree(folder.parent, project, ignore=shutil.ignore_patterns("__pycache__", "build", "dist", "*.egg-info"))
    done = subprocess.run([sys.executable, "-c", BUILD], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (wheel,) = (project / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    lies_there = {str(path.relative_to(folder.parent)) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert held == lies_there
