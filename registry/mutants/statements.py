"""Operators on statements: guards, effects, their order, the clock and what is returned."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from registry.mutants.calls import EFFECTS, effect, guard, has_effect, statements, world_call
from registry.mutants.mutant import Change

_COMMIT = ast.parse("world._connection.execute('COMMIT')\nworld._connection.execute('BEGIN')").body
_STILL = ast.parse("world.tick = lambda tick_s: None").body
_STALE = "_stale"


def in_statements(function: ast.FunctionDef, results: Mapping[str, Mapping[str, str]]) -> Iterator[Change]:
    """Yield every change to a statement of a tool; `results` are the members of result classes and their types."""
    kinds = _kinds(function)
    for node in statements(function):
        call = guard(node)
        if call is not None:
            yield Change("guard_remove", node, [])
            yield Change("guard_negate", call.args[0], ast.UnaryOp(ast.Not(), call.args[0]))
        if isinstance(node, ast.If):
            yield from _branches(node)
        changed = effect(node)
        if changed is not None:
            yield from _effects(node, changed, kinds)
        if isinstance(node, ast.Expr) and world_call(node.value, "get") is not None:
            yield Change("drop_not_found", node, [])
        if isinstance(node, ast.Return):
            yield from _returns(function, node, results)
    if has_effect(function):
        yield Change("no_tick", function, [*_STILL, *function.body], "the clock stands still")
        yield from _committed(function)


def _branches(node: ast.If) -> Iterator[Change]:
    yield Change("branch", node.test, ast.UnaryOp(ast.Not(), node.test))
    yield Change("branch", node.test, ast.Constant(True))
    yield Change("branch", node.test, ast.Constant(False))


def _effects(node: ast.stmt, call: ast.Call, kinds: Mapping[str, str]) -> Iterator[Change]:
    assert isinstance(call.func, ast.Attribute)
    name = call.func.attr
    if isinstance(node, ast.Expr):
        yield Change("effect_delete", node, [])
    if isinstance(node, ast.Return) and name == "update":
        yield Change("effect_delete", node, [ast.Return(call.args[0])])
    if name in ("add", "advance") or (name == "update" and _is_cumulative(call)):
        first = node if isinstance(node, ast.Expr) else ast.Expr(call)
        yield Change("effect_duplicate", node, [first, node])
    if name in ("add", "update"):
        for place, keyword in enumerate(call.keywords):
            if keyword.arg is not None:
                rest = [*call.keywords[:place], *call.keywords[place + 1 :]]
                yield Change("effect_delete", call, ast.Call(call.func, call.args, rest))
    if name in ("update", "delete") and call.args and isinstance(call.args[0], ast.Name):
        yield from _wrong_rows(call, call.args[0], kinds)


def _is_cumulative(call: ast.Call) -> bool:
    """Say whether an update counts on from the stored value, so that doing it twice is not doing it once."""
    assert call.args
    row = ast.unparse(call.args[0])
    return any(
        isinstance(node, ast.Attribute) and node.attr == keyword.arg and ast.unparse(node.value) == row
        for keyword in call.keywords
        for node in ast.walk(keyword.value)
    )


def _wrong_rows(call: ast.Call, row: ast.Name, kinds: Mapping[str, str]) -> Iterator[Change]:
    """Aim at another row of the same kind: one with a name if there is one, else the first of its table."""
    kind = kinds.get(row.id)
    others = [name for name, other in kinds.items() if other == kind and name != row.id]
    for other in others:
        yield Change("wrong_row", row, ast.Name(other, ast.Load()))
    if kind is not None and not others:
        yield Change("wrong_row", row, ast.parse(f"world.all({kind})[0]", mode="eval").body)


def _kinds(function: ast.FunctionDef) -> Mapping[str, str]:
    """Return the row class of each name that a tool binds to a row."""
    found: dict[str, str] = {}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            call = world_call(node.value, "get", "find", "add")
            if call is not None:
                found[node.targets[0].id] = ast.unparse(call.args[0])
    return found


def _committed(function: ast.FunctionDef) -> Iterator[Change]:
    """Move the effects before the guards, and keep them even if a guard refuses."""
    body = function.body
    docstring = body[:1] if ast.get_docstring(function) is not None else []
    rest = body[len(docstring) :]
    effects = [node for node in rest if has_effect(node) and not isinstance(node, ast.Return)]
    guards = [node for node in rest if guard(node) is not None]
    if effects and guards:
        before = [node for node in rest if node not in effects and node not in guards and not _ends(node)]
        end = [node for node in rest if _ends(node)]
        moved = [*docstring, *before, *effects, *_COMMIT, *guards, *end]
        yield Change("commit_before_guards", function, moved, "effects kept before the guards are asked")


def _ends(node: ast.stmt) -> bool:
    return isinstance(node, ast.Return)


def _returns(function: ast.FunctionDef, node: ast.Return, results: Mapping[str, Mapping[str, str]]) -> Iterator[Change]:
    call = node.value
    if not isinstance(call, ast.Call):
        return
    written = world_call(call, "update")
    if written is not None:
        stale = ast.parse(f"{_STALE} = {ast.unparse(written.args[0])}.model_copy()").body
        yield Change("stale_return", node, [*stale, ast.Expr(call), ast.Return(ast.Name(_STALE, ast.Load()))])
    members = results.get(call.func.id, {}) if isinstance(call.func, ast.Name) else {}
    for keyword in call.keywords:
        empty = _empty(members.get(keyword.arg or "", ""))
        if empty is not None and ast.unparse(keyword.value) != ast.unparse(empty):
            yield Change("return_drop", keyword.value, empty)
        if isinstance(keyword.value, ast.Name):
            body = _with_stale(function, keyword.value)
            if body is not None:
                yield Change("stale_return", function, body, f"{ast.unparse(keyword)} as it was before the effects")


def _empty(kind: str) -> ast.expr | None:
    if kind.startswith("list["):
        return ast.List([], ast.Load())
    return ast.Constant(0) if kind in ("int", "Money") else None


def _with_stale(function: ast.FunctionDef, row: ast.Name) -> Sequence[ast.stmt] | None:
    """Return the body with a copy of a row taken before the first effect and answered at the end."""
    body = function.body
    first = next((place for place, node in enumerate(body) if has_effect(node)), None)
    is_bound = any(
        isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id == row.id
        and world_call(node.value, "get") is not None
        for node in body[:first]
    )
    is_updated = any(
        (call := world_call(node, *EFFECTS)) is not None
        and any(isinstance(arg, ast.Name) and arg.id == row.id for arg in call.args)
        for node in ast.walk(function)
    )
    if first is None or not is_bound or not is_updated or not isinstance(body[-1], ast.Return):
        return None
    assert body[-1].value is not None
    stale = ast.parse(f"{_STALE} = {row.id}.model_copy()").body
    last = _Renamed(row).visit(ast.parse(ast.unparse(body[-1])).body[0])
    return [*body[:first], *stale, *body[first:-1], last]


class _Renamed(ast.NodeTransformer):
    """Names the copy where the row stands as a whole member."""

    def __init__(self, row: ast.Name) -> None:
        self._row = row

    def visit_keyword(self, node: ast.keyword) -> ast.keyword:  # ast's name
        if isinstance(node.value, ast.Name) and node.value.id == self._row.id:
            return ast.keyword(node.arg, ast.Name(_STALE, ast.Load()))
        return node
