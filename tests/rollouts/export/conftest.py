"""What two environments offer, examples of two tasks over them, and ways to export and to read what came of it."""

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest

from farm.farm import Farm
from registry.entry import entry
from rollouts.export.example import Example, Offer, offers
from rollouts.export.formats import FORMATS
from rollouts.export.lesson import lesson
from rollouts.export.run import Exported, export
from rollouts.export.source import Source
from sampler.task import Task, Version, append_task

Exporting = Callable[..., Exported]


@pytest.fixture
async def offered(farm: Farm, environments: Path) -> Mapping[Version, Offer]:
    """Both environments, as tasks that name no digest find them."""
    return await offers(farm, {(slug, ""): entry(environments / slug) for slug in ("tiny_air", "twin_air")})


@pytest.fixture
def example(offered: Mapping[Version, Offer]) -> Callable[[Task], Example]:
    """Return what makes an example of a task's truth."""

    def make(task: Task) -> Example:
        return Example(
            task, {slug: offered[key] for slug, key in task.versions.items()}, lesson(task), 0, split="train"
        )

    return make


@pytest.fixture
def tasks(reading: Task, booking: Task, tmp_path: Path) -> Path:
    """A tasks file with a task that reads and one that writes."""
    path = tmp_path / "tasks.jsonl"
    for task in (reading, booking):
        append_task(path, task)
    return path


@pytest.fixture
def exporting(offered: Mapping[Version, Offer]) -> Exporting:
    """Return what exports a source, or the truths of a tasks file, to a folder in the formats named."""

    def run(source: Source | Path, out: Path, *names: str) -> Exported:
        given = Source(source) if isinstance(source, Path) else source
        formats = [FORMATS[name] for name in names]
        return export(given, offered, formats, out, licence="apache-2.0", progress=lambda done: None)

    return run


def json_lines(path: Path) -> Sequence[Any]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def csv_rows(path: Path) -> Sequence[Mapping[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]
