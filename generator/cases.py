"""The cases of an environment: what the oracle says each tool answers, refuses and changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from envkit.calls import Json, JsonObject
from envkit.clock import derive
from envkit.errors import INTERNAL
from generator.alternatives import missing_id
from generator.blueprint import Blueprint, ToolPart
from generator.boundaries import Boundary, Hunt
from generator.case_lists import list_calls
from generator.casebook import Call, Casebook, Rows, Scene
from generator.detours import detours
from generator.draw import draw_arguments
from generator.finding import Finding
from generator.interpret import Interpreter
from generator.lock import NO_LOCK, Left, Lock, digest_of
from generator.nudge import nudge
from generator.parameters import Parameter
from generator.recall import joined, open_goals, recalled, stands, ways_left
from generator.search import Found, Goal, Search, Witness, shorten

SEARCH_WORK = 6_000_000
"""How long to search for what is not reached yet, in units of `Search`: a few seconds."""

_WALKS = 3
_WALK_CALLS = 25
_EDGES = 40
_EDGE_TRIES = 25


@dataclass(frozen=True, slots=True)
class Book:
    """The cases of an environment, what no calls were found for, and what the search found wrong with its blueprint."""

    cases: tuple[JsonObject, ...]
    left: Left
    findings: tuple[Finding, ...]


def explore(
    blueprint: Blueprint, rows: Rows, *, work: int = SEARCH_WORK, is_judged: bool = True, lock: Lock = NO_LOCK
) -> Book:
    """Derive the cases, and list guards that nothing reaches, tools that never succeed and calls that break a law.

    The same for the same input. Calls in the lock that still reach something are taken first, and only for what they do
    not reach there is a search. Unless they are judged, no case is found to break a law; the cases are the same.
    """
    book = Casebook(blueprint, rows, is_judged=is_judged)
    root = book.world()
    found, reached = _searched(root, lock, work)
    order = [*blueprint.tools]
    inquired = sorted(reached.values(), key=lambda each: order.index(each.goal.tool))
    witnesses = {each.goal: each for each in inquired if _record_witness(book, each)}
    unreached = [*_unreached(book, root, found)]
    for name, tool in blueprint.tools.items():
        if tool.kind == "list":
            for scene, calls in list_calls(root, name):
                book.record(scene, calls)
    for entity in blueprint.entities:
        _record_round_trip(book, blueprint, entity, witnesses)
    for seed in range(_WALKS):
        book.record(Scene(f"walk/{seed}", "walk", "", seed), _walk(book, blueprint, seed))
    _record_edges(book, blueprint, witnesses)
    forms: dict[str, str] = {}
    for name in blueprint.tools:
        _record_misfits(book, root, name, witnesses)
        forms |= _record_boundaries(book, root, name, witnesses, lock)
    broken = {**found.broken, **book.broken}
    left = Left(ways_left(blueprint, witnesses), forms)
    return Book(book.cases(), left, (*(Finding(path, how) for path, how in broken.items()), *unreached))


def _searched(root: Interpreter, lock: Lock, work: int) -> tuple[Found, dict[Goal, Witness]]:
    """Search for what the lock's calls do not reach, unless what they leave was searched for in vain before."""
    blueprint = root.blueprint
    known = recalled(root, lock)
    if known and not open_goals(blueprint, known) and ways_left(blueprint, known) == lock.left.ways:
        return Found(), known
    found = Search(blueprint, root, work).run()
    fresh = {goal: shorten(root, witness) for goal, witness in found.witnesses.items()}
    fresh |= {each.goal: each for each in [*detours(root, [*fresh.values()])]}
    reached = joined(known, fresh)
    found.unreached = tuple(goal for goal in found.unreached if goal in open_goals(blueprint, reached))
    return found, reached


def _record_witness(book: Casebook, witness: Witness) -> bool:
    goal = witness.goal
    about = "refusal" if goal.code else "effects"
    return book.record(Scene(f"{goal.tool}/{goal.code or 'ok'}", about, goal.tool), witness.calls)


def _unreached(book: Casebook, root: Interpreter, found: Found) -> Iterator[Finding]:
    """Say what was not reached by calls from the seed; guards that an edited row reaches get a case of their own."""
    for goal in found.unreached:
        if not goal.code:
            yield Finding(f"tools.{goal.tool}", "no calls from the first rows were found that make it succeed")
            continue
        path = f"tools.{goal.tool}.require.{goal.code}"
        chance = Random(derive(root.blueprint.name, "nudge", goal.tool, goal.code))
        nudged = nudge(root, goal, found.deepest.get(goal.tool), chance)
        if nudged is None:
            yield Finding(path, "nothing makes it the first guard to fail; is an earlier one in its way?")
            continue
        edit, arguments = nudged
        scene = Scene(f"{goal.tool}/{goal.code}", "refusal", goal.tool, edits=(edit,))
        book.record(scene, [(goal.tool, arguments)])
        yield Finding(path, f"no calls from the first rows make it fire; only a changed row does ({edit.to_json()})")


def _record_misfits(book: Casebook, root: Interpreter, tool: str, witnesses: Mapping[Goal, Witness]) -> None:
    """Record arguments that do not fit: one unknown, one missing, each bound overstepped."""
    valid = _succeeding(witnesses, tool)
    if valid is None:
        return
    *before, (_, arguments) = valid.calls
    misfits: dict[str, JsonObject] = {"unknown_argument": {**arguments, "no_such_argument": 1}}
    for each in root.parameters(tool):
        if each.is_required:
            misfits.setdefault(
                "missing_argument", {name: value for name, value in arguments.items() if name != each.name}
            )
        for what, value in _outside(each):
            misfits[f"{each.name}_{what}"] = {**arguments, each.name: value}
    for what, misfit in misfits.items():
        book.record(
            Scene(f"{tool}/{what}", "boundary", tool), [*before, (tool, misfit)] if before else [(tool, misfit)]
        )


def _record_boundaries(
    book: Casebook, root: Interpreter, tool: str, witnesses: Mapping[Goal, Witness], lock: Lock
) -> dict[str, str]:
    """Record calls that would show a weaker guard, sum or effect: stored values stand where a comparison tips.

    Give a digest of what they leave, by the tool; nothing if it has no weaker forms.
    """
    known = [each.calls[0][1] for each in witnesses.values() if each.goal.tool == tool and len(each.calls) == 1]
    hunt = Hunt(root, tool, known)
    if not hunt.has_forms:
        return {}
    found = [each for each in lock.boundaries.get(tool, ()) if stands(root, each.edits) and hunt.tells(each)]
    if _left(hunt, found) != lock.left.forms.get(tool):
        found += hunt.run()
    kept = [each for each in found if book.record(_scene(tool, each), [each.call])]
    if len(kept) < len(found):
        hunt = Hunt(root, tool, known)
        for each in kept:
            hunt.tells(each)
    return {tool: _left(hunt, kept)}


def _scene(tool: str, each: Boundary) -> Scene:
    place = each.path.removeprefix(f"tools.{tool}.")
    return Scene(f"{tool}/at_{place}", "boundary", tool, edits=each.edits)


def _left(hunt: Hunt, found: Sequence[Boundary]) -> str:
    """Digest the forms that calls leave, and how many calls there are."""
    return digest_of([str(len(found)), *(f"{each.path} {each.operator} {each.after}" for each in hunt.left)])


def _outside(each: Parameter) -> Iterator[tuple[str, Json]]:
    if each.low is not None:
        yield "too_low", each.low - 1
    if each.high is not None:
        yield "too_high", each.high + 1
    if each.type.kind in ("enum", "state"):
        yield "unknown_value", "no_such_value"
    if each.type.kind == "time":
        yield "no_moment", "next week"
    if each.type.kind in ("int", "money"):
        yield "no_number", "many"
    if each.type.kind == "bool":
        yield "no_bool", "perhaps"


def _succeeding(witnesses: Mapping[Goal, Witness], tool: str) -> Witness | None:
    found = [witness for goal, witness in witnesses.items() if goal.tool == tool and not goal.code]
    return min(found, key=lambda each: len(each.calls)) if found else None


def _record_round_trip(book: Casebook, blueprint: Blueprint, entity: str, witnesses: Mapping[Goal, Witness]) -> None:
    """Record the life of a new row: made, got, listed, changed, removed, gone."""
    kinds = {tool.kind: name for name, tool in blueprint.tools.items() if tool.entity == entity}
    made = _succeeding(witnesses, kinds.get("create", ""))
    if made is None:
        return
    calls = [*made.calls]
    row = _play(book.world(), calls)
    row_id = row.get("id") if row else None
    key = {f"{entity}_id": row_id}
    if "get" in kinds:
        calls.append((kinds["get"], key))
    if "list" in kinds:
        filters = [name for name in blueprint.tools[kinds["list"]].filter if row and row.get(name) is not None]
        assert row is not None
        calls.append((kinds["list"], {**{name: row[name] for name in filters[:1]}, "limit": 3}))
    changed = _succeeding(witnesses, kinds.get("update", ""))
    if changed is not None:
        calls.append((kinds["update"], {**changed.calls[-1][1], **key}))
        calls += [(kinds["get"], key)] if "get" in kinds else []
    if "delete" in kinds:
        calls.append((kinds["delete"], key))
        calls += [(kinds["get"], key)] if "get" in kinds else []
    book.record(Scene(f"{entity}/round_trip", "round_trip", kinds["create"]), calls)


def _play(world: Interpreter, calls: Sequence[Call]) -> JsonObject | None:
    """Make the calls and give the last answer, if it is an object."""
    content: Json = None
    for tool, arguments in calls:
        content = world.call(tool, arguments).content
    return content if isinstance(content, Mapping) else None


def _record_edges(book: Casebook, blueprint: Blueprint, witnesses: Mapping[Goal, Witness]) -> None:
    """Record one way from each tool that makes or finds a row to each that takes one."""
    recorded = 0
    for producer in blueprint.tools:
        witness = _succeeding(witnesses, producer)
        if witness is None:
            continue
        world = book.world()
        content = _play(world, witness.calls)
        for consumer, tool in blueprint.tools.items():
            if recorded >= _EDGES or consumer == producer:
                continue
            chance = Random(derive(blueprint.name, "edge", producer, consumer))
            taken = _taken(blueprint, world, content, (consumer, tool), chance)
            if taken is not None:
                recorded += 1
                scene = Scene(f"{producer}/to_{consumer}", "edge", consumer)
                book.record(scene, [*witness.calls, (consumer, taken)])


def _taken(
    blueprint: Blueprint, world: Interpreter, content: JsonObject | None, consumer: tuple[str, ToolPart], chance: Random
) -> JsonObject | None:
    """Find arguments with which a consumer succeeds on a row that the content shows."""
    name, tool = consumer
    shown = dict(_shown_rows(blueprint, content or {}))
    refs = [each for each in world.parameters(name) if each.type.kind == "ref" and each.type.entity in shown]
    if not refs or tool.kind == "list":
        return None
    for _ in range(_EDGE_TRIES):
        drawn = draw_arguments(world, name, chance)
        if drawn is None:
            return None
        arguments = {**drawn, refs[0].name: shown[refs[0].type.entity]}
        refused = world.attempt(name, arguments)
        world.undo()
        if refused is None:
            return arguments
    return None


def _shown_rows(blueprint: Blueprint, content: JsonObject) -> Iterator[tuple[str, str]]:
    """Yield entity and id of the rows an answer shows, at its top, in its members and in its lists."""
    prefixes = {part.prefix: name for name, part in blueprint.entities.items()}
    for member in [content, *content.values()]:
        for row in member if isinstance(member, list) else [member]:
            row_id = row.get("id") if isinstance(row, Mapping) else None
            if isinstance(row_id, str) and row_id.partition("_")[0] in prefixes:
                yield prefixes[row_id.partition("_")[0]], row_id


def _walk(book: Casebook, blueprint: Blueprint, seed: int) -> list[Call]:
    """Draw a walk through the tools: mostly calls that succeed, some refused ones among them."""
    chance = Random(derive(blueprint.name, "walk", seed))
    world = book.world(seed)
    names = [*blueprint.tools]
    weights = [1 if tool.kind in ("list", "get") else 3 for tool in blueprint.tools.values()]
    calls: list[Call] = []
    for _ in range(4 * _WALK_CALLS):
        tool = chance.choices(names, weights)[0]
        call = _walk_call(world, tool, chance, wants_refusal=chance.random() < 0.25)
        calls += [call] if call else []
        if len(calls) == _WALK_CALLS:
            break
    return calls


def _walk_call(world: Interpreter, tool: str, chance: Random, *, wants_refusal: bool) -> Call | None:
    for _ in range(20):
        arguments = draw_arguments(world, tool, chance)
        if arguments is None:
            return None
        if wants_refusal and chance.random() < 0.3:
            arguments = _misdirected(world, tool, arguments, chance)
        refused = world.attempt(tool, arguments)
        if (refused is None or refused.code != INTERNAL) and (refused is not None) is wants_refusal:
            return tool, arguments
        world.undo()
    return None


def _misdirected(world: Interpreter, tool: str, arguments: JsonObject, chance: Random) -> JsonObject:
    refs = [each for each in world.parameters(tool) if each.type.kind == "ref" and each.name in arguments]
    if not refs:
        return arguments
    of = chance.choice(refs)
    return {**arguments, of.name: missing_id(world, of.type.entity)}
