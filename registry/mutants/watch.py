"""Watching a tool compare: how far apart the two sides of each of its comparisons were."""

from __future__ import annotations

import ast
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from registry.mutants.calls import guard


class Watch:
    """The gaps seen so far, in numbers and in seconds, in the order seen."""

    def __init__(self) -> None:
        self._gaps: dict[int, None] = {}

    @property
    def gaps(self) -> tuple[int, ...]:
        """How far apart the sides were, each gap once."""
        return tuple(self._gaps)

    def compared(self, left: Any, right: Any, holds: Callable[[Any, Any], bool]) -> bool:  # Any: whatever is compared
        """Note the gap between two sides and compare them."""
        gap = _gap(left, right)
        if gap is not None:
            self._gaps.setdefault(gap)
        return holds(left, right)


def _gap(left: object, right: object) -> int | None:
    """Return by how much the left side is more, in seconds for moments and spans; None if they are no quantities."""
    if isinstance(left, datetime) and isinstance(right, datetime):
        return int((left - right).total_seconds())
    if isinstance(left, timedelta) and isinstance(right, timedelta):
        return int((left - right).total_seconds())
    if isinstance(left, int) and isinstance(right, int) and not isinstance(left, bool):
        return left - right
    return None


def watched(function: ast.FunctionDef) -> ast.FunctionDef:
    """Return a copy of a tool whose comparisons go through `_compared(left, right, holds)`."""
    twin = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(twin, ast.FunctionDef)
    twin.body = [_Watcher().visit(node) if guard(node) is None else _watched_guard(node) for node in twin.body]
    return ast.fix_missing_locations(twin)


def _watched_guard(node: ast.stmt) -> ast.stmt:
    call = guard(node)
    assert call is not None
    call.args[0] = _Watcher().visit(call.args[0])
    return node


class _Watcher(ast.NodeTransformer):
    """Puts calls of `_compared` in the place of comparisons."""

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        sides = [node.left, *node.comparators]
        parts = [_call(left, right, op) for left, right, op in zip(sides, sides[1:], node.ops, strict=False)]
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


def _call(left: ast.expr, right: ast.expr, op: ast.cmpop) -> ast.expr:
    names = ast.arguments(
        posonlyargs=[], args=[ast.arg("left"), ast.arg("right")], kwonlyargs=[], kw_defaults=[], defaults=[]
    )
    holds = ast.Lambda(names, ast.Compare(ast.Name("left", ast.Load()), [op], [ast.Name("right", ast.Load())]))
    return ast.Call(ast.Name("_compared", ast.Load()), [left, right, holds], [])
