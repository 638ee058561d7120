"""Which dependencies between tools are real: those a trajectory of the oracle shows, and the cases that show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import Random

from envkit.calls import Json, JsonObject
from envkit.clock import derive
from envkit.manifest import Edge
from generator.blueprint import Blueprint
from generator.casebook import Call, Casebook, Rows, Scene
from generator.draw import draw_arguments
from generator.interpret import Interpreter, is_writing

_DRAWS = 12
_PAGE = 3
_ROWS_TRIED = 40
_READINGS = 8


@dataclass(frozen=True, slots=True)
class _Trail:
    """Calls from the seed after which `tool` has just succeeded with `arguments`."""

    before: tuple[Call, ...]
    tool: str
    arguments: JsonObject


def shown(candidates: Sequence[Edge], cases: Sequence[Mapping[str, Json]]) -> frozenset[Edge]:
    """Choose the edges whose consumer, in some case, succeeds with a value the producer gave before it."""
    found: set[Edge] = set()
    into: dict[str, list[Edge]] = {}
    paths: dict[str, dict[str, None]] = {}
    for edge in candidates:
        into.setdefault(edge.consumer, []).append(edge)
        paths.setdefault(edge.producer, {})[edge.path] = None
    for case in cases:
        produced: dict[tuple[str, str], set[str]] = {}
        for tool, arguments, content in _successes(case):
            for edge in into.get(tool, ()):
                known = produced.get((edge.producer, edge.path))
                if known and edge not in found and not known.isdisjoint(_texts(arguments.get(edge.argument))):
                    found.add(edge)
            for path in paths.get(tool, ()):
                produced.setdefault((tool, path), set()).update(values_at(content, path))
    return frozenset(found)


def edge_cases(
    blueprint: Blueprint, rows: Rows, candidates: Sequence[Edge], cases: Sequence[Mapping[str, Json]]
) -> tuple[JsonObject, ...]:
    """Look for cases that show the candidates which `cases` do not show yet."""
    book = Casebook(blueprint, rows, is_judged=False)
    trails = {trail.tool: trail for trail in reversed([*_trails(cases)])}
    missing = _without(candidates, shown(candidates, cases))
    for consumer in dict.fromkeys(edge.consumer for edge in missing):
        if consumer in trails:
            _ask_before(book, trails[consumer], [edge for edge in missing if edge.consumer == consumer])
    missing = _without(missing, shown(missing, book.cases()))
    for producer in dict.fromkeys(edge.producer for edge in missing):
        if producer in trails:
            _use_after(book, trails[producer], [edge for edge in missing if edge.producer == producer])
    return book.cases()


def values_at(content: Json, path: str) -> Iterator[str]:
    """Yield the strings at a path of an answer (`items[].id`, `booking.id`)."""
    here: list[Json] = [content]
    for part in path.split("."):
        name = part.removesuffix("[]")
        here = [each[name] for each in here if isinstance(each, Mapping) and name in each]
        if part.endswith("[]"):
            here = [item for each in here for item in (each if isinstance(each, list) else [])]
    yield from (value for each in here for value in _texts(each))


def _without(edges: Sequence[Edge], known: frozenset[Edge]) -> list[Edge]:
    return [edge for edge in edges if edge not in known]


def _texts(value: Json) -> list[str]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str)]


def _successes(case: Mapping[str, Json]) -> Iterator[tuple[str, JsonObject, Json]]:
    steps = case["steps"]
    assert isinstance(steps, Sequence)
    for step in steps:
        assert isinstance(step, Mapping)
        expect, arguments = step["expect"], step["arguments"]
        assert isinstance(expect, Mapping)
        assert isinstance(arguments, Mapping)
        if "content" in expect:
            yield str(step["tool"]), arguments, expect["content"]


def _trails(cases: Sequence[Mapping[str, Json]]) -> Iterator[_Trail]:
    for case in cases:
        calls = [(tool, arguments) for tool, arguments, _ in _successes(case)]
        is_plain = case["seed"] == 0 and not case.get("edits")
        if is_plain and calls and calls[-1][0] == case["tool"] and case["about"] in ("effects", "round_trip"):
            yield _Trail(tuple(calls[:-1]), *calls[-1])


def _ask_before(book: Casebook, trail: _Trail, edges: Sequence[Edge]) -> None:
    """Play the consumer's trail with reading producers asked first for the values it takes."""
    world = _played(book, trail.before)
    reads: list[Call] = []
    for edge in edges:
        if is_writing(world.blueprint.tools[edge.producer]):
            continue
        wanted = set(_texts(trail.arguments.get(edge.argument)))
        call = next((call for call in _readings(world, edge) if wanted & _answered(world, call, edge)), None)
        if call is not None and call not in reads:
            reads.append(call)
    if reads:
        scene = Scene(f"edge/to_{trail.tool}", "edge", trail.tool)
        book.record(scene, [*trail.before, *reads, (trail.tool, trail.arguments)])


def _use_after(book: Casebook, trail: _Trail, edges: Sequence[Edge]) -> None:
    """Play the producer's trail, then each consumer on a value it gave; consumers that only read share one case."""
    producer_writes = is_writing(book.world().blueprint.tools[trail.tool])
    shared: list[Call] = []
    for edge in edges:
        world = _played(book, trail.before)
        readings = islice(_readings(world, edge), _READINGS)
        for making in [(trail.tool, trail.arguments)] if producer_writes else readings:
            values = [*dict.fromkeys(values_at(world.call(*making).content, edge.path))]
            use = next((call for call in _uses(world, edge, values) if _succeeds(world, call)), None)
            if use is None:
                continue
            if is_writing(world.blueprint.tools[edge.consumer]):
                scene = Scene(f"edge/{edge.producer}_to_{edge.consumer}", "edge", edge.consumer)
                book.record(scene, [*trail.before, making, use])
            else:
                shared += [call for call in (making, use) if call not in shared]
            break
    if shared:
        book.record(Scene(f"edge/from_{trail.tool}", "edge", trail.tool), [*trail.before, *shared])


def _played(book: Casebook, calls: Sequence[Call]) -> Interpreter:
    world = book.world()
    for tool, arguments in calls:
        world.call(tool, arguments)
    return world


def _succeeds(world: Interpreter, call: Call) -> bool:
    is_refused = world.call(*call).code is not None
    world.undo()
    return not is_refused


def _answered(world: Interpreter, call: Call, edge: Edge) -> set[str]:
    outcome = world.call(*call)
    world.undo()
    return set(values_at(outcome.content, edge.path)) if outcome.code is None else set()


def _readings(world: Interpreter, edge: Edge) -> Iterator[Call]:
    """Yield ways to ask a reading producer: small pages by each filter, or each row it can be asked about."""
    tool = world.blueprint.tools[edge.producer]
    if tool.kind == "list":
        yield edge.producer, {"limit": min(_PAGE, tool.page_sizes[1])}
        for column in tool.filter:
            values = dict.fromkeys(row.to_wire()[column] for row in world.tables.all(tool.entity))
            for value in [each for each in values if each is not None][:_ROWS_TRIED]:
                yield edge.producer, {column: value, "limit": min(_PAGE, tool.page_sizes[1])}
        yield edge.producer, {"limit": tool.page_sizes[1]}
        return
    keys = [each for each in world.parameters(edge.producer) if each.type.kind == "ref" and each.is_required]
    drawn = draw_arguments(world, edge.producer, _chance(world, edge))
    if drawn is None or not keys:
        yield from [(edge.producer, drawn)] if drawn is not None else []
        return
    for row in world.tables.all(keys[0].type.entity)[:_ROWS_TRIED]:
        yield edge.producer, {**drawn, keys[0].name: row.id}


def _uses(world: Interpreter, edge: Edge, values: Sequence[str]) -> Iterator[Call]:
    """Yield ways to give a consumer one of the values."""
    tool = world.blueprint.tools[edge.consumer]
    parameter = next(each for each in world.parameters(edge.consumer) if each.name == edge.argument)
    chance = _chance(world, edge)
    for value in values[:_DRAWS]:
        fed: Json = [value] if parameter.type.kind == "list" else value
        if tool.kind == "list":
            yield edge.consumer, {edge.argument: fed, "limit": 1}
            continue
        for _ in range(_DRAWS):
            drawn = draw_arguments(world, edge.consumer, chance)
            if drawn is None:
                return
            yield edge.consumer, {**drawn, edge.argument: fed}


def _chance(world: Interpreter, edge: Edge) -> Random:
    return Random(derive(world.blueprint.name, "edge", edge.producer, edge.path, edge.consumer, edge.argument))
