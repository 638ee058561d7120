"""Reading a tool's code: its guards, its effects, and the calls it makes on its world."""

from __future__ import annotations

import ast
from collections.abc import Iterator

WORLD = "world"
EFFECTS = frozenset({"add", "update", "delete", "advance"})


def tools_in(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Yield the functions that a server offers as tools, in their order."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and any(_is_tool(each) for each in node.decorator_list):
            yield node


def _is_tool(decorator: ast.expr) -> bool:
    return (
        isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute) and decorator.func.attr == "tool"
    )


def world_call(node: ast.AST | None, *names: str) -> ast.Call | None:
    """Return the node as a call of a method of the world, if it is one of those named."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    on = node.func.value
    is_named = isinstance(on, ast.Name) and on.id == WORLD and node.func.attr in names
    return node if is_named else None


def guard(node: ast.AST) -> ast.Call | None:
    """Return the `require(...)` that a statement is, if it is one."""
    call = node.value if isinstance(node, ast.Expr) else None
    is_guard = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "require"
    return call if is_guard and isinstance(call, ast.Call) and call.args else None


def effect(node: ast.stmt) -> ast.Call | None:
    """Return the effect that a statement is (`world.update(...)`, `made = world.add(...)`), if it is one."""
    value = node.value if isinstance(node, ast.Expr | ast.Assign | ast.Return) else None
    return world_call(value, *EFFECTS)


def has_effect(node: ast.stmt) -> bool:
    """Say whether a statement changes the world, itself or inside."""
    return any(world_call(each, *EFFECTS) is not None for each in ast.walk(node))


def statements(function: ast.FunctionDef) -> Iterator[ast.stmt]:
    """Yield every statement of a tool but its docstring, outer ones first."""
    for node in ast.walk(function):
        if isinstance(node, ast.stmt) and node is not function and not _is_text(node):
            yield node


def expressions(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """Yield every expression of a tool that decides what it does: no sentences, no annotations."""
    for each in function.body:
        if not _is_text(each):
            yield from _inside(each)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _inside(node: ast.AST) -> Iterator[ast.expr]:
    call = guard(node)
    if call is not None:
        yield from _inside(call.args[0])
        return
    if isinstance(node, ast.JoinedStr):
        return
    if isinstance(node, ast.expr):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from _inside(child)
