"""Recordings: what was seen while walks and the oracle's cases were played, once, to be judged by many checks."""

from __future__ import annotations

from dataclasses import dataclass

from envkit.calls import Observation, ToolCall
from envkit.manifest import Manifest
from envkit.snapshot import Diff

from farm.control import Soundness
from registry.case import Case
from registry.checks.probe import Probe, State, Trail, change


@dataclass(frozen=True, slots=True)
class Seen:
    """One recorded call, the trail that ends with it, what came back and what it changed.

    `moved` says whether the world's clock moved. `broken` holds a sentence for each reference that points nowhere.
    `soundness` is the environment's own judgement, taken in walks only.
    """

    trail: Trail
    call: ToolCall
    observation: Observation
    diff: Diff
    moved: bool
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
    """A case as the server played it; `digests` are those before and after the last step."""

    case: Case
    seen: tuple[Seen, ...]
    digests: tuple[str, str]


async def record_case(probe: Probe, manifest: Manifest, case: Case) -> Played:
    """Play a case on a world that stands where the case begins."""
    state = await probe.state()
    seen: list[Seen] = []
    for step in case.steps[:-1]:
        each, state = await observe(probe, manifest, ToolCall(manifest.slug, step.tool, step.arguments), state)
        seen.append(each)
    before = await probe.digest() if case.about == "refusal" else ""
    last = case.steps[-1]
    each, state = await observe(probe, manifest, ToolCall(manifest.slug, last.tool, last.arguments), state)
    after = await probe.digest() if case.about == "refusal" else ""
    return Played(case, (*seen, each), (before, after))


async def observe(probe: Probe, manifest: Manifest, call: ToolCall, before: State) -> tuple[Seen, State]:
    """Make one call on a world known to be in state `before`; return what was seen and the state after it."""
    observation = await probe.call(call.tool, call.arguments)
    after = await probe.state()
    diff = change(before, after)
    broken = () if diff.is_empty else broken_references(manifest, after)
    return Seen(probe.trail, call, observation, diff, before.now != after.now, broken), after


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
