"""Environments to verify: the hand-written one as it is, and with an oracle's cases."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

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


def silent(environment: str, done: int, of: int) -> None:
    """Progress nobody watches."""


@pytest.fixture
def by_hand(tiny_air_folder: Path, tmp_path: Path) -> Path:
    return copy_of(tiny_air_folder, tmp_path)


@pytest.fixture
def proven(tiny_air_folder: Path, tmp_path: Path) -> Path:
    return with_oracle(tiny_air_folder, tmp_path)
