"""The oracle: what each call must answer and change, worked out from the blueprint alone."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import orjson

from envkit.calls import Json, JsonObject
from envkit.errors import INTERNAL, INVALID_CURSOR, NOTHING_TO_UPDATE, Refusal
from generator.blueprint import (
    Blueprint,
    CreateEffect,
    DeleteEffect,
    EachEffect,
    Effect,
    ToolPart,
    UpdateEffect,
    WhenEffect,
)
from generator.evaluate import Names, Value, meaning, reading
from generator.expression import parse
from generator.law import Law
from generator.parameters import Parameter, check_arguments, parameters
from generator.tables import UNCHANGED, Record, RowDiff, RuleError, Tables, wire

BUGS = (RuleError, TypeError, ValueError, ZeroDivisionError, KeyError, AttributeError, OverflowError)
"""What a call raises where the blueprint lets values meet that do not go together."""

Ways = frozenset[tuple[str, bool]]
"""Which way conditions went: their texts, and whether they held. A loop over anything at all holds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call gives: content, or a refusal's code (with `why` for a person), and what it changed."""

    content: Json = None
    code: str | None = None
    diff: RowDiff = UNCHANGED
    why: str = ""


class Interpreter:
    """A world in plain Python, whose every answer follows from the blueprint and the rows it begins with.

    `ways` tells which way each condition of the last successful action went, unless `tells_ways` is off. `hear`: by the
    text of an expression, who is told each time an action is about to ask it, and of the names and tables it is asked
    with.
    """

    def __init__(self, blueprint: Blueprint, rows: Iterable[tuple[str, JsonObject]], seed: int | str = 0) -> None:
        self.blueprint = blueprint
        self.tables = Tables(blueprint, clock_start(blueprint))
        for entity, row in rows:
            self.tables.load(entity, row)
        self.ways: Ways = frozenset()
        self.tells_ways = True
        self.hear: Mapping[str, Callable[[Names, Tables], None]] = {}
        self._said: Mapping[str, Value] = {}
        self._seed = str(seed)
        self._before = self.tables.now
        self._parameters: dict[str, tuple[Parameter, ...]] = {
            name: parameters(blueprint, tool) for name, tool in blueprint.tools.items()
        }
        self._laws: dict[str, Law] = {}

    @property
    def now(self) -> datetime:
        """The world's time."""
        return self.tables.now

    def copy(self) -> Interpreter:
        """Copy the world, so that either side goes its own way."""
        twin = object.__new__(Interpreter)
        twin.blueprint, twin.tables, twin._seed = self.blueprint, self.tables.copy(), self._seed
        twin.ways, twin.tells_ways, twin.hear, twin._before = frozenset(), True, {}, self.tables.now
        twin._said = {}
        twin._parameters, twin._laws = self._parameters, self._laws
        return twin

    def parameters(self, tool: str) -> tuple[Parameter, ...]:
        """List what a tool takes."""
        return self._parameters[tool]

    def call(self, tool: str, arguments: JsonObject) -> Outcome:
        """Call a tool. A refusal leaves the world as it was; `internal` means the blueprint let a bug through."""
        return self.attempt(tool, arguments) or self.outcome()

    def attempt(self, tool: str, arguments: JsonObject) -> Outcome | None:
        """Call a tool, and say no more than what it refuses with; None if it succeeds."""
        part = self.blueprint.tools[tool]
        self.tables.begin()
        self.ways, self._before = frozenset(), self.tables.now
        try:
            given = check_arguments(self._parameters[tool], arguments)
            self._said, advance = self._run(part, given)
        except Refusal as refusal:
            self.tables.roll_back()
            return Outcome(code=refusal.code, why=refusal.sentence)
        except BUGS as bug:
            self.tables.roll_back()
            return Outcome(code=INTERNAL, why=f"{type(bug).__name__}: {bug}")
        if is_writing(part):
            self.tables.now += timedelta(seconds=self.blueprint.clock.tick_seconds) + advance
        return None

    def outcome(self) -> Outcome:
        """Say what the last attempt, a success not yet undone, answered and changed."""
        return Outcome({name: wire(value) for name, value in self._said.items()}, diff=self.tables.diff())

    def undo(self) -> None:
        """Take back the last call."""
        self.tables.roll_back()
        self.tables.now = self._before

    def invariants(self) -> Mapping[str, bool]:
        """Say which invariants hold; one that cannot be evaluated does not."""
        return {name: self._holds(self._law(text)) for name, text in self.blueprint.invariants.items()}

    def conserved(self) -> Mapping[str, int]:
        """Give the conserved values."""
        return {name: self._law(text).ask(self.tables) for name, text in self.blueprint.conserved.items()}

    def state(self) -> Mapping[str, Sequence[JsonObject]]:
        """Give every row by entity, in creation order, as JSON."""
        return {name: [row.to_wire() for row in self.tables.all(name)] for name in self.blueprint.entities}

    def _law(self, text: str) -> Law:
        """Make a law when it is first asked; the copies of a world share what is known of it."""
        if text not in self._laws:
            self._laws[text] = Law(self.blueprint, text)
        return self._laws[text]

    def _holds(self, law: Law) -> bool:
        try:
            return bool(law.ask(self.tables))
        except (Refusal, *BUGS):
            return False

    def _run(self, tool: ToolPart, given: dict[str, Value]) -> tuple[Mapping[str, Value], timedelta]:
        match tool.kind:
            case "action":
                return self._act(tool, given)
            case "list":
                return self._list(tool, given), timedelta()
            case "get":
                return self.tables.get(tool.entity, given[f"{tool.entity}_id"]).to_wire(), timedelta()
            case "create":
                self._check_refs(tool, given)
                return self.tables.add(tool.entity, given, self._seed).to_wire(), timedelta()
            case "update":
                return self._update(tool, given), timedelta()
            case "delete":
                return self._delete(tool, given), timedelta()

    def _check_refs(self, tool: ToolPart, given: Mapping[str, Value]) -> None:
        fields = self.blueprint.entities[tool.entity].fields
        for name in tool.set:
            if fields[name].type == "ref" and given.get(name) is not None:
                self.tables.get(fields[name].to, given[name])

    def _update(self, tool: ToolPart, given: Mapping[str, Value]) -> JsonObject:
        row = self.tables.get(tool.entity, given[f"{tool.entity}_id"])
        changes = {name: given[name] for name in tool.set if given[name] is not None}
        if not changes:
            raise Refusal(NOTHING_TO_UPDATE, "Give at least one column to change.")
        self._check_refs(tool, changes)
        self.tables.update(row, changes)
        return row.to_wire()

    def _delete(self, tool: ToolPart, given: Mapping[str, Value]) -> JsonObject:
        row = self.tables.get(tool.entity, given[f"{tool.entity}_id"])
        self._cascade(row, tool.cascade)
        return {"id": row.id, "deleted": True}

    def _cascade(self, row: Record, through: Sequence[str]) -> None:
        for name in through:
            fields = self.blueprint.entities[name].fields
            columns = [column for column, part in fields.items() if part.type == "ref" and part.to == row.entity]
            for other in self.tables.all(name):
                if other is not row and any(other.values[column] == row.id for column in columns):
                    self._cascade(other, through)
        if self.tables.find(row.entity, row.id) is row:
            self.tables.delete(row)

    def _list(self, tool: ToolPart, given: Mapping[str, Value]) -> JsonObject:
        rows = [row for row in self.tables.all(tool.entity) if _matches(tool, row, given)]
        order = given.get("sort") or ""
        column = order.removeprefix("-")
        if column:
            rows.sort(key=lambda row: _sort_key(row.values[column]), reverse=order.startswith("-"))
        query = {name: wire(value) for name, value in given.items() if name not in ("limit", "cursor")}
        start = _read_cursor(given["cursor"], query)
        page = rows[start : start + given["limit"]]
        end = start + len(page)
        cursor = orjson.dumps([end, query], option=orjson.OPT_SORT_KEYS).decode() if end < len(rows) else None
        return {"items": [row.to_wire() for row in page], "total": len(rows), "next_cursor": cursor}

    def _act(self, tool: ToolPart, given: dict[str, Value]) -> tuple[Mapping[str, Value], timedelta]:
        names = dict(given)
        for name, text in tool.let.items():
            names[name] = self._value(text, names)
        for code, (condition, sentence) in tool.require.items():
            if not self._value(condition, names):
                raise Refusal(code, sentence)
        if self.tells_ways:
            self._tell_ways(tool, names)
        self._do(tool.do, names)
        advance: timedelta = self._value(tool.advance, names) if tool.advance else timedelta()
        if advance < timedelta():
            raise RuleError(f"time cannot go back by {advance}")
        return {name: self._value(text, names) for name, text in tool.returns.items()}, advance

    def _tell_ways(self, tool: ToolPart, names: Names) -> None:
        went = ((branch.text, self._branch(branch, names)) for branch in branches_of(tool))
        self.ways |= {(text, holds) for text, holds in went if holds is not None}

    def _branch(self, branch: Branch, names: Names) -> bool | None:
        """Say which way a condition goes; None where it is not asked, or makes no sense."""
        try:
            if any(bool(meaning(test)(names, self.tables)) is not wanted for test, wanted in branch.after):
                return None
            return bool(meaning(branch.test)(names, self.tables))
        except (Refusal, *BUGS):
            return None

    def _value(self, text: str, names: Names) -> Value:
        if text in self.hear:
            self.hear[text](names, self.tables)
        return reading(text)(names, self.tables)

    def _do(self, effects: Sequence[Effect], names: Names) -> None:
        for effect in effects:
            match effect:
                case UpdateEffect(update=target, set=values):
                    row = self._value(target, names)
                    self.tables.update(row, {name: self._value(text, names) for name, text in values.items()})
                case CreateEffect(create=entity, name=name, set=values):
                    fresh = {column: self._value(text, names) for column, text in values.items()}
                    row = self.tables.add(entity, fresh, self._seed)
                    names |= {name: row} if name else {}
                case DeleteEffect(delete=target):
                    self.tables.delete(self._value(target, names))
                case WhenEffect(when=condition, do=do, otherwise=otherwise):
                    holds = bool(self._value(condition, names))
                    self.ways |= {(condition, holds)}
                    self._do(do if holds else otherwise, names)
                case EachEffect(each=name, over=over, do=do):
                    items = [*self._value(over, names)]
                    self.ways |= {(over, bool(items))}
                    for item in items:
                        self._do(do, names | {name: item})


def clock_start(blueprint: Blueprint) -> datetime:
    """Give the time at which a fresh world begins; a start without an offset is in UTC."""
    moment = datetime.fromisoformat(blueprint.clock.start)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def is_writing(tool: ToolPart) -> bool:
    """Say whether a successful call of the tool changes rows or moves time on, and so ticks the clock."""
    return bool(tool.do or tool.advance) or tool.kind in ("create", "update", "delete")


@dataclass(frozen=True, slots=True)
class Branch:
    """A condition that a tool's expressions go one way or the other by, asked only `after` others went as given."""

    text: str
    test: ast.expr
    after: tuple[tuple[ast.expr, bool], ...] = ()


@lru_cache(maxsize=512)
def _conditions(text: str, *, is_guard: bool = False) -> tuple[Branch, ...]:
    tree = parse(text)
    if is_guard and isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or):
        tree = ast.BoolOp(tree.op, tree.values[:-1])
    elif is_guard:
        return ()
    return tuple(_branches(tree, (), is_condition=False))


def _branches(node: ast.AST, after: tuple[tuple[ast.expr, bool], ...], *, is_condition: bool) -> Iterator[Branch]:
    """Yield the conditions inside an expression, but not those inside a comprehension, which is asked row by row."""
    if isinstance(node, ast.GeneratorExp | ast.ListComp):
        return
    if isinstance(node, ast.IfExp):
        yield from _branches(node.test, after, is_condition=True)
        yield from _branches(node.body, (*after, (node.test, True)), is_condition=False)
        yield from _branches(node.orelse, (*after, (node.test, False)), is_condition=False)
        return
    if isinstance(node, ast.BoolOp):
        goes_on = isinstance(node.op, ast.And)
        for operand in node.values:
            yield from _branches(operand, after, is_condition=True)
            after = (*after, (operand, goes_on))
        return
    if is_condition:
        assert isinstance(node, ast.expr)
        yield Branch(ast.unparse(node), node, after)
    for child in ast.iter_child_nodes(node):
        yield from _branches(child, after, is_condition=False)


def branches_of(tool: ToolPart) -> tuple[Branch, ...]:
    """List the conditions inside a tool's lets and guards, which with its `when`s and loops tell its paths apart.

    Of a guard's `or` the last operand is left out: a call that succeeds where it is asked has found it true.
    """
    lets = [branch for text in tool.let.values() for branch in _conditions(text)]
    guards = [branch for text, _ in tool.require.values() for branch in _conditions(text, is_guard=True)]
    return (*lets, *guards)


def _matches(tool: ToolPart, row: Record, given: Mapping[str, Value]) -> bool:
    values = row.values
    for name in tool.filter:
        if given[name] is not None and values[name] != given[name]:
            return False
    for name in tool.range:
        low, high, value = given[f"{name}_from"], given[f"{name}_to"], values[name]
        if low is not None and (value is None or value < low):
            return False
        if high is not None and (value is None or value > high):
            return False
    text = given.get("query")
    if text is None:
        return True
    return any(values[name] is not None and text.lower() in values[name].lower() for name in tool.search)


def _sort_key(value: Value) -> tuple[bool, Value]:
    return (value is not None, 0 if value is None else value)


def _read_cursor(cursor: str | None, query: JsonObject) -> int:
    if cursor is None:
        return 0
    try:
        end, of = orjson.loads(cursor)
    except (ValueError, TypeError):
        raise Refusal(INVALID_CURSOR, "The cursor is not one of this query.") from None
    if of != query:
        raise Refusal(INVALID_CURSOR, "The cursor is not one of this query.")
    return int(end)
