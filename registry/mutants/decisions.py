"""Watching a tool decide: every condition of it, and which of its two ways out calls have taken."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypeVar

from registry.mutants.calls import guard
from registry.mutants.mutant import unparsed

ValueT = TypeVar("ValueT")
ItemT = TypeVar("ItemT")


@dataclass(frozen=True, slots=True)
class Decision:
    """A condition of a tool, by its place in `decisions`."""

    line: int
    source: str


class Taken:
    """Which ways out were taken: pairs of a decision's place and whether it held."""

    def __init__(self) -> None:
        self.ways: set[tuple[int, bool]] = set()

    def decided(self, place: int, value: ValueT) -> ValueT:
        """Note which way a condition went, and give it back."""
        self.ways.add((place, bool(value)))
        return value

    def looped(self, place: int, items: Iterable[ItemT]) -> Iterator[ItemT]:
        """Note whether there was anything to loop over, and pass it on."""
        is_empty = True
        for item in items:
            if is_empty:
                is_empty = False
                self.ways.add((place, True))
            yield item
        if is_empty:
            self.ways.add((place, False))


def watched_decisions(function: ast.FunctionDef) -> tuple[ast.FunctionDef, tuple[Decision, ...]]:
    """Return a copy of a tool that notes its decisions through `_decided` and `_looped`, and what they are, by line."""
    twin = copy.deepcopy(function)
    found = sorted(_conditions(twin), key=lambda each: (each.lineno, each.col_offset))
    decisions = tuple(Decision(node.lineno, unparsed(node)) for node in found)
    loops = {id(node.iter) for node in ast.walk(twin) if isinstance(node, ast.For)}
    watcher = _Watcher({id(node): place for place, node in enumerate(found)}, loops)
    watcher.generic_visit(twin)
    return ast.fix_missing_locations(twin), decisions


def _conditions(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield each condition of a tool once; an `and` or `or` by its operands."""
    asked = {id(node): node for node in _asked(function)}
    for node in ast.walk(function):
        if isinstance(node, ast.BoolOp):
            # Of `x or y` that is a value, the last operand is what comes out, and decides nothing.
            operands = node.values if id(node) in asked else node.values[:-1]
            asked.update((id(each), each) for each in operands)
    yield from (node for node in asked.values() if not isinstance(node, ast.BoolOp))


def _asked(function: ast.FunctionDef) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        match node:
            case ast.If() | ast.IfExp():
                yield node.test
            case ast.comprehension():
                yield from node.ifs
            case ast.For():
                yield node.iter
            case ast.Expr() if (call := guard(node)) is not None:
                yield call.args[0]


class _Watcher(ast.NodeTransformer):
    """Puts calls of `_decided` and `_looped` around the conditions, given by their identity with their places."""

    def __init__(self, places: Mapping[int, int], loops: AbstractSet[int]) -> None:
        self._places, self._loops = places, loops

    def visit(self, node: ast.AST) -> ast.AST:
        place, is_loop = self._places.get(id(node)), id(node) in self._loops
        self.generic_visit(node)
        if place is None or not isinstance(node, ast.expr):
            return node
        through = ast.Name("_looped" if is_loop else "_decided", ast.Load())
        return ast.Call(through, [ast.Constant(place), node], [])
