"""Check 9: for each edge of the dependency graph the producer's output is fed to the consumer, which succeeds."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from envkit.calls import Json, JsonObject
from envkit.clock import derive
from envkit.manifest import ArgumentSpec, Edge, Manifest, ToolSpec
from registry.checks.answers import values_at
from registry.checks.check import Check, Outcome
from registry.checks.ground import propose
from registry.checks.probe import Probe, State
from registry.checks.recording import Seen
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "edges"
ATTEMPTS = 10
"""How often producer and consumer are tried together before an edge counts as unproven."""
SEARCH_CALLS = 600
"""Calls of the whole search: an emitted environment brings a case of every edge, and needs none."""
WALK_CALLS = 60
"""Calls of the last search, for consumers that need other calls in between."""


async def ask(subject: Subject) -> Outcome:
    """Look for each edge in what was recorded, then try the rest on worlds where the consumer is about to succeed."""
    edges = subject.manifest.edges
    if not edges:
        return Outcome(reason="the manifest declares no edges")
    seen_edges = _seen(subject)
    findings: list[Finding] = []
    searched = 0
    for edge in edges:
        if edge not in seen_edges:
            is_proven, made = await _prove(subject, edge) if searched < SEARCH_CALLS else (False, 0)
            searched += made
            if not is_proven:
                findings.append(_unproven(edge))
    return Outcome(tuple(findings), len(edges), len(subject.seen) + searched)


def _seen(subject: Subject) -> set[Edge]:
    proven: set[Edge] = set()
    trajectories = [walk.seen for walk in subject.walks] + [played.seen for played in subject.plays]
    for trajectory in trajectories:
        proven.update(_edges_in(subject.manifest.edges, trajectory))
    return proven


def _edges_in(edges: Sequence[Edge], trajectory: Sequence[Seen]) -> Iterator[Edge]:
    produced: dict[tuple[str, str], set[str]] = {}
    for seen in trajectory:
        if seen.observation.is_refused:
            continue
        for edge in edges:
            if edge.consumer == seen.call.tool:
                values = produced.get((edge.producer, edge.path), set())
                if values & set(_texts(seen.call.arguments.get(edge.argument))):
                    yield edge
        for edge in edges:
            if edge.producer == seen.call.tool:
                found = values_at(seen.observation.content, edge.path)
                produced.setdefault((edge.producer, edge.path), set()).update(found)


def _texts(value: Json) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


async def _prove(subject: Subject, edge: Edge) -> tuple[bool, int]:
    consumer = subject.success(edge.consumer)
    producer = subject.success(edge.producer)
    if consumer is None or producer is None:
        return False, 0
    rng = random.Random(derive(subject.seed, "edge", edge.producer, edge.path, edge.consumer, edge.argument))
    calls = 0
    for stand in (consumer, producer):
        async with subject.host.standing(stand.trail) as probe:
            is_proven = await _feed(
                probe, subject.manifest, edge, consumer.call.arguments, producer.call.arguments, rng
            )
            if not is_proven and stand is producer:
                is_proven = await _walk(probe, subject.manifest, edge, producer.call.arguments, rng)
            calls += probe.calls
        if is_proven:
            return True, calls
    return False, calls


async def _feed(
    probe: Probe, manifest: Manifest, edge: Edge, consuming: JsonObject, producing: JsonObject, rng: random.Random
) -> bool:
    """Run the producer in this world and feed its values to the consumer in several ways."""
    producer, consumer = manifest.tool(edge.producer), manifest.tool(edge.consumer)
    argument = _argument(consumer, edge.argument)
    mark = await probe.mark()
    state = await probe.state()
    for attempt in range(ATTEMPTS):
        wanted = _texts(consuming.get(edge.argument))
        aims = [_aimed(producer, edge, wanted, state), producing]
        arguments = aims[attempt] if attempt < len(aims) else propose(producer, manifest, state, rng)
        made = await probe.call(producer.name, arguments)
        values = values_at(made.content, edge.path)
        if made.is_refused or not values:
            await probe.back(mark)
            continue
        value = next((each for each in values if each in wanted), rng.choice(values))
        fed: Json = [value] if argument.many else value
        after = state if producer.read_only else await probe.state()
        for base in (dict(consuming), propose(consumer, manifest, after, rng)):
            if not (await probe.call(consumer.name, {**base, edge.argument: fed})).is_refused:
                return True
        await probe.back(mark)
    return False


async def _walk(probe: Probe, manifest: Manifest, edge: Edge, producing: JsonObject, rng: random.Random) -> bool:
    """Run the producer, then writers by chance, trying the consumer on the producer's values in between."""
    consumer = manifest.tool(edge.consumer)
    argument = _argument(consumer, edge.argument)
    values = values_at((await probe.call(edge.producer, producing)).content, edge.path)
    writers = [tool for tool in manifest.tools if not tool.read_only]
    if not values or not writers:
        return False
    for _ in range(WALK_CALLS // 2):
        state = await probe.state()
        tool = rng.choice(writers)
        await probe.call(tool.name, propose(tool, manifest, state, rng))
        value = rng.choice(values)
        fed: Json = [value] if argument.many else value
        tried = {**propose(consumer, manifest, await probe.state(), rng), edge.argument: fed}
        if not (await probe.call(consumer.name, tried)).is_refused:
            return True
    return False


def _aimed(producer: ToolSpec, edge: Edge, wanted: Sequence[str], state: State) -> JsonObject:
    """Return arguments with which a reading producer shows a wanted value: the row that holds it, or a full page."""
    if producer.kind == "get":
        field = edge.path.rsplit(".", 1)[-1].removesuffix("[]")
        rows = state.rows.get(producer.entity, {})
        holding = [row_id for row_id, row in rows.items() if set(_texts(row.get(field))) & set(wanted)]
        if holding:
            return {producer.arguments[0].name: holding[0]}
    return {each.name: each.maximum for each in producer.arguments if each.role == "limit" and each.maximum is not None}


def _argument(tool: ToolSpec, name: str) -> ArgumentSpec:
    return next(each for each in tool.arguments if each.name == name)


def _unproven(edge: Edge) -> Finding:
    sentence = f"{edge.consumer} never succeeded with a {edge.argument} that {edge.producer} returned at {edge.path}."
    return Finding(check=NAME, tool=edge.consumer, sentence=sentence)


CHECK = Check(9, NAME, "every edge of the dependency graph is proven by execution", "world", ask)
