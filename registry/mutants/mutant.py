"""A mutant: one tool of a server with one bug seeded into it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Operator = Literal[
    "guard_remove",
    "guard_negate",
    "relational",
    "arithmetic",
    "logical",
    "constant",
    "enum_swap",
    "branch",
    "effect_delete",
    "effect_duplicate",
    "wrong_row",
    "wrong_argument",
    "drop_not_found",
    "commit_before_guards",
    "wall_clock",
    "no_tick",
    "filter",
    "page",
    "sort",
    "return_drop",
    "stale_return",
]

CERTAIN: frozenset[Operator] = frozenset(
    {
        "guard_remove",
        "guard_negate",
        "effect_delete",
        "effect_duplicate",
        "drop_not_found",
        "commit_before_guards",
        "no_tick",
    }
)
"""Operators of which no mutant may survive: guards, effects, not-found and atomicity."""


@dataclass(frozen=True, slots=True)
class Change:
    """What an operator does: `node` of a tool becomes `after`; a list replaces a statement by any number of them.

    `shown` is the piece of source that stands for the change in reports; the node itself if it is None.
    """

    operator: Operator
    node: ast.AST
    after: ast.expr | Sequence[ast.stmt]
    shown: str | None = None


@dataclass(frozen=True, slots=True)
class Mutant:
    """One tool with one change. `id` names it within its environment; `function` is the changed tool."""

    id: str
    operator: Operator
    tool: str
    line: int
    before: str
    after: str
    function: ast.FunctionDef


def mutated(function: ast.FunctionDef, change: Change) -> ast.FunctionDef:
    """Return a copy of a function with one change made; new nodes have no place in the source yet."""
    twins: dict[int, object] = {}
    twin = copy.deepcopy(function, twins)
    _Swap(twins[id(change.node)], change.after).visit(twin)
    return twin


def unparsed(part: ast.AST | Sequence[ast.stmt]) -> str:
    """Write a part of a tool as source, on one line."""
    parts = [part] if isinstance(part, ast.AST) else part
    return " ".join("; ".join(ast.unparse(each) for each in parts).split())


class _Swap(ast.NodeTransformer):
    """Puts something in the place of one node."""

    def __init__(self, target: object, after: ast.expr | Sequence[ast.stmt]) -> None:
        self._target, self._after = target, after

    def visit(self, node: ast.AST) -> ast.AST | list[ast.stmt]:
        if node is not self._target:
            return super().generic_visit(node)
        if isinstance(self._after, ast.expr):
            return copy.deepcopy(self._after)
        if isinstance(node, ast.FunctionDef):
            node.body = [copy.deepcopy(each) for each in self._after]
            return node
        return [copy.deepcopy(each) for each in self._after] or [ast.Pass()]
