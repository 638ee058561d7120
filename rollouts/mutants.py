"""Mutants of a solution: a call left out, an argument changed, a write too many; a task must not pay for them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from envkit.calls import Json, ToolCall
from envkit.clock import derive, from_wire, to_wire
from envkit.manifest import ArgumentSpec, Manifest
from farm.farm import Farm
from rollouts.episode import Episode
from rollouts.play import play
from rollouts.retold import Retold, RetoldPolicy, retell
from sampler.ground import ground
from sampler.opening import opened
from sampler.state import WorldState, read_states
from sampler.task import DiffJson, Task, canonical

Kind = Literal["dropped", "changed", "extra"]
Fate = Literal["rejected", "equivalent", "paid"]
"""`equivalent`: it is paid, and made the truth's very changes, so it is a solution; `paid`: it is, but made others."""

EXTRA_WRITES, _WRITE_TRIES = 2, 6
_UNMUTATED = frozenset({"limit", "cursor"})
_SPARE_CALLS, _TIMEOUT_S = 2, 60.0
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A solution with one thing wrong; `what` says which, `step` is the index of the truth's step it is about."""

    kind: Kind
    step: int
    what: str
    retold: Retold


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a mutant that was played."""

    mutant: Mutant
    fate: Fate
    reason: str


async def judge(task: Task, mutant: Mutant, farm: Farm) -> Verdict:
    """Play a mutant in fresh worlds, and score it."""
    episode = await perform(task, mutant.retold, farm)
    if episode.reward.total is None:
        raise RuntimeError(f"{task.id}: {mutant.what} could not be played: {episode.reward.reason}")
    return Verdict(mutant, fate_of(task, episode), episode.reward.reason)


def fate_of(task: Task, episode: Episode) -> Fate:
    """Return what became of a mutant by its scored episode."""
    if episode.reward.total == 0.0:
        return "rejected"
    is_equal = canonical(_changes(episode.diffs)) == canonical(_changes(task.truth.diffs))
    return "equivalent" if is_equal else "paid"


async def perform(task: Task, retold: Retold, farm: Farm) -> Episode:
    """Play a retold solution as a policy would, and return the scored episode."""
    budget = len(task.truth.trajectory) + _SPARE_CALLS
    return await play(task, RetoldPolicy(retold), farm, seed=0, trial=0, budget=budget, timeout_s=_TIMEOUT_S)


async def mutants_of(task: Task, farm: Farm, manifests: Mapping[str, Manifest]) -> tuple[Mutant, ...]:
    """Return a task's mutants: each call left out, each argument changed, and up to EXTRA_WRITES writes too many.

    Chance is derived from the task's seed. An argument gets another value of its kind: another row's id, another of its
    column's few values, the next day, one more.
    """
    retold, rng = retell(task), random.Random(derive(task.seed, "mutants"))
    async with opened(farm, task.environments, task.seed, task.setup) as session:
        before = await read_states(session, manifests)
        for step in task.truth.trajectory:
            await session.call(ToolCall(step.environment, step.tool, step.arguments))
        after = await read_states(session, manifests)
        writers = [
            (state, tool)
            for slug, state in after.items()
            for tool in state.manifest.tools
            if tool.writes and (slug, tool.name) not in task.hidden_tools
        ]
        extra: list[ToolCall] = []
        for state, tool in rng.sample(writers, len(writers)):
            if len(extra) == EXTRA_WRITES:
                break
            found = await ground(tool, state, session, rng, tries=_WRITE_TRIES, focus={})
            if found is not None:
                extra.append(ToolCall(state.manifest.slug, tool.name, found.arguments))
    steps = task.truth.trajectory
    return (
        *(Mutant("dropped", index, f"without {step.tool}", retold.without(index)) for index, step in enumerate(steps)),
        *(
            Mutant("changed", index, f"{steps[index].tool} with {name} = {value!r}", changed)
            for index, name, value, changed in _changed(task, retold, before, rng)
        ),
        *(Mutant("extra", len(steps), f"and {call.tool}", retold.with_call(call)) for call in extra),
    )


def _changes(diffs: Mapping[str, DiffJson]) -> dict[str, DiffJson]:
    return {slug: diff for slug, diff in diffs.items() if diff}


def _changed(
    task: Task, retold: Retold, states: Mapping[str, WorldState], rng: random.Random
) -> Iterator[tuple[int, str, Json, Retold]]:
    for index, step in enumerate(task.truth.trajectory):
        specs = {each.name: each for each in states[step.environment].manifest.tool(step.tool).arguments}
        for name, value in step.arguments.items():
            if name in _UNMUTATED or name not in specs:
                continue
            other = _other(value, specs[name], states[step.environment], rng)
            if other is not None and other != value:
                yield index, name, other, retold.with_argument(index, name, other)


def _other(value: Json, spec: ArgumentSpec, state: WorldState, rng: random.Random) -> Json:
    """Return another value of an argument's kind, None if there is none."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, list):
        return value[:-1] if len(value) > 1 else None
    if not isinstance(value, str):
        return None
    if spec.type == "ref":
        return _drawn([row_id for row_id in state.rows.get(spec.to, {}) if row_id != value], rng)
    if spec.values or spec.role == "sort":
        return _drawn([each for each in spec.values if each != value], rng)
    if spec.type == "time":
        return _next_day(value)
    return f"{value} {value}"


def _drawn(values: Sequence[str], rng: random.Random) -> str | None:
    return rng.choice(values) if values else None


def _next_day(value: str) -> str | None:
    try:
        return to_wire(from_wire(value) + _A_DAY)
    except ValueError:
        return None
