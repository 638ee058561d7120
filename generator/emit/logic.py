"""Conditions of emitted code: joined, split, negated and judged."""

from __future__ import annotations

import ast
from collections.abc import Sequence

_OPPOSITE: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Eq: ast.NotEq(), ast.NotEq: ast.Eq(), ast.In: ast.NotIn(), ast.NotIn: ast.In(), ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
}  # fmt: skip


def may_fail(written: ast.expr) -> bool:
    """Say whether evaluating emitted code can raise: a lookup, an assertion, a division or the edge of nothing."""
    for node in ast.walk(written):
        match node:
            case ast.Call() | ast.BinOp(op=ast.FloorDiv() | ast.Mod()):
                return True
            case _:
                pass
    return False


def is_risky(written: ast.expr) -> bool:
    """Say whether evaluating emitted code fails in worlds that are in order."""
    for node in ast.walk(written):
        match node:
            case ast.Call(func=ast.Name(id="known" | "min" | "max")) | ast.BinOp(op=ast.FloorDiv() | ast.Mod()):
                return True
            case _:
                pass
    return False


def conjunction(parts: Sequence[ast.expr]) -> ast.expr:
    """Join conditions with `and`."""
    flat = [each for part in parts for each in conjuncts(part)]
    return flat[0] if len(flat) == 1 else ast.BoolOp(ast.And(), flat)


def conjuncts(node: ast.expr) -> Sequence[ast.expr]:
    """Split a condition at its outermost `and`s."""
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        return [each for value in node.values for each in conjuncts(value)]
    return [node]


def negated(node: ast.expr) -> ast.expr:
    """Write the opposite of an emitted condition."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return operand
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITE:
            return ast.Compare(left, [_OPPOSITE[type(op)]], [right])
        case ast.BoolOp(op=op, values=values) if all(map(_has_opposite, values)):
            return ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), [negated(value) for value in values])
        case _:
            return ast.UnaryOp(ast.Not(), node)


def _has_opposite(node: ast.expr) -> bool:
    match node:
        case ast.Compare(ops=[op]):
            return type(op) in _OPPOSITE
        case _:
            return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
