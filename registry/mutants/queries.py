"""Operators on lists: filters, ranges and searches left out, pages and orders that are wrong."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from registry.mutants.calls import expressions, world_call
from registry.mutants.mutant import Change


def in_queries(function: ast.FunctionDef) -> Iterator[Change]:
    """Yield every change to the `world.page(...)` calls of a tool."""
    for node in expressions(function):
        call = world_call(node, "page")
        if call is not None:
            for keyword in call.keywords:
                yield from _changes(call, keyword)
            yield Change("page", call, _cut(call, "next_cursor", "None"))


def _changes(call: ast.Call, keyword: ast.keyword) -> Iterator[Change]:
    value = keyword.value
    match keyword.arg:
        case "where" if isinstance(value, ast.Dict):
            for place in range(len(value.keys)):
                yield Change("filter", value, _less(value, place))
        case "between" if isinstance(value, ast.Dict):
            yield from _ranges(value)
        case "search" if isinstance(value, ast.Tuple):
            yield Change("filter", value.elts[0], ast.Constant(None))
            yield from _searched(value.elts[1])
        case "sort":
            yield Change("sort", value, ast.Constant(""))
            yield Change("sort", value, ast.parse(_reversed(ast.unparse(value)), mode="eval").body)
        case "limit":
            yield Change("page", value, ast.BinOp(value, ast.Add(), ast.Constant(1)))
            yield Change("page", value, ast.BinOp(value, ast.Sub(), ast.Constant(1)))
        case "cursor":
            yield Change("page", value, ast.Constant(None))


def _less(value: ast.Dict, place: int) -> ast.Dict:
    keys, values = [*value.keys], [*value.values]
    del keys[place], values[place]
    return ast.Dict(keys, values)


def _ranges(value: ast.Dict) -> Iterator[Change]:
    for bounds in value.values:
        if isinstance(bounds, ast.Tuple):
            low, high = bounds.elts
            yield Change("filter", bounds, ast.Tuple([ast.Constant(None), high], ast.Load()))
            yield Change("filter", bounds, ast.Tuple([low, ast.Constant(None)], ast.Load()))
            yield Change("filter", bounds, ast.Tuple([high, low], ast.Load()))


def _searched(fields: ast.expr) -> Iterator[Change]:
    if isinstance(fields, ast.List) and len(fields.elts) > 1:
        for place in range(len(fields.elts)):
            rest = [each for at, each in enumerate(fields.elts) if at != place]
            yield Change("filter", fields, ast.List(rest, ast.Load()))


def _reversed(sort: str) -> str:
    return f"({sort}[1:] if {sort}.startswith('-') else '-' + {sort})"


def _cut(call: ast.Call, member: str, value: str) -> ast.expr:
    source = f"{ast.unparse(call)}.model_copy(update={{{member!r}: {value}}})"
    return ast.parse(source, mode="eval").body
