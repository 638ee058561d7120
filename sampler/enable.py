"""Preconditions of a tool graph: calls that let a guard pass which refused, each found by execution."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from envkit.calls import JsonObject
from envkit.clock import derive
from envkit.manifest import ToolSpec
from farm.session import Session
from registry.case import CURSOR, Case
from sampler.edges import GraphEdge, precondition
from sampler.flows import witness
from sampler.graph import ToolGraph, manifest_digest
from sampler.ground import candidates
from sampler.hints import UNASKED
from sampler.prove import Cases
from sampler.rescues import RESCUES, Neighbourhood, rescues
from sampler.scratch import Allowance, Scratch, SpentError
from sampler.state import WorldState, read_states
from sampler.task import StepRecord

CALLS = 500
"""Calls that the search may take in each environment."""

_ABOUT_ARGUMENTS = re.compile(
    r"(same|other|own|wrong|bad|different|off|outside)_|in_the_past|ends_before|already_exists"
)
"""Codes of guards that compare a call's arguments with each other; they are tried last."""

_DRAWS, _VARIANTS = 6, 2
_ANY = -1
_PASSES = ((0, 6, 1), (1, 3, 1), (0, 4, 3), (_ANY, 100, RESCUES))
"""Which of a guard's refusals, how many tools and how many calls of each are tried, in this order."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A call that is refused by a guard in a world where `before` was called."""

    before: tuple[tuple[str, JsonObject], ...]
    tool: str
    arguments: JsonObject
    code: str


async def enabling(graph: ToolGraph, session: Session, cases: Cases | None = None) -> ToolGraph:
    """Return the graph with the preconditions that a search on forks of a session finds, all of them proven.

    A tool is called until a guard refuses it: as the oracle's cases do, else with arguments drawn from the state. Then
    other writing tools are called about the same rows, and the very same call again; if it succeeds now, the edge
    stands. Cases that end well after a writing call are played with and without it. Chance is derived from the
    manifests' digests.
    """
    found: dict[GraphEdge, str] = {}
    states = await read_states(session, graph.manifests)
    for environment, state in states.items():
        async with Scratch(session, graph.manifests, Allowance(CALLS)) as scratch:
            search = _Search(environment, state, scratch)
            with suppress(SpentError):
                await search.replay((cases or {}).get(environment, ()))
                await search.rescue((cases or {}).get(environment, ()))
            found |= search.found
    return graph.with_proven(found, found)


@dataclass(frozen=True, slots=True)
class _Chance:
    """A refusal that was seen, the how manieth of its guard, with the calls that were tried to lift it."""

    refused: _Refused
    step: StepRecord
    variant: int
    tried: list[tuple[str, JsonObject]] = field(default_factory=list)


class _Search:
    """Searches one environment for calls that let guards pass."""

    def __init__(self, environment: str, state: WorldState, scratch: Scratch) -> None:
        self.found: dict[GraphEdge, str] = {}
        self._environment = environment
        self._state = state
        self._scratch = scratch
        self._near = Neighbourhood(state)
        self._digest = manifest_digest(state.manifest)
        self._writers = {tool.name: tool for tool in state.manifest.tools if tool.writes}
        self._guards = {
            name: [each.code for each in tool.refusals if each.code not in UNASKED]
            for name, tool in self._writers.items()
        }

    async def replay(self, cases: Sequence[Case]) -> None:
        """Play cases that end well after writing calls; one without which a guard refuses is a precondition."""
        for case in cases:
            last = case.steps[-1]
            if not _is_playable(case) or last.expect.code is not None or last.tool not in self._writers:
                continue
            enablers = [step for step in case.steps[:-1] if step.tool in self._writers and step.tool != last.tool]
            if not enablers:
                continue
            refused = await self._call(last.tool, last.arguments)
            await self._scratch.start_over()
            if refused.code not in self._guards[last.tool]:
                continue
            for step in enablers:
                await self._try(
                    _Refused((), last.tool, last.arguments, refused.code), refused, step.tool, step.arguments
                )

    async def rescue(self, cases: Sequence[Case]) -> None:
        """Search for what lifts each refusal: likely calls for all of them first, then whatever is left."""
        chances = [each async for each in self._chances(cases)]
        for variant, breadth, depth in _PASSES:
            for chance in chances:
                is_due = chance.variant == variant and not _ABOUT_ARGUMENTS.match(chance.refused.code)
                if (is_due or variant == _ANY) and not self._is_lifted(chance.refused):
                    await self._rescue(chance, breadth, depth)

    async def _chances(self, cases: Sequence[Case]) -> AsyncIterator[_Chance]:
        """Yield the refusals to lift: up to _VARIANTS of a guard's from cases, else one that drawn arguments meet."""
        met: Counter[tuple[str, str]] = Counter()
        for refused in self._told(cases):
            guard = (refused.tool, refused.code)
            if met[guard] < _VARIANTS:
                step = await self._refuse(refused)
                if step is not None:
                    yield _Chance(refused, step, met[guard])
                    met[guard] += 1
        for name, tool in self._writers.items():
            if all((name, code) in met for code in self._guards[name]):
                continue
            for arguments in islice(candidates(tool, self._state, self._rng(name)), _DRAWS):
                step = await self._call(name, arguments)
                await self._scratch.start_over()
                if step.code in self._guards[name] and (name, step.code) not in met:
                    met[name, step.code] += 1
                    yield _Chance(_Refused((), name, arguments, step.code), step, 0)

    async def _rescue(self, chance: _Chance, breadth: int, depth: int) -> None:
        """Call other writing tools about the rows of a refused call, likely ones first, and then that call again."""
        refused = chance.refused
        rows = self._near.of(refused.arguments)
        for enabler in self._likely(refused)[:breadth]:
            rng = self._rng(refused.tool, refused.code, enabler.name)
            for arguments in islice(rescues(enabler, self._state, rows, rng), depth):
                if (enabler.name, arguments) in chance.tried:
                    continue
                chance.tried.append((enabler.name, arguments))
                if await self._try(refused, chance.step, enabler.name, arguments):
                    return

    async def _try(self, refused: _Refused, seen: StepRecord, enabler: str, arguments: JsonObject) -> bool:
        """Say whether a call lets a refused one pass; it is found then."""
        edge = precondition(self._environment, enabler, refused.tool, refused.code)
        if edge in self.found:
            return True
        await self._set_up(refused)
        enabled = await self._call(enabler, arguments)
        again = await self._call(refused.tool, refused.arguments) if enabled.code is None else None
        await self._scratch.start_over()
        if again is None or again.code is not None or await self._passes_in_time(refused):
            return False
        self.found[edge] = witness(seen, enabled, again)
        return True

    async def _passes_in_time(self, refused: _Refused) -> bool:
        """Say whether the time that any writing call takes would have lifted the refusal alone."""
        await self._set_up(refused)
        await self._scratch.advance(self._state.manifest.clock.tick_s)
        again = await self._call(refused.tool, refused.arguments)
        await self._scratch.start_over()
        return again.code is None

    async def _set_up(self, refused: _Refused) -> None:
        for name, given in refused.before:
            await self._call(name, given)

    async def _refuse(self, refused: _Refused) -> StepRecord | None:
        """Return the refused call as it is seen to be refused here; None if it is not."""
        await self._set_up(refused)
        step = await self._call(refused.tool, refused.arguments)
        await self._scratch.start_over()
        return step if step.code == refused.code else None

    def _told(self, cases: Sequence[Case]) -> Iterator[_Refused]:
        """Yield the refusals by guards that cases come to by calls alone, those with the fewest calls first."""
        for case in sorted(filter(_is_playable, cases), key=lambda each: len(each.steps)):
            last = case.steps[-1]
            if last.expect.code is not None and last.expect.code in self._guards.get(last.tool, ()):
                before = tuple((step.tool, step.arguments) for step in case.steps[:-1] if step.tool in self._writers)
                yield _Refused(before, last.tool, last.arguments, last.expect.code)

    def _is_lifted(self, refused: _Refused) -> bool:
        return any((edge.consumer, edge.code) == (refused.tool, refused.code) for edge in self.found)

    def _likely(self, refused: _Refused) -> list[ToolSpec]:
        """Return the other writing tools, those first that write what the tool reads about rows it is about."""
        tool = self._writers[refused.tool]
        about = {*tool.reads, *tool.writes}
        entities = {each.to for each in tool.arguments if each.type == "ref"}
        words = {*refused.code.split("_")}

        def rank(each: ToolSpec) -> tuple[int, int, int, str]:
            named = len(words & {*each.name.split("_")})
            shared = len(entities & {argument.to for argument in each.arguments if argument.type == "ref"})
            return (-named, -shared, -len(about & {*each.writes}), each.name)

        return sorted(
            (each for each in self._writers.values() if each.name != tool.name and about & {*each.writes}), key=rank
        )

    async def _call(self, tool: str, arguments: JsonObject) -> StepRecord:
        return await self._scratch.call(self._environment, tool, arguments)

    def _rng(self, *words: str) -> random.Random:
        return random.Random(derive(self._digest, "enable", *words))


def _is_playable(case: Case) -> bool:
    return case.is_from_seed and not any(CURSOR in str(step.arguments) for step in case.steps)
