"""Proof of a tool graph: each edge executed once in a live session, producer first, then consumer."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import suppress
from itertools import islice

from envkit.calls import Json, JsonObject
from envkit.clock import derive
from envkit.manifest import ArgumentSpec, ToolSpec
from farm.session import Session
from registry.case import CURSOR, Case
from sampler.edges import EdgeKind, GraphEdge
from sampler.flows import EdgeIndex, Trace, followed, members, witness
from sampler.graph import ToolGraph, manifest_digest
from sampler.ground import candidates
from sampler.listing import filters, passing
from sampler.plan import spread
from sampler.scratch import Allowance, Scratch, SpentError
from sampler.state import WorldState, read_states
from sampler.task import StepRecord
from sampler.trail import Cell, cells
from sampler.values import fits

Cases = Mapping[str, Sequence[Case]]
"""The oracle's cases, by environment."""

CALLS = 1_000
"""Calls that proving a set of edges may take for each environment."""

_PRODUCED, _VALUES, _TEMPLATES, _TRIES = 3, 3, 2, 4
_FLOWING: tuple[EdgeKind, ...] = ("id", "attribute")
_ID_TRIES, _VALUE_TRIES, _USER_TRIES = 8, 4, 12


async def prove(
    graph: ToolGraph, session: Session, edges: Iterable[GraphEdge], cases: Cases | None = None
) -> ToolGraph:
    """Execute edges on a fork of a session: the producer, then the consumer with what it gave, until it succeeds.

    Cases from a fresh world are played first; calls that they show to succeed serve as patterns for others. Else
    arguments come from the live state. Chance is derived from the manifests' digests, so the same environments prove
    the same edges. An edge that a few tries, or the CALLS for all, do not prove is not thereby wrong. Preconditions
    are found by `enable.enabling`.
    """
    states = await read_states(session, graph.manifests)
    async with Scratch(session, graph.manifests, Allowance(CALLS * len(states))) as scratch:
        prover = _Prover(graph, scratch, states, set(edges))
        with suppress(SpentError):
            await prover.play(cases or {})
            await prover.read()
            await prover.say()
            await prover.write()
    return graph.with_proven(prover.proofs, prover.proofs)


def traced(graph: ToolGraph, trajectory: Sequence[StepRecord]) -> ToolGraph:
    """Return the graph with the edges proven that an executed trajectory followed."""
    found = followed(EdgeIndex(graph), trajectory)
    return graph.with_proven(found, found)


class _Prover:
    """Proves edges in a scratch world, which starts over whenever a call has changed it."""

    def __init__(
        self, graph: ToolGraph, scratch: Scratch, states: Mapping[str, WorldState], pending: set[GraphEdge]
    ) -> None:
        self.proofs: dict[GraphEdge, str] = {}
        self._graph = graph
        self._scratch = scratch
        self._states = states
        self._pending = pending
        self._index = EdgeIndex(graph)
        self._patterns: dict[tuple[str, str], list[JsonObject]] = defaultdict(list)
        self._digests = {slug: manifest_digest(manifest) for slug, manifest in graph.manifests.items()}

    async def play(self, cases: Cases) -> None:
        """Play the cases that follow pending edges; remember what their first calls were given."""
        for environment, told in cases.items():
            for case in told if environment in self._states else ():
                if not case.is_from_seed or any(CURSOR in str(step.arguments) for step in case.steps):
                    continue
                expected = [
                    StepRecord(
                        environment=environment,
                        tool=step.tool,
                        arguments=step.arguments,
                        content=step.expect.content,
                        code=step.expect.code,
                    )
                    for step in case.steps
                ]
                if expected[0].code is None:
                    self._patterns[environment, expected[0].tool].append(expected[0].arguments)
                if self._pending.isdisjoint(followed(self._index, expected)):
                    continue
                trace = Trace(self._index)
                for each in expected:
                    step = await self._scratch.call(environment, each.tool, each.arguments)
                    await self._take(step, trace, self._scratch)
                    trace.show(step)
                await self._scratch.start_over()

    async def read(self) -> None:
        """Prove the edges that start at tools which only read: all of them read once, then the consumers tried."""
        trace = Trace(self._index)
        shown: dict[tuple[str, str], list[StepRecord]] = {}
        for environment, name in sorted({(edge.environment, edge.producer) for edge in self._flowing()}):
            tool = self._graph.manifests[environment].tool(name)
            if not tool.writes:
                shown[environment, name] = await self._produced(environment, tool, _PRODUCED)
                for step in shown[environment, name]:
                    trace.show(step)
        for edge in self._flowing():
            if edge in self._pending and (edge.environment, edge.producer) in shown:
                await self._consume(edge, shown[edge.environment, edge.producer], trace, self._scratch, self._states)

    async def say(self) -> None:
        """Prove what only the user says: the tool succeeds with values made up for it."""
        for edge in sorted(edge for edge in self._pending if edge.kind == "user"):
            if edge not in self._pending:
                continue
            tool = self._graph.manifests[edge.environment].tool(edge.consumer)
            for arguments in islice(self._attempts(edge.environment, tool), _USER_TRIES):
                step = await self._scratch.call(edge.environment, tool.name, arguments)
                await self._take(step, Trace(self._index), self._scratch)
                await self._scratch.start_over()
                if edge not in self._pending:
                    break

    async def write(self) -> None:
        """Prove the edges that start at tools which write: each is called, then its consumers are tried.

        First all those of ids, once more after another call of each tool, and then those of values.
        """
        passes: tuple[tuple[int, EdgeKind], ...] = ((0, "id"), (1, "id"), (0, "attribute"))
        for number, kind in passes:
            for environment, name in sorted({(edge.environment, edge.producer) for edge in self._flowing(kind)}):
                tool = self._graph.manifests[environment].tool(name)
                if tool.writes:
                    await self._write(environment, tool, number, kind)

    async def _write(self, environment: str, tool: ToolSpec, number: int, kind: EdgeKind) -> None:
        """Call a writing tool in the way of that number, and try the consumers of what it showed."""
        shown = (await self._produced(environment, tool, number + 1))[number:]
        if shown:
            trace = Trace(self._index)
            trace.show(shown[0])
            async with await self._scratch.onward() as after:
                states = await after.states()
                for edge in self._flowing(kind):
                    if edge in self._pending and (edge.environment, edge.producer) == (environment, tool.name):
                        await self._consume(edge, shown, trace, after, states)
        await self._scratch.start_over()

    def _flowing(self, *kinds: EdgeKind) -> list[GraphEdge]:
        """Return the pending edges along which values flow: those of ids first, since more depends on them."""
        flowing = [edge for edge in self._pending if edge.kind in (kinds or _FLOWING)]
        return sorted(flowing, key=lambda edge: (edge.kind != "id", edge))

    async def _consume(
        self,
        edge: GraphEdge,
        shown: Sequence[StepRecord],
        trace: Trace,
        scratch: Scratch,
        states: Mapping[str, WorldState],
    ) -> None:
        """Call the consumer of an edge with values that its producer has shown, until one is taken.

        `states` are those of the scratch; a list that would show nothing new is not called.
        """
        rng = self._rng(edge.environment, edge.producer, edge.path, edge.consumer, edge.argument)
        found = {
            value: None for step in shown for _, each in spread(step.content, edge.path) for value in members(each)
        }
        values = [value for value in found if edge.kind == "id" or fits(value, edge.value)]
        state = states[edge.consumed_in]
        tool = state.manifest.tool(edge.consumer)
        argument = next(each for each in tool.arguments if each.name == edge.argument)
        known = {cell for step in shown for cell in cells(edge.environment, step.content)}
        values = [value for value in values if _may_tell(state, tool, argument.name, value, known)]
        calls = self._with_values(state, tool, argument, values, rng)
        for arguments in islice(calls, _ID_TRIES if edge.kind == "id" else _VALUE_TRIES):
            step = await scratch.call(edge.consumed_in, tool.name, arguments)
            await self._take(step, trace, scratch)
            await scratch.start_over()
            if edge not in self._pending:
                return

    def _with_values(
        self, state: WorldState, tool: ToolSpec, argument: ArgumentSpec, values: Sequence[Json], rng: random.Random
    ) -> Iterator[JsonObject]:
        """Yield arguments that hand over one of the values: known calls that do, known calls changed to, new ones."""
        patterns = self._patterns[state.manifest.slug, tool.name]
        fitting = [each for each in patterns if any(value in values for value in members(each.get(argument.name)))]
        yield from fitting[:_TEMPLATES]
        for value in rng.sample(values, min(_VALUES, len(values))):
            given: Json = [value] if argument.many or argument.type == "list" else value
            yield from ({**each, argument.name: given} for each in patterns[:1])
            drawn = candidates(tool, state, rng, fixed={argument.name: given})
            yield from islice(drawn, 1 if patterns else _TRIES)

    async def _produced(self, environment: str, tool: ToolSpec, wanted: int) -> list[StepRecord]:
        """Return up to `wanted` successful calls of a tool, the last of which stands in the scratch world."""
        found: list[StepRecord] = []
        for arguments in islice(self._attempts(environment, tool), _PRODUCED * _TRIES):
            if found:
                await self._scratch.start_over()
            step = await self._scratch.call(environment, tool.name, arguments)
            if step.code is None and arguments not in [each.arguments for each in found]:
                found.append(step)
            if len(found) == wanted or (found and tool.kind == "list"):
                break
        return found

    def _attempts(self, environment: str, tool: ToolSpec) -> Iterator[JsonObject]:
        """Yield arguments for a tool that are likely to succeed: nothing for a list, known calls, then drawn ones."""
        if tool.kind == "list":
            yield {}
        yield from self._patterns[environment, tool.name][:_PRODUCED]
        yield from candidates(tool, self._states[environment], self._rng(environment, tool.name))

    async def _take(self, step: StepRecord, trace: Trace, scratch: Scratch) -> None:
        """Take the edges for proven along which values came to a call, if it was not in vain.

        A list that only finds again the rows that the producer has shown is: no task could need it.
        """
        if await scratch.is_telling(step):
            is_list = self._graph.manifests[step.environment].tool(step.tool).kind == "list"
            found = {edge: origin for edge, origin in trace.taken(step) if not is_list or _has_news(step, origin)}
            self._keep({edge: witness(*([origin] if origin else []), step) for edge, origin in found.items()})

    def _keep(self, found: Mapping[GraphEdge, str]) -> None:
        """Take the edges that are wanted for proven."""
        for edge, text in found.items():
            if edge in self._pending:
                self._pending.discard(edge)
                self.proofs[edge] = text

    def _rng(self, environment: str, *words: str) -> random.Random:
        return random.Random(derive(self._digests[environment], *words))


def _may_tell(state: WorldState, tool: ToolSpec, argument: str, value: Json, known: Set[Cell]) -> bool:
    """Say whether a list filtered by a value may show something that is not known, as far as the state tells."""
    if tool.kind != "list" or argument not in filters(tool, state):
        return True
    rows = state.rows[tool.entity]
    found = passing(tool, state, argument, value)
    return any(cell not in known for row_id in found for cell in cells(state.manifest.slug, rows[row_id]))


def _has_news(step: StepRecord, origin: StepRecord | None) -> bool:
    """Say whether a list shows something of rows that the producer did not."""
    shown = set(cells(step.environment, step.content))
    return origin is None or not shown <= set(cells(origin.environment, origin.content))
