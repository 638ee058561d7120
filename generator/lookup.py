"""Which condition of a comprehension an index of the table can answer, in the place of asking it of every row."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lookup:
    """A condition that a column, at the end of a path of refs from the rows of a table, equals a value."""

    entity: str
    path: tuple[str, ...]
    value: ast.expr
    condition: ast.expr


def lookup(part: ast.comprehension, outer: Sequence[ast.comprehension]) -> Lookup | None:
    """Find the condition to look rows up by; `outer` are the loops around this one.

    It is the first. Of two rows of one table that share a column, it may also stand after `a.id != b.id`: neither ever
    fails to have an answer, so it makes no difference which is asked first.
    """
    conditions = [*conjuncts(part.ifs)]
    found = next((each for each in conditions if not _is_of_two_rows(each)), None)
    if found is None or not isinstance(part.iter, ast.Name) or not isinstance(part.target, ast.Name):
        return None
    sought = _sought(found, part.target.id)
    if sought is None or not (found is conditions[0] or _is_shared_column(found, [*outer, part])):
        return None
    return Lookup(part.iter.id, *sought, found)


def conjuncts(conditions: Sequence[ast.expr]) -> Iterator[ast.expr]:
    """Yield conditions that all must hold, each `and` taken apart."""
    for condition in conditions:
        if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
            yield from conjuncts(condition.values)
        else:
            yield condition


def _sought(condition: ast.expr, name: str) -> tuple[tuple[str, ...], ast.expr] | None:
    """Take `row.ref.column == value`, either way round, apart into path and value, which does not turn on the row.

    The value is a constant, a name or what that leads to: asked once or for every row, it is the same.
    """
    if not isinstance(condition, ast.Compare) or not isinstance(condition.ops[0], ast.Eq) or len(condition.ops) > 1:
        return None
    left, right = condition.left, condition.comparators[0]
    for one, other in ((left, right), (right, left)):
        start, path = _path(one)
        end, _ = _path(other)
        if path and isinstance(start, ast.Name) and start.id == name:
            is_plain = isinstance(end, ast.Constant) or (isinstance(end, ast.Name) and end.id != name)
            return (path, other) if is_plain else None
    return None


def _path(node: ast.expr) -> tuple[ast.expr, tuple[str, ...]]:
    """Take `row.ref.column` apart into what it starts from and the names that follow."""
    path: list[str] = []
    while isinstance(node, ast.Attribute):
        path.append(node.attr)
        node = node.value
    return node, tuple(reversed(path))


def _is_of_two_rows(condition: ast.expr) -> bool:
    """Recognise `a.id != b.id`."""
    match condition:
        case ast.Compare(
            left=ast.Attribute(value=ast.Name(), attr="id"),
            ops=[ast.NotEq()],
            comparators=[ast.Attribute(value=ast.Name(), attr="id")],
        ):
            return True
        case _:
            return False


def _is_shared_column(condition: ast.expr, loops: Sequence[ast.comprehension]) -> bool:
    """Recognise `a.column == b.column` where the last two loops are over rows of one table."""
    match condition, loops:
        case (
            ast.Compare(
                left=ast.Attribute(value=ast.Name(id=one), attr=column),
                comparators=[ast.Attribute(value=ast.Name(id=other), attr=same)],
            ),
            [
                *_,
                ast.comprehension(target=ast.Name(id=first), iter=ast.Name(id=table)),
                ast.comprehension(target=ast.Name(id=second), iter=ast.Name(id=again)),
            ],
        ):
            return column == same and table == again and {one, other} == {first, second}
        case _:
            return False
