"""The search for calls: how each tool comes to succeed on each of its paths, and each guard to fire, from the seed."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

import orjson

from envkit.calls import Json, JsonObject
from envkit.clock import derive
from envkit.errors import INTERNAL, INVALID_ARGUMENT
from generator.alternatives import alternatives
from generator.audit_tools import iter_effects
from generator.blueprint import Blueprint, CreateEffect, EachEffect, ToolPart, UpdateEffect, WhenEffect
from generator.draw import draw_arguments
from generator.expression import names, parse
from generator.interpret import Interpreter, Ways, branches_of, is_writing
from generator.parameters import Parameter

_CALL_WORK = 100
_ENTER_WORK = 600
_ROOT_DRAWS = 40
_CHILD_DRAWS = 5
_SWEEPS = 90
_WORLDS = 260
_DEEP = 5
_LEAST_TURNS = 60
_WAY_TURNS = 400
_LONGEST_CHAIN = 12
_TRIES = 12
_LONGEST_WAIT = 45
_PATHS = 4

Call = tuple[str, JsonObject]


@dataclass(frozen=True, slots=True)
class Goal:
    """Something to reach: a tool refusing with a code, or (no code) succeeding while its conditions go these ways."""

    tool: str
    code: str = ""
    ways: Ways = frozenset()


@dataclass(frozen=True, slots=True)
class Witness:
    """Calls from a fresh world, the last of which reaches the goal."""

    goal: Goal
    calls: tuple[Call, ...]


@dataclass(frozen=True, slots=True)
class _Reached:
    """What a call reaches, the rows it looks at in whole tables, and a word on it."""

    goal: Goal
    visits: int
    why: str


@dataclass(slots=True)
class _Place:
    """A world reached by successful calls, the rows that those calls touched, and what was tried there."""

    world: Interpreter
    calls: tuple[Call, ...] = ()
    hot: frozenset[str] = frozenset()
    tried: dict[tuple[str, bytes], _Reached] = field(default_factory=dict)


@dataclass(slots=True)
class Found:
    """What a search found: a witness for each goal reached, guards not reached, and calls that broke a law."""

    witnesses: dict[Goal, Witness] = field(default_factory=dict)
    unreached: tuple[Goal, ...] = ()
    broken: dict[str, str] = field(default_factory=dict)
    deepest: dict[str, JsonObject] = field(default_factory=dict)


class Search:
    """One search over a blueprint's worlds. It is bounded by work, never by time, so it always finds the same.

    Work: `_CALL_WORK` for a call, and one for each row looked at in a whole table.
    """

    def __init__(self, blueprint: Blueprint, root: Interpreter, limit: int) -> None:
        self._blueprint = blueprint
        self._chance = Random(derive(blueprint.name, "search"))
        self._places = [_Place(root)]
        self._left = limit
        self._found = Found()
        self._open = {
            Goal(name, code): None for name, tool in blueprint.tools.items() for code in ["", *tool.require] if code
        }
        self._open |= {Goal(name): None for name in blueprint.tools}
        self._gone: dict[str, set[tuple[str, bool]]] = {name: set() for name in blueprint.tools}
        self._deep: dict[str, list[tuple[int, _Place, JsonObject]]] = {name: [] for name in blueprint.tools}
        self._writers = [name for name, tool in blueprint.tools.items() if is_writing(tool)]
        self._bear: dict[Goal, Sequence[str]] = {}
        self._sums = root.conserved()
        self._ways = {
            name: [(text, holds) for text in conditions_of(tool) for holds in (True, False)]
            for name, tool in blueprint.tools.items()
        }

    def run(self) -> Found:
        """Search until all is found or the calls are spent."""
        root = self._places[0]
        for tool in self._blueprint.tools:
            for _ in range(_ROOT_DRAWS):
                self._draw(root, tool)
            self._sweep(tool)
        tools = self._blueprint.tools
        turn = 0
        while self._left > 0 and self._writers:
            straying = self._straying() if turn < _WAY_TURNS else []
            if not (self._open or straying or turn < _LEAST_TURNS):
                break
            goals = [*self._open] or straying or [Goal(tool) for tool in tools]
            goal = goals[turn % len(goals)]
            turn += 1
            self._left -= _CALL_WORK
            if self._chance.random() < 0.3:
                self._repeat(goal)
            else:
                self._expand(goal)
            if turn % 3 == 0:
                self._sweep(goal.tool)
        self._found.unreached = tuple(self._open)
        self._found.deepest = {tool: deep[0][2] for tool, deep in self._deep.items() if deep}
        return self._found

    def _straying(self) -> list[Goal]:
        """List the tools with a condition that no success has seen go one of its ways."""
        return [Goal(name) for name, ways in self._ways.items() if not self._gone[name].issuperset(ways)]

    def _draw(self, place: _Place, tool: str) -> None:
        arguments = draw_arguments(place.world, tool, self._chance, place.hot)
        if arguments is not None:
            self._try(place, tool, arguments)

    def _try(self, place: _Place, tool: str, arguments: JsonObject) -> bool:
        """Make a call, note what it reaches, and take it back; say whether it succeeds."""
        key = (tool, orjson.dumps(arguments))
        if key not in place.tried:
            place.tried[key] = _attempted(place.world, tool, arguments)
        reached = place.tried[key]
        goal, calls = reached.goal, (*place.calls, (tool, arguments))
        self._left -= _CALL_WORK + reached.visits
        if goal.code == INTERNAL:
            self._found.broken.setdefault(f"tools.{tool}", f"{reached.why} on {_shown(calls)}")
        self._reach(goal, calls)
        if not goal.code:
            self._open.pop(Goal(tool), None)
        self._remember(place, tool, arguments, _depth(self._blueprint.tools[tool], goal.code))
        return not goal.code

    def _reach(self, goal: Goal, calls: tuple[Call, ...]) -> None:
        known = self._found.witnesses
        is_wanted = len(calls) < len(known[goal].calls) if goal in known else self._is_new(goal)
        if goal.code not in (INTERNAL, INVALID_ARGUMENT) and is_wanted:
            known[goal] = Witness(goal, calls)
            self._gone[goal.tool] |= goal.ways
        self._open.pop(goal, None)

    def _is_new(self, goal: Goal) -> bool:
        """Say whether a goal first reached is worth keeping: a guard, a way not gone, or one of the first paths."""
        if goal.code or not goal.ways <= self._gone[goal.tool]:
            return True
        return sum(1 for each in self._found.witnesses if each.tool == goal.tool and not each.code) < _PATHS

    def _judge(self, place: _Place) -> None:
        """Note the first calls that break each invariant or change each conserved value."""
        self._left += place.world.tables.visits
        for name, holds in place.world.invariants().items():
            if not holds:
                self._found.broken.setdefault(f"invariants.{name}", f"broken by {_shown(place.calls)}")
        for name, value in place.world.conserved().items():
            if value != self._sums[name]:
                self._found.broken.setdefault(f"conserved.{name}", f"changed by {_shown(place.calls)}")
        self._left -= place.world.tables.visits

    def _remember(self, place: _Place, tool: str, arguments: JsonObject, depth: int) -> None:
        """Keep the few calls of a tool that got past the most guards."""
        deep = self._deep[tool]
        if len(deep) < _DEEP or depth > deep[-1][0] or (depth == deep[-1][0] and self._chance.random() < 0.1):
            deep.append((depth, place, arguments))
            deep.sort(key=lambda each: -each[0])
            del deep[_DEEP:]

    def _sweep(self, tool: str) -> None:
        """Vary the calls that got furthest, one argument at a time."""
        deep = self._deep[tool]
        for _, place, arguments in deep[:1] + ([self._chance.choice(deep)] if len(deep) > 1 else []):
            varied = [*variations(place.world, tool, arguments, self._chance)]
            for each in self._chance.sample(varied, min(_SWEEPS, len(varied))):
                self._try(place, tool, each)

    def _expand(self, goal: Goal) -> None:
        """Reach one more world, by a tool that bears on the goal, and try there what is still open."""
        place = self._choose(goal)
        tool = self._bearing(goal)
        arguments = self._success(place, tool, None)
        if arguments is None:
            return
        fresh = self._enter(place, tool, arguments)
        self._places.append(fresh)
        if len(self._places) > _WORLDS:
            del self._places[1 + self._chance.randrange(len(self._places) - 40)]
        self._try(fresh, tool, arguments)
        for each in dict.fromkeys([goal.tool, *(open_goal.tool for open_goal in self._open)]):
            self._try_known(fresh, each)
            for _ in range(_CHILD_DRAWS * (2 if each == goal.tool else 1)):
                self._draw(fresh, each)

    def _repeat(self, goal: Goal) -> None:
        """Call one writer again and again on the same rows, for guards that count or wait."""
        place = self._choose(goal)
        tool = self._bearing(goal)
        waits = not self._blueprint.tools[tool].do
        arguments: JsonObject | None = None
        for _ in range(_LONGEST_WAIT if waits else _LONGEST_CHAIN):
            arguments = self._success(place, tool, arguments)
            if arguments is None or (self._open and goal not in self._open):
                break
            place = self._enter(place, tool, arguments)
            self._try_known(place, goal.tool)
            if not waits:
                self._draw(place, goal.tool)
        if place.calls:
            self._places.append(place)

    def _success(self, place: _Place, tool: str, before: JsonObject | None) -> JsonObject | None:
        """Find arguments with which a tool succeeds: those of before, or like them, or any; None if none is found."""
        if before is not None and self._try(place, tool, before):
            return before
        for _ in range(_TRIES):
            arguments = draw_arguments(place.world, tool, self._chance, place.hot)
            if arguments is not None and before is not None:
                kept = [each.name for each in place.world.parameters(tool) if each.type.kind == "ref"]
                same = {name: before[name] for name in kept if name in before and self._chance.random() < 0.7}
                arguments = {**arguments, **same}
            if arguments is not None and self._try(place, tool, arguments):
                return arguments
        return None

    def _enter(self, place: _Place, tool: str, arguments: JsonObject) -> _Place:
        """Go to the world after a call that succeeds."""
        world = place.world.copy()
        self._left -= _ENTER_WORK
        outcome = world.call(tool, arguments)
        touched = {row for part in outcome.diff.to_json().values() for row in _ids(part)}
        touched |= {value for value in arguments.values() if isinstance(value, str)}
        fresh = _Place(world, (*place.calls, (tool, arguments)), frozenset(touched | place.hot))
        self._judge(fresh)
        return fresh

    def _try_known(self, place: _Place, tool: str) -> None:
        for _, _, known in self._deep[tool][:2]:
            self._try(place, tool, known)

    def _choose(self, goal: Goal) -> _Place:
        """Choose a world to go on from: where the goal's tool got furthest, the first, one of the latest, or any."""
        lot = self._chance.random()
        deep = self._deep[goal.tool]
        if lot < 0.3 and deep:
            return self._chance.choice(deep)[1]
        if lot < 0.45:
            return self._places[0]
        return self._chance.choice(self._places[-25:] if lot < 0.75 else self._places)

    def _bearing(self, goal: Goal) -> str:
        """Choose a writer, mostly one that sets a column (or moves the time) which the goal's tool looks at."""
        if self._chance.random() < 0.3:
            return self._chance.choice(self._writers)
        if goal not in self._bear:
            looked = looked_at(self._blueprint.tools[goal.tool], goal.code)
            bearing = [name for name in self._writers if touched_by(self._blueprint.tools[name]) & looked]
            self._bear[goal] = bearing or self._writers
        return self._chance.choice(self._bear[goal])


def variations(world: Interpreter, tool: str, arguments: JsonObject, chance: Random) -> Iterator[JsonObject]:
    """Yield the arguments with one of them changed, left out where it may be, or the same as another."""
    known = world.parameters(tool)
    yield {each.name: arguments[each.name] for each in known if each.is_required and each.name in arguments}
    for each in known:
        if not each.is_required and each.name in arguments:
            yield {name: value for name, value in arguments.items() if name != each.name}
        others = [arguments[other.name] for other in known if other is not each and other.name in arguments]
        for value in [*alternatives(world, each, chance), *_like(each, others, arguments.get(each.name))]:
            if value != arguments.get(each.name):
                yield {**arguments, each.name: value}


def _like(each: Parameter, others: Sequence[Json], own: Json) -> Iterator[Json]:
    """Yield for a text or a ref what other arguments hold; for a list, one of those added to it, or an item twice."""
    texts = [value for value in others if isinstance(value, str)]
    if each.type.kind in ("str", "ref"):
        yield from texts
    if each.type.kind == "list" and isinstance(own, list):
        yield from ([*own, text] for text in texts)
        yield from ([*own, item] for item in own)


def looked_at(tool: ToolPart, code: str) -> frozenset[str]:
    """Name the columns that a guard and the lets it uses look at, or the whole tool does; `now` stands for the time."""
    texts = [tool.require[code][0]] if code in tool.require else [condition for condition, _ in tool.require.values()]
    if code not in tool.require:
        texts += [*tool.let.values(), *_whens(tool)]
    found: set[str] = set()
    seen: set[str] = set()
    while texts:
        tree = parse(texts.pop())
        found |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        free = names(tree)
        found |= free & {"now"}
        texts += [tool.let[name] for name in free - seen if name in tool.let]
        seen |= free
    return frozenset(found)


def conditions_of(tool: ToolPart) -> tuple[str, ...]:
    """List the conditions whose ways `Interpreter.ways` tells, each once."""
    effects = [effect for _, effect in iter_effects(tool.do, "")]
    loops = [effect.over for effect in effects if isinstance(effect, EachEffect)]
    return tuple(dict.fromkeys([*(branch.text for branch in branches_of(tool)), *_whens(tool), *loops]))


def _whens(tool: ToolPart) -> Iterator[str]:
    for _, effect in iter_effects(tool.do, ""):
        if isinstance(effect, WhenEffect):
            yield effect.when


def touched_by(tool: ToolPart) -> frozenset[str]:
    """Name the columns a tool sets; `now` if it moves time on."""
    found = set(tool.set) | ({"now"} if tool.advance else set())
    for _, effect in iter_effects(tool.do, ""):
        if isinstance(effect, UpdateEffect | CreateEffect):
            found |= set(effect.set)
    return frozenset(found)


def shorten(root: Interpreter, witness: Witness) -> Witness:
    """Drop the calls that a witness does not need."""
    calls = list(witness.calls)
    for at in range(len(calls) - 2, -1, -1):
        fewer = calls[:at] + calls[at + 1 :]
        if _reaches(root, fewer, witness.goal):
            calls = fewer
    return Witness(witness.goal, tuple(calls))


def _reaches(root: Interpreter, calls: Sequence[Call], goal: Goal) -> bool:
    world = root.copy()
    for tool, arguments in calls[:-1]:
        if world.attempt(tool, arguments) is not None:
            return False
    return _attempted(world, *calls[-1]).goal == goal


def _attempted(world: Interpreter, tool: str, arguments: JsonObject) -> _Reached:
    """Make a call, say what it reaches, and take it back."""
    before = world.tables.visits
    refused = world.attempt(tool, arguments)
    visits = world.tables.visits - before
    if refused is not None:
        return _Reached(Goal(tool, refused.code or ""), visits, refused.why)
    ways = world.ways
    world.undo()
    return _Reached(Goal(tool, "", ways), visits, "")


def _depth(tool: ToolPart, code: str) -> int:
    """Count the guards a call got past; -1 if it was refused before the first."""
    if not code:
        return len(tool.require) + 1
    return [*tool.require].index(code) if code in tool.require else -1


def _ids(part: Json) -> Iterator[str]:
    assert isinstance(part, Mapping)
    for rows in part.values():
        assert isinstance(rows, Mapping)
        yield from rows


def _shown(calls: Sequence[Call]) -> str:
    return ", then ".join(
        f"{tool}({', '.join(f'{k}={v!r}' for k, v in arguments.items())})" for tool, arguments in calls
    )
