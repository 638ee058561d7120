"""What a condition says about values that may be missing."""

from __future__ import annotations

import ast


def facts(condition: ast.expr, *, holds: bool) -> frozenset[str]:
    """Name, by their dumps, the expressions that are not None when `condition` holds (or does not)."""
    match condition:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return facts(operand, holds=not holds)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) is holds:
            return frozenset[str]().union(*(facts(value, holds=holds) for value in values))
        case ast.Compare(left=left, ops=[op], comparators=[ast.Constant(value=None)]):
            is_present = isinstance(op, ast.IsNot | ast.NotEq) is holds
            return _both(left) if is_present else frozenset()
        case ast.Attribute() | ast.Name():
            return _both(condition) if holds else frozenset()
        case _:
            return frozenset()


def is_path(written: ast.expr) -> bool:
    """Say whether emitted code is a name or a chain of attributes, whose type a check narrows."""
    while isinstance(written, ast.Attribute):
        written = written.value
    return isinstance(written, ast.Name)


def _both(node: ast.expr) -> frozenset[str]:
    """Name an expression and, as it may be a ref followed to its row, the ref's own column."""
    if isinstance(node, ast.Attribute):
        return frozenset({ast.dump(node), ast.dump(ast.Attribute(node.value, f"{node.attr}_id", ast.Load()))})
    return frozenset({ast.dump(node)})
