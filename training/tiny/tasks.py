"""Make the farm of the proof and its tasks: blueprints are emitted, served, and sampled by EnvFarm's own stations."""

from __future__ import annotations

import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tiny.tokens import is_sayable
from tiny.worlds import DOMAIN, write_blueprints

from envkit.clock import derive
from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from generator.build import build
from registry.entry import entry
from registry.whole import write_whole
from sampler.draw import Commission, Stage, draw
from sampler.shape import Shape
from sampler.stage import stage_for
from sampler.task import Kind, Task, line_of, read_tasks, seal
from sampler.uses import Uses

logger = logging.getLogger(__name__)

MOST_CALLS = 4
_KINDS: tuple[Kind, ...] = ("act", "answer", "act_and_answer")


@dataclass(frozen=True, slots=True)
class Plot:
    """How much is made: environments to train on, environments held out, and draws of a task in each."""

    training: int
    held_out: int
    draws: int
    seed: int


@dataclass(frozen=True, slots=True)
class Field:
    """What was made: the folders of all servers, the tasks to train on, and those of held-out environments."""

    folders: tuple[Path, ...]
    training: tuple[Task, ...]
    held_out: tuple[Task, ...]


class EmissionError(Exception):
    """A drawn blueprint that cannot be emitted, which is a bug of its drawing."""


async def prepare(folder: Path, plot: Plot) -> Field:
    """Emit and sample what is not there yet; the same plot gives the same servers and tasks."""
    paths = write_blueprints(folder / "blueprints", plot.training + plot.held_out, plot.seed)
    folders = tuple(folder / "servers" / DOMAIN / path.stem for path in paths)
    files = {name: folder / f"{name}.jsonl" for name in ("training", "held_out")}
    if not all(path.exists() for path in files.values()):
        _emit(paths, folder / "servers")
        async with Farm.launch(folders, lean=True) as farm, stage_for(folders, farm, folder / "graphs") as stage:
            for name, part in zip(files, (folders[: plot.training], folders[plot.training :]), strict=True):
                tasks = [task for each in part for task in await _sampled(each, stage, plot)]
                write_whole(files[name], b"".join(map(line_of, tasks)))
    return Field(folders, read_tasks(files["training"]), read_tasks(files["held_out"]))


def _emit(blueprints: Sequence[Path], out: Path) -> None:
    if wrong := [finding for each in build(blueprints, out) for finding in each.findings]:
        raise EmissionError("; ".join(map(str, wrong[:3])))


async def _sampled(folder: Path, stage: Stage, plot: Plot) -> list[Task]:
    """Draw tasks of one environment; keep those in plain words of the small grammar, each but once."""
    manifest, uses = read_manifest(folder), Uses()
    kept: dict[str, Task] = {}
    lost: Counter[str] = Counter()
    for number in range(plot.draws):
        seed = derive(plot.seed, "task", folder.name, number)
        shape = Shape(random.Random(seed).choice(_KINDS), 1)
        drawn = await draw(Commission(number, (folder.name,), seed, shape), stage, uses)
        if drawn.task is None:
            lost[drawn.reason] += 1
        elif not _is_small(drawn.task, manifest):
            lost["it is no small task"] += 1
        else:
            task = _plain(drawn.task, folder)
            kept.setdefault(task.turns[0].query, task)
    logger.info("%s: %d tasks; without one: %s", folder.name, len(kept), dict(lost))
    return [*kept.values()]


def _is_small(task: Task, manifest: Manifest) -> bool:
    is_short = len(task.turns) == 1 and len(task.truth.trajectory) <= MOST_CALLS
    return is_short and is_sayable(task.turns[0].plain, _names(manifest))


def _names(manifest: Manifest) -> Iterator[str]:
    for spec in manifest.entities:
        yield spec.name
        for field in spec.fields:
            yield from (field.name.removesuffix("_id"), *field.values)
    for tool in manifest.tools:
        yield from tool.title.lower().split()
        yield from (each.name.removesuffix("_id") for each in tool.arguments)


def _plain(task: Task, folder: Path) -> Task:
    """Return the task in plain words, bound to the files it was made with."""
    (turn,) = task.turns
    known = entry(folder)
    changes = {
        "turns": (turn.model_copy(update={"query": turn.plain}),),
        "environment_versions": {known.slug: known.version},
        "environment_digests": {known.slug: known.digest},
    }
    return seal(task.model_copy(update=changes))


def demonstrations(tasks: Sequence[Task], count: int, seed: int) -> tuple[Task, ...]:
    """Choose the tasks whose truths are shown to a policy."""
    return tuple(random.Random(derive(seed, "demonstrations")).sample(tasks, count))
