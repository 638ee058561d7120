"""Recordings: what was seen while walks and the oracle's cases were played, once, to be judged by many checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envkit.calls import Json, Observation, ToolCall
from envkit.manifest import Manifest
from envkit.snapshot import Diff
from farm.control import Soundness
from registry.case import CURSOR, Case, CaseStep
from registry.checks.probe import Probe, State, Trail, change


@dataclass(frozen=True, slots=True)
class Seen:
    """One recorded call, the trail that ends with it, what came back and what it changed.

    `is_touched`: anything changed, rows or not (the clock, a counter). `broken`: a sentence for each reference that
    points nowhere.
    `soundness` is the environment's own judgement, taken in walks only.
    """

    trail: Trail
    call: ToolCall
    observation: Observation
    diff: Diff
    is_touched: bool
    broken: tuple[str, ...]
    soundness: Soundness | None = None


@dataclass(frozen=True, slots=True)
class Walk:
    """A random walk from a fresh world, with the digest of the world it ended in."""

    seed: int
    start: Soundness
    seen: tuple[Seen, ...]
    digest: str

    @property
    def calls(self) -> tuple[ToolCall, ...]:
        """The calls of the walk in their order."""
        return tuple(seen.call for seen in self.seen)


@dataclass(frozen=True, slots=True)
class Played:
    """A case as the server played it."""

    case: Case
    seen: tuple[Seen, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a world stands: its rows, and the digest of all its content ("" if not known)."""

    state: State
    digest: str


async def stand(probe: Probe) -> Standing:
    """Learn where a world stands."""
    return Standing(await probe.state(), await probe.digest())


async def record_case(probe: Probe, manifest: Manifest, case: Case, standing: Standing) -> Played:
    """Play a case on a world that stands where the case begins, and look at the world after each step."""
    seen: list[Seen] = []
    cursor: Json = None
    for step in case.steps:
        if step is case.steps[-1] and case.about == "refusal" and not standing.digest:
            standing = Standing(standing.state, await probe.digest())
        call = step_call(manifest, step, cursor)
        each, standing = await observe(probe, manifest, call, standing)
        seen.append(each)
        cursor = cursor_of(each.observation)
    return Played(case, tuple(seen))


def step_call(manifest: Manifest, step: CaseStep, cursor: Json) -> ToolCall:
    """Return the call of a step; `<cursor>` in its arguments stands for that of the page before."""
    arguments = {name: cursor if value == CURSOR else value for name, value in step.arguments.items()}
    return ToolCall(manifest.slug, step.tool, arguments)


def cursor_of(observation: Observation) -> Json:
    """Return the cursor of a page, None if the answer has none."""
    content = observation.content
    return content.get("next_cursor") if isinstance(content, Mapping) else None


async def observe(probe: Probe, manifest: Manifest, call: ToolCall, before: Standing) -> tuple[Seen, Standing]:
    """Make one call on a world that stands at `before`; return what was seen and where the world stands then.

    Where nothing should change, an equal digest proves it; else the rows are compared.
    """
    observation = await probe.call(call.tool, call.arguments)
    digest = ""
    if before.digest and (observation.is_refused or manifest.tool(call.tool).read_only):
        digest = await probe.digest()
        if digest == before.digest:
            return Seen(probe.trail, call, observation, Diff(), False, ()), before
    state = await probe.state()
    diff = change(before.state, state)
    is_touched = bool(digest) or not diff.is_empty or before.state.now != state.now
    broken = () if diff.is_empty else broken_references(manifest, state)
    return Seen(probe.trail, call, observation, diff, is_touched, broken), Standing(state, digest)


def broken_references(manifest: Manifest, state: State) -> tuple[str, ...]:
    """Return a sentence for each stored reference that points at no row."""
    return tuple(
        f"{entity.name} {row_id}: {field.name} {row[field.name]!r} is the id of no {field.to}"
        for entity in manifest.entities
        for field in entity.fields
        if field.type == "ref"
        for row_id, row in state.rows.get(entity.name, {}).items()
        if row[field.name] is not None and row[field.name] not in state.rows.get(field.to, {})
    )
