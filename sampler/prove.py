"""Proof of a tool graph: each edge executed once in a live session, producer first, then consumer."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

from envkit.calls import Json, ToolCall
from envkit.clock import derive
from envkit.manifest import ToolSpec
from farm.session import Session
from sampler.graph import GraphEdge, ToolGraph, manifest_digest
from sampler.ground import candidates
from sampler.plan import spread
from sampler.state import WorldState, read_states
from sampler.task import StepRecord

_PRODUCED = 3
_TRIES = 4


async def prove(graph: ToolGraph, session: Session, edges: Iterable[GraphEdge]) -> ToolGraph:
    """Execute edges on forks of a session: the producer, then the consumer with what it gave, until it succeeds.

    Producers that need ids themselves take them from the live state. Chance is derived from the manifests' digests, so
    the same environments prove the same edges. An edge that a few tries do not prove is not thereby wrong.
    """
    states = await read_states(session, graph.manifests)
    proven = [edge for edge in edges if await _prove_edge(edge, states[edge.environment], session)]
    return graph.with_proven(proven)


def lookup_edges(graph: ToolGraph) -> tuple[GraphEdge, ...]:
    """Return the edges that a policy's look-ups follow: those whose producer only reads."""
    return tuple(edge for edge in graph.edges if not graph.manifests[edge.environment].tool(edge.producer).writes)


def traced(graph: ToolGraph, trajectory: Sequence[StepRecord]) -> ToolGraph:
    """Return the graph with the edges proven that an executed trajectory followed."""
    followed = [
        edge
        for edge in graph.edges
        for index, step in enumerate(trajectory)
        if (step.environment, step.tool) == (edge.environment, edge.consumer) and step.code is None
        if _fed(step.arguments.get(edge.argument), edge, trajectory[:index])
    ]
    return graph.with_proven(followed)


def _fed(argument: Json, edge: GraphEdge, before: Sequence[StepRecord]) -> bool:
    taken = argument if isinstance(argument, list) else [argument]
    return any(
        value in taken
        for step in before
        if (step.environment, step.tool) == (edge.environment, edge.producer) and step.code is None
        for _, value in spread(step.content, edge.path)
        if value is not None
    )


async def _prove_edge(edge: GraphEdge, state: WorldState, session: Session) -> bool:
    manifest = state.manifest
    rng = random.Random(derive(manifest_digest(manifest), edge.producer, edge.path, edge.consumer, edge.argument))
    async with await session.fork() as scratch:
        for produced in await _produce(edge, manifest.tool(edge.producer), state, scratch, rng):
            fixed: dict[str, Json] = {edge.argument: produced}
            argument = next(each for each in manifest.tool(edge.consumer).arguments if each.name == edge.argument)
            if argument.many:
                fixed = {edge.argument: [produced]}
            tried = candidates(manifest.tool(edge.consumer), state, rng, fixed=fixed)
            for _, arguments in zip(range(_TRIES), tried, strict=False):
                if not (await scratch.call(ToolCall(edge.environment, edge.consumer, arguments))).is_refused:
                    return True
    return False


async def _produce(
    edge: GraphEdge, producer: ToolSpec, state: WorldState, scratch: Session, rng: random.Random
) -> list[Json]:
    """Return a few ids that one successful call of the producer gave."""
    tries = iter([{}]) if producer.kind == "list" else candidates(producer, state, rng)
    for _, arguments in zip(range(_PRODUCED * _TRIES), tries, strict=False):
        observation = await scratch.call(ToolCall(edge.environment, edge.producer, arguments))
        shown = () if observation.is_refused else spread(observation.content, edge.path)
        found = [value for _, value in shown if value]
        if found:
            return rng.sample(found, min(_PRODUCED, len(found)))
    return []
