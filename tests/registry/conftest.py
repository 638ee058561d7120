"""Environments to verify: the hand-written one as it is, with an oracle's cases, and broken in one way each."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from registry.report import Report
from registry.verify import verify
from tests.registry.breakages import BREAKAGES, Breakage

CASES = Path(__file__).parent / "tiny_air_cases.jsonl"

Copy = Callable[[Path], Path]


def copy_of(folder: Path, parent: Path) -> Path:
    """Copy an environment folder, without what Python left in it, to `parent/travel/tiny_air`."""
    target = parent / "travel" / folder.name
    shutil.copytree(folder, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def with_oracle(folder: Path, parent: Path) -> Path:
    """Copy an environment folder and put the oracle's cases beside its server."""
    target = copy_of(folder, parent)
    shutil.copy(CASES, target / "cases.jsonl")
    return target


def broken(folder: Path, parent: Path, breakage: Breakage) -> Path:
    """Copy an environment folder with its oracle and break it."""
    target = with_oracle(folder, parent / breakage.name)
    for name, old, new in breakage.edits:
        text = (target / name).read_text()
        assert text.count(old) == 1, f"{breakage.name}: {old!r} occurs {text.count(old)} times in {name}"
        (target / name).write_text(text.replace(old, new))
    return target


def silent(environment: str, done: int, of: int) -> None:
    """Progress nobody watches."""


@pytest.fixture
def by_hand(tiny_air_folder: Path, tmp_path: Path) -> Path:
    return copy_of(tiny_air_folder, tmp_path)


@pytest.fixture
def proven(tiny_air_folder: Path, tmp_path: Path) -> Path:
    return with_oracle(tiny_air_folder, tmp_path)


@pytest.fixture(scope="session")
def reports(tiny_air_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Report]:
    """The reports of all broken environments by the name of the breakage, of the sound one as `sound` and `by_hand`."""
    parent = tmp_path_factory.mktemp("environments")
    folders = {breakage.name: broken(tiny_air_folder, parent, breakage) for breakage in BREAKAGES}
    folders["sound"] = with_oracle(tiny_air_folder, parent / "sound")
    folders["by_hand"] = copy_of(tiny_air_folder, parent / "by_hand")
    found = asyncio.run(verify(list(folders.values()), jobs=3, progress=silent))
    return dict(zip(folders, found, strict=True))
