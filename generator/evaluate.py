"""The meaning of expressions: each tree becomes a function over names and tables, once, and is then called."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol

from generator.expression import parse

Value = Any  # Any: rows, scalars, spans and lists meet here; `infer` has checked which goes where
Names = dict[str, Value]


class Tables(Protocol):
    """What an expression reads besides names: the time, and rows, which change in place as a call goes on.

    A row has its columns in the mapping `values`.
    """

    @property
    def now(self) -> datetime:
        """Return the time of the call."""

    def has(self, entity: str) -> bool:
        """Say whether there is such an entity."""

    def all(self, entity: str) -> Sequence[Value]:
        """Return all rows in creation order."""

    def index(self, entity: str, column: str) -> Mapping[Value, Sequence[Value]] | None:
        """Return all rows by what a column holds, each lot in creation order; None if it is no column, or of lists."""

    def get(self, entity: str, row_id: str) -> Value:
        """Return the row of that id, or refuse."""

    def attribute(self, row: Value, name: str) -> Value:
        """Return the row that the ref `name_id` leads to."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression is evaluated: the names bound so far over the tables."""

    names: Mapping[str, Value]
    tables: Tables


_Meaning = Callable[[Names, Tables], Value]

_BINARY: Mapping[type[ast.operator], Callable[[Value, Value], Value]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARE: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
}
_CALLS: Mapping[str, Callable[..., Value]] = {
    "any": any,
    "all": all,
    "sum": sum,
    "min": min,
    "max": max,
    "len": len,
    "sorted": sorted,
    "abs": abs,
    "hours": lambda n: timedelta(hours=n),
    "days": lambda n: timedelta(days=n),
    "minutes": lambda n: timedelta(minutes=n),
}


def evaluate(tree: ast.expr, scope: Scope) -> Value:
    """Evaluate a checked expression; a bare generator gives a list.

    Raises what Python would for None or 0 in the wrong place, and whatever `tables.get` refuses with.
    """
    found = meaning(tree)(dict(scope.names), scope.tables)
    return list(found) if isinstance(tree, ast.GeneratorExp) else found


@lru_cache(maxsize=8192)
def reading(text: str) -> _Meaning:
    """Turn an expression's text into a function of names and tables; a bare generator gives a list."""
    tree = parse(text)
    found = meaning(tree)
    return (lambda names, tables: [*found(names, tables)]) if isinstance(tree, ast.GeneratorExp) else found


@lru_cache(maxsize=8192)
def meaning(tree: ast.expr) -> _Meaning:
    """Turn a tree into a function of names and tables; trees from `parse` are shared, so each is turned once."""
    return _RULES[type(tree)](tree)


def _constant(node: ast.Constant) -> _Meaning:
    value = node.value
    return lambda names, tables: value


def _name(node: ast.Name) -> _Meaning:
    name = node.id
    if name == "now":
        return lambda names, tables: tables.now
    return lambda names, tables: names[name]


def _rows(node: ast.expr) -> _Meaning:
    """Give the meaning of what is looped over: an entity's table unless a list is bound to the name."""
    if not isinstance(node, ast.Name):
        return meaning(node)
    name = node.id

    def rows(names: Names, tables: Tables) -> Value:
        bound = names.get(name)
        return bound if isinstance(bound, list | tuple) or not tables.has(name) else tables.all(name)

    return rows


def _attribute(node: ast.Attribute) -> _Meaning:
    """Read a column straight from the row, the hot path; what is no column is a ref to follow."""
    row, name = meaning(node.value), node.attr
    of = node.value.id if isinstance(node.value, ast.Name) else ""

    def of_name(names: Names, tables: Tables) -> Value:
        try:
            return names[of].values[name]
        except KeyError:
            return tables.attribute(row(names, tables), name)

    def of_any(names: Names, tables: Tables) -> Value:
        found = row(names, tables)
        try:
            return found.values[name]
        except KeyError:
            return tables.attribute(found, name)

    return of_name if of else of_any


def _subscript(node: ast.Subscript) -> _Meaning:
    assert isinstance(node.value, ast.Name)
    entity, index = node.value.id, meaning(node.slice)

    def subscript(names: Names, tables: Tables) -> Value:
        key = index(names, tables)
        if isinstance(key, list | tuple):
            return [tables.get(entity, one) for one in dict.fromkeys(key)]
        return tables.get(entity, key)

    return subscript


def _call(node: ast.Call) -> _Meaning:
    assert isinstance(node.func, ast.Name)
    function = _CALLS[node.func.id]
    if len(node.args) == 1:
        only = node.args[0]
        if node.func.id == "any" and isinstance(only, ast.GeneratorExp):
            only = _found(only)
        argument = _rows(only)
        return lambda names, tables: function(argument(names, tables))
    arguments = [meaning(each) for each in node.args]
    return lambda names, tables: function(*[argument(names, tables) for argument in arguments])


def _found(node: ast.GeneratorExp) -> ast.GeneratorExp:
    """Write what any() looks for as the last condition, where an index may answer it."""
    *loops, last = node.generators
    last = ast.comprehension(last.target, last.iter, [*last.ifs, node.elt], 0)
    return ast.GeneratorExp(ast.Constant(True), [*loops, last])


def _bool_op(node: ast.BoolOp) -> _Meaning:
    parts, stops_at = [meaning(value) for value in node.values], isinstance(node.op, ast.Or)
    if len(parts) == 2:
        left, right = parts
        if stops_at:
            return lambda names, tables: left(names, tables) or right(names, tables)
        return lambda names, tables: left(names, tables) and right(names, tables)

    def bool_op(names: Names, tables: Tables) -> Value:
        value: Value = None
        for part in parts:
            value = part(names, tables)
            if bool(value) is stops_at:
                return value
        return value

    return bool_op


def _unary_op(node: ast.UnaryOp) -> _Meaning:
    operand = meaning(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda names, tables: not operand(names, tables)
    return lambda names, tables: -operand(names, tables)


def _bin_op(node: ast.BinOp) -> _Meaning:
    function, left, right = _BINARY[type(node.op)], meaning(node.left), meaning(node.right)
    return lambda names, tables: function(left(names, tables), right(names, tables))


def _compare(node: ast.Compare) -> _Meaning:
    first = meaning(node.left)
    rest = [(_COMPARE[type(op)], meaning(part)) for op, part in zip(node.ops, node.comparators, strict=True)]
    if len(rest) == 1:
        function, second = rest[0]
        if isinstance(node.comparators[0], ast.Constant):
            constant = node.comparators[0].value
            return lambda names, tables: function(first(names, tables), constant)
        return lambda names, tables: function(first(names, tables), second(names, tables))

    def compare(names: Names, tables: Tables) -> bool:
        left = first(names, tables)
        for holds, part in rest:
            right = part(names, tables)
            if not holds(left, right):
                return False
            left = right
        return True

    return compare


def _if_exp(node: ast.IfExp) -> _Meaning:
    test, body, orelse = meaning(node.test), meaning(node.body), meaning(node.orelse)
    return lambda names, tables: body(names, tables) if test(names, tables) else orelse(names, tables)


def _display(node: ast.Tuple | ast.List) -> _Meaning:
    parts = [meaning(part) for part in node.elts]
    return lambda names, tables: [part(names, tables) for part in parts]


@dataclass(frozen=True, slots=True)
class _Loop:
    """One `for name in rows if holds` of a comprehension."""

    name: str
    rows: _Meaning
    holds: _Meaning | None


def _comprehension(node: ast.GeneratorExp | ast.ListComp) -> _Meaning:
    loops = [_loop(part) for part in node.generators]
    element, is_list = meaning(node.elt), isinstance(node, ast.ListComp)

    def walk_one(names: Names, tables: Tables) -> Iterator[Value]:
        name, holds = loops[0].name, loops[0].holds
        for row in loops[0].rows(names, tables):
            names[name] = row
            if holds is None or holds(names, tables):
                yield element(names, tables)

    def walk(at: int, names: Names, tables: Tables) -> Iterator[Value]:
        if at == len(loops):
            yield element(names, tables)
            return
        name, holds = loops[at].name, loops[at].holds
        for row in loops[at].rows(names, tables):
            names[name] = row
            if holds is None or holds(names, tables):
                yield from walk(at + 1, names, tables)

    def comprehension(names: Names, tables: Tables) -> Iterable[Value]:
        inner = dict(names)
        found = walk_one(inner, tables) if len(loops) == 1 else walk(0, inner, tables)
        return list(found) if is_list else found

    return comprehension


def _loop(part: ast.comprehension) -> _Loop:
    """Loop over what is named, or only over those rows that the first condition looks up by a column's value."""
    assert isinstance(part.target, ast.Name)
    name, conditions = part.target.id, [*_conjuncts(part.ifs)]
    looked_up = _looked_up(part.iter, name, conditions[0]) if conditions else None
    if looked_up is None:
        return _Loop(name, _rows(part.iter), _all_hold(conditions))
    entity, column, sought = looked_up
    every, first, asked = _rows(part.iter), meaning(conditions[0]), meaning(sought)

    def rows(names: Names, tables: Tables) -> Iterable[Value]:
        is_bound = isinstance(names.get(entity), list | tuple)
        index = None if is_bound or not tables.has(entity) else tables.index(entity, column)
        if index is None:
            return _holding(first, name, every(names, tables), names, tables)
        value = asked(names, tables) if index else None
        return () if isinstance(value, list) else index.get(value, ())

    return _Loop(name, rows, _all_hold(conditions[1:]))


def _conjuncts(conditions: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """Yield conditions that all must hold, each `and` taken apart."""
    for condition in conditions:
        if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
            yield from _conjuncts(condition.values)
        else:
            yield condition


def _looked_up(rows: ast.expr, name: str, condition: ast.expr) -> tuple[str, str, ast.expr] | None:
    """Take `row.column == value` apart into entity, column and value, which does not turn on the row."""
    match rows, condition:
        case (
            ast.Name(id=entity),
            ast.Compare(left=ast.Attribute(value=ast.Name(id=of), attr=column), ops=[ast.Eq()], comparators=[value]),
        ) if of == name and _is_plain(value, name):
            return entity, column, value
        case _:
            return None


def _is_plain(value: ast.expr, name: str) -> bool:
    """Say whether a value is a constant, another name or what that leads to: asked once or often, it is the same."""
    while isinstance(value, ast.Attribute):
        value = value.value
    return isinstance(value, ast.Constant) or (isinstance(value, ast.Name) and value.id != name)


def _holding(condition: _Meaning, name: str, rows: Iterable[Value], names: Names, tables: Tables) -> Iterator[Value]:
    for row in rows:
        names[name] = row
        if condition(names, tables):
            yield row


def _all_hold(conditions: Sequence[ast.expr]) -> _Meaning | None:
    if not conditions:
        return None
    parts = [meaning(condition) for condition in conditions]
    if len(parts) == 1:
        return parts[0]
    if len(parts) == 2:
        left, right = parts
        return lambda names, tables: left(names, tables) and right(names, tables)

    def all_hold(names: Names, tables: Tables) -> bool:
        for part in parts:  # noqa: SIM110 - a generator would cost more than the conditions
            if not part(names, tables):
                return False
        return True

    return all_hold


_RULES: Mapping[type[ast.expr], Callable[[Any], _Meaning]] = {  # Any: each rule takes its own kind of node
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Call: _call,
    ast.BoolOp: _bool_op,
    ast.UnaryOp: _unary_op,
    ast.BinOp: _bin_op,
    ast.Compare: _compare,
    ast.IfExp: _if_exp,
    ast.Tuple: _display,
    ast.List: _display,
    ast.GeneratorExp: _comprehension,
    ast.ListComp: _comprehension,
}
