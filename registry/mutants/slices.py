"""Slices: which columns and arguments bear on one statement of a tool, by what it reads and what reads it."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from registry.mutants.calls import guard


def names_about(function: ast.FunctionDef, line: int) -> frozenset[str]:
    """Return the columns and names that decide what the statement at a line does, or that it helps to decide."""
    body = function.body
    at = next((place for place, node in enumerate(body) if node.lineno <= line <= (node.end_lineno or 0)), None)
    if at is None:
        return _words(body)
    chosen, bound = [body[at]], _loaded(body[at])
    for node in reversed(body[:at]):
        if _bound(node) & bound:
            chosen.append(node)
            bound |= _loaded(node)
    forward = _bound(body[at])
    for node in body[at + 1 :]:
        if _loaded(node) & forward:
            chosen.append(node)
            forward |= _bound(node)
    return _words(chosen)


def _bound(node: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)}


def _loaded(node: ast.stmt) -> set[str]:
    call = guard(node)
    return {
        each.id
        for each in ast.walk(node if call is None else call.args[0])
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Load)
    }


def _words(nodes: Sequence[ast.stmt]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        call = guard(node)
        for each in ast.walk(node if call is None else call.args[0]):
            if isinstance(each, ast.Attribute):
                found.add(each.attr)
            elif isinstance(each, ast.keyword) and each.arg is not None:
                found.add(each.arg)
            elif isinstance(each, ast.Name):
                found.add(each.id)
            elif isinstance(each, ast.Dict):
                found |= {str(key.value) for key in each.keys if isinstance(key, ast.Constant)}
    return frozenset(found)
