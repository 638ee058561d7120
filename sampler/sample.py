"""Sampling: environments and a running farm in, a tasks file out; the same settings give the same bytes."""

from __future__ import annotations

import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

from envkit.clock import derive
from envkit.manifest import Manifest, read_manifest
from farm.farm import Farm
from registry.entry import Entry, entry
from sampler.execute import ExecutionError, execute
from sampler.graph import ToolGraph, build, read_proven, write_proven
from sampler.prove import lookup_edges, prove
from sampler.say import Said, UnsaidError, grammars, say
from sampler.state import read_states
from sampler.task import Origin, Task, TaskTurn, append_task, canonical, drop_torn_line, read_tasks, seal
from sampler.walk import Walked, WalkError, walk

logger = logging.getLogger(__name__)

DRAWS_PER_TASK, SPARE_DRAWS = 8, 40
_SEEDS = 2**31


@dataclass(frozen=True, slots=True)
class Rejection:
    """A draw that gave no task: its number, its environments, and why."""

    draw: int
    environments: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Sampled:
    """The tasks of a file, old and new, and what was rejected on the way to the new ones."""

    tasks: tuple[Task, ...]
    rejected: tuple[Rejection, ...]


class SampleError(Exception):
    """A sampling that cannot begin, said in one sentence."""


async def sample(
    environments: Sequence[Path | Entry],
    farm: Farm,
    *,
    count: int,
    seed: int,
    out: Path,
    environments_per_task: int = 1,
    progress: Callable[[int, int], None] = lambda done, wanted: None,
) -> Sampled:
    """Sample until the file `out` holds `count` tasks, each over `environments_per_task` of the environments.

    The farm must host them all. A file begun with the same settings is continued, another one is refused with
    SampleError. `progress` is told how many tasks there are, and how many there should be. Fewer tasks than asked come
    back when DRAWS_PER_TASK draws for each, and SPARE_DRAWS more, have not sufficed.
    """
    known = {each.slug: each for each in (_entry(each) for each in environments)}
    if not 1 <= environments_per_task <= len(known):
        raise SampleError(f"a task over {environments_per_task} environments needs as many; there are {len(known)}")
    settings = _settings_digest(known, seed, environments_per_task)
    tasks = _begun(out, settings)
    graphs = await _graphs(known, farm, out.parent / "graphs")
    rejected: list[Rejection] = []
    first = max((task.origin.draw + 1 for task in tasks if task.origin), default=0)
    for draw in range(first, count * DRAWS_PER_TASK + SPARE_DRAWS):
        if len(tasks) >= count:
            break
        slugs = _choose_environments(sorted(known), tasks, environments_per_task, derive(seed, "environments", draw))
        try:
            task = await _draw(farm, [graphs[slug] for slug in slugs], derive(seed, "draw", draw) % _SEEDS, tasks)
        except (WalkError, ExecutionError, UnsaidError) as error:
            rejected.append(Rejection(draw, slugs, str(error)))
            continue
        made_in = {
            "environment_versions": {slug: known[slug].version for slug in slugs},
            "environment_digests": {slug: known[slug].digest for slug in slugs},
        }
        task = seal(task.model_copy(update={**made_in, "origin": Origin(settings=settings, draw=draw)}))
        append_task(out, task)
        tasks.append(task)
        progress(len(tasks), count)
    logger.info("sampled %d tasks, rejected %d draws", len(tasks), len(rejected))
    return Sampled(tuple(tasks), tuple(rejected))


async def _draw(farm: Farm, graphs: Sequence[ToolGraph], seed: int, tasks: Sequence[Task]) -> Task:
    manifests = {slug: manifest for graph in graphs for slug, manifest in graph.manifests.items()}
    graph = ToolGraph(
        manifests, (edge for each in graphs for edge in each.edges), (edge for each in graphs for edge in each.proven)
    )
    async with await farm.open(tuple(graph.manifests), seed=seed) as session:
        states = await read_states(session, graph.manifests)
        walked = await walk(session, graph, seed, _uses(tasks))
    truth, criteria = await execute(walked.plan, farm, graph.manifests, [turn.asked for turn in walked.turns])
    said = await say(
        [turn.wishes for turn in walked.turns],
        [turn.plain for turn in walked.turns],
        states,
        grammars(graph.manifests),
        truth,
        open_session=partial(farm.open, tuple(graph.manifests), seed=seed),
        seed=seed,
    )
    task = Task(
        id="",
        environments=walked.plan.environments,
        seed=seed,
        turns=_turns(walked, said),
        truth=truth,
        criteria=criteria,
        persona=said.persona,
        proof=said.proof,
    )
    twin = next((each for each in tasks if _likeness(each) == _likeness(task)), None)
    if twin is not None:
        raise WalkError(f"the same as {twin.id}")
    return task


async def _graphs(known: Mapping[str, Entry], farm: Farm, cache: Path) -> dict[str, ToolGraph]:
    """Build and prove each environment's graph, or take its proof from the cache folder."""
    graphs = {}
    for slug, each in sorted(known.items()):
        manifests: dict[str, Manifest] = {slug: read_manifest(each.folder)}
        async with await farm.open((slug,), seed=0) as session:
            listed = await session.tools()
            schemas = {slug: {tool.name: tool.input_schema for tool in listed[slug]}}
            graph = build(manifests, schemas)
            proven = read_proven(cache, graph)
            if proven is None:
                proven = await prove(graph, session, lookup_edges(graph))
                write_proven(cache, proven)
        graphs[slug] = proven
    return graphs


def _entry(environment: Path | Entry) -> Entry:
    found = environment if isinstance(environment, Entry) else entry(environment)
    if not found.tools:
        raise SampleError(found.reason)
    return found


def _begun(out: Path, settings: str) -> list[Task]:
    """Return the tasks that a file holds already; it must have been begun with the same settings."""
    if not out.exists():
        out.parent.mkdir(parents=True, exist_ok=True)
        return []
    drop_torn_line(out)
    tasks = list(read_tasks(out))
    if any(task.origin is None or task.origin.settings != settings for task in tasks):
        raise SampleError(f"{out} was sampled with other settings or environments; give another --out or remove it")
    return tasks


def _settings_digest(known: Mapping[str, Entry], seed: int, environments_per_task: int) -> str:
    digests = {slug: each.digest for slug, each in known.items()}
    return hashlib.sha256(canonical([seed, environments_per_task, digests])).hexdigest()[:16]


def _choose_environments(slugs: Sequence[str], tasks: Sequence[Task], count: int, seed: int) -> tuple[str, ...]:
    """Choose environments for a draw, those with the fewest tasks first and chance among equals."""
    rng = Random(seed)
    uses = Counter(slug for task in tasks for slug in task.environments)
    ranked = sorted(slugs, key=lambda slug: (uses[slug], rng.random()))
    return tuple(sorted(ranked[:count]))


def _uses(tasks: Sequence[Task]) -> Mapping[tuple[str, str], int]:
    """Count how often each tool was the last call of a turn."""
    return Counter(
        (step.environment, step.tool) for task in tasks for step in task.truth.trajectory if step.writes
    ) + Counter(
        (task.steps_of(index)[-1].environment, task.steps_of(index)[-1].tool)
        for task in tasks
        for index in range(len(task.turns))
        if not task.steps_of(index)[-1].writes
    )


def _turns(walked: Walked, said: Said) -> tuple[TaskTurn, ...]:
    told = zip(walked.turns, said.queries, strict=True)
    return tuple(TaskTurn(query=query, plain=turn.plain, calls=turn.calls) for turn, query in told)


def _likeness(task: Task) -> bytes:
    calls = [[step.environment, step.tool, dict(step.arguments)] for step in task.truth.trajectory]
    return canonical([calls, [fact.name for fact in task.criteria.facts]])
