"""The wheel as it is installed: it carries its own migrations and seeds, and the database commands work from it."""

from __future__ import annotations

import json
import marshal
import subprocess
import sys
import sysconfig
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT
from workbench.storage.models import REVISIONS

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout as a release would be."""
    folder = tmp_path_factory.mktemp("wheel")
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def workbench(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, installed from the wheel into an environment of its own that borrows our dependencies."""
    home = tmp_path_factory.mktemp("installed")
    _run(sys.executable, "-m", "venv", home)
    _run(home / "bin" / "python", "-m", "pip", "install", "-q", "--no-index", "--no-deps", wheel)
    (packages,) = home.glob("lib/python*/site-packages")
    # Behind the environment's own packages, so that the wheel's workbench is the one that is found.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return home / "bin" / "workbench"


def _run(*command: str | Path, folder: Path | None = None, code: int = 0) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_the_package_its_migrations_and_seeds_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"workbench"}
    assert not [name for name in names if "__pycache__" in name or name.endswith(".pyc")]
    assert "workbench/py.typed" in names
    assert any(name.startswith("workbench/_seeds/") for name in names)


def test_the_wheels_migrations_are_those_of_the_checkout(wheel: Path) -> None:
    scripts = {
        path.relative_to(ROOT / "migrations").as_posix(): path.read_bytes()
        for path in (ROOT / "migrations").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        prefix = "workbench/_migrations/"
        packed = {name.removeprefix(prefix): archive.read(name) for name in archive.namelist() if prefix in name}
    assert packed == scripts


def test_the_installed_program_uses_the_migrations_in_its_own_package(workbench: Path, tmp_path: Path) -> None:
    script = "from workbench.storage import migrate; print(migrate.migrations_folder(), *migrate.script_revisions())"
    folder, *revisions = _run(workbench.parent / "python", "-c", script, folder=tmp_path).split()
    assert folder.endswith("site-packages/workbench/_migrations")
    assert Path(folder).is_relative_to(workbench.parent.parent)
    assert revisions == list(REVISIONS)


def test_a_database_lives_its_life_from_the_wheel(workbench: Path, tmp_path: Path) -> None:
    def run(*command: str, code: int = 0) -> str:
        return _run(workbench, "--db", tmp_path / "data.db", *command, folder=tmp_path, code=code)

    run("init")
    run("annotators", "add", "ana")
    run("downgrade")
    run("status", code=3)
    run("upgrade")
    run("doctor")
    found = json.loads(run("status", "--json"))
    assert found["schema"] == {"revision": REVISIONS[-1], "newest": REVISIONS[-1]}
    assert found["annotators"] == ["ana"]
    assert found["last_backup"]["path"].startswith(str(tmp_path / f"data.backup-{REVISIONS[-2]}-"))


def test_the_installed_program_tells_its_version(workbench: Path, tmp_path: Path) -> None:
    assert _run(workbench, "--version", folder=tmp_path).startswith("workbench 0.")


MOST = 65 * 1024 * 1024
"""Bytes that an installation may take, with .pyc files and without pip."""


def distributions(name: str, known: dict[str, metadata.Distribution]) -> dict[str, metadata.Distribution]:
    """Add a distribution and all it needs without extras to those that are known."""
    found = metadata.distribution(name)
    if known.setdefault(found.name.lower(), found) is found:
        for line in found.requires or ():
            needed = Requirement(line)
            if needed.marker is None or needed.marker.evaluate({"extra": ""}):
                distributions(needed.name, known)
    return known


def size_of(file: Path) -> int:
    """Return the bytes of an installed file, together with what Python compiles from it."""
    size = file.stat().st_size
    if file.suffix == ".py":
        size += 16 + len(marshal.dumps(compile(file.read_bytes(), str(file), "exec", dont_inherit=True)))
    return size


def test_an_installation_with_all_it_needs_stays_small(workbench: Path) -> None:
    (ours,) = workbench.parent.parent.glob("lib/python*/site-packages/workbench")
    files = {file for file in ours.rglob("*") if file.is_file() and file.suffix != ".pyc"}
    for distribution in distributions("workbench", {}).values():
        files |= {Path(str(file.locate())) for file in distribution.files or () if file.suffix != ".pyc"}
    assert sum(size_of(file) for file in files if file.exists()) < MOST
