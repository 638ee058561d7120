"""Lifting: a tool's body in a small part of Python becomes the `let`, `require`, `do` and `return` of a blueprint.

Nothing is run. Models write Python with fewer slips than nested YAML, so both forms are taken.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from generator.expression import ExpressionError, parse

FORMS = (
    "name = expression; require(condition, 'code', 'sentence'); world.update(row, column=expression); "
    "name = world.add('entity', column=expression); world.delete(row); if; for name in rows; "
    "return {'name': expression}"
)
"""The statements that can be lifted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A statement that cannot be lifted: its line in the body, and what to write instead."""

    line: int
    message: str


@dataclass(slots=True)
class _Lifting:
    """What has been lifted so far; it belongs to one call of `lift`."""

    let: dict[str, str] = field(default_factory=dict)
    require: dict[str, list[str]] = field(default_factory=dict)
    do: list[dict[str, object]] = field(default_factory=list)
    returns: dict[str, str] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    is_done: bool = False


def lift(body: str) -> tuple[Mapping[str, object], tuple[Fault, ...]]:
    """Lift a body into the keys `let`, `require`, `do` and `return`, with every statement that has no place there."""
    lifting = _Lifting()
    try:
        statements = ast.parse(body).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno or 1 if isinstance(error, SyntaxError) else 1
        return {}, (Fault(line, f"not Python: {getattr(error, 'msg', None) or error}"),)
    for statement in statements:
        _statement(statement, lifting)
    keys = {"let": lifting.let, "require": lifting.require, "do": lifting.do, "return": lifting.returns}
    return {key: value for key, value in keys.items() if value}, tuple(lifting.faults)


def _statement(node: ast.stmt, lifting: _Lifting) -> None:
    if lifting.is_done:
        lifting.faults.append(Fault(node.lineno, "nothing can follow the return"))
        return
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _effect_call(value) is None:
            _bind(name, value, node, lifting)
        case ast.Expr(value=ast.Call(func=ast.Name(id="require"), args=arguments, keywords=[])):
            _guard(arguments, node, lifting)
        case ast.Return(value=ast.Dict() as value):
            lifting.returns = dict(_answer(value, lifting))
            lifting.is_done = True
        case ast.Return():
            lifting.faults.append(Fault(node.lineno, "return a dictionary of names and expressions"))
        case _:
            lifting.do += _effects([node], lifting)


def _bind(name: str, value: ast.expr, node: ast.stmt, lifting: _Lifting) -> None:
    if lifting.require or lifting.do:
        lifting.faults.append(Fault(node.lineno, f"{name}: names are bound before the first require and effect"))
    elif name in lifting.let:
        lifting.faults.append(Fault(node.lineno, f"{name} is bound twice; choose another name"))
    else:
        lifting.let[name] = _expression(value, lifting)


def _guard(arguments: Sequence[ast.expr], node: ast.stmt, lifting: _Lifting) -> None:
    match arguments:
        case [condition, ast.Constant(value=str(code)), ast.Constant(value=str(sentence))] if not lifting.do:
            if code in lifting.require:
                lifting.faults.append(Fault(node.lineno, f"two guards have the code {code}; each has its own"))
            lifting.require[code] = [_expression(condition, lifting), sentence]
        case _:
            wanted = "require(condition, 'code', 'sentence with {holes}') stands before the effects; no f-strings"
            lifting.faults.append(Fault(node.lineno, wanted))


def _answer(value: ast.Dict, lifting: _Lifting) -> Iterator[tuple[str, str]]:
    for key, one in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, _expression(one, lifting)
        else:
            lifting.faults.append(Fault(value.lineno, "the keys of the answer are texts in quotes"))


def _effects(nodes: Sequence[ast.stmt], lifting: _Lifting) -> list[dict[str, object]]:
    return [effect for node in nodes if (effect := _effect(node, lifting)) is not None]


def _effect(node: ast.stmt, lifting: _Lifting) -> dict[str, object] | None:
    match node:
        case ast.Expr(value=value) if (call := _effect_call(value)) is not None:
            return _world_call(call, "", lifting)
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if (call := _effect_call(value)) is not None:
            return _world_call(call, name, lifting)
        case ast.If(test=test, body=body, orelse=otherwise):
            effect: dict[str, object] = {"when": _expression(test, lifting), "do": _effects(body, lifting)}
            return {**effect, "otherwise": _effects(otherwise, lifting)} if otherwise else effect
        case ast.For(target=ast.Name(id=name), iter=rows, body=body, orelse=[]):
            return {"each": name, "in": _expression(rows, lifting), "do": _effects(body, lifting)}
        case ast.Pass():
            return None
        case _:
            lifting.faults.append(Fault(node.lineno, f"{type(node).__name__} has no place here; write {FORMS}"))
            return None


def _effect_call(value: ast.expr) -> ast.Call | None:
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="world"))):
            return value
        case _:
            return None


def _world_call(call: ast.Call, name: str, lifting: _Lifting) -> dict[str, object] | None:
    assert isinstance(call.func, ast.Attribute)
    columns = {word.arg: _expression(word.value, lifting) for word in call.keywords if word.arg is not None}
    is_plain = len(columns) == len(call.keywords)
    match call.func.attr, call.args:
        case "update", [row] if columns and is_plain and not name:
            return {"update": _expression(row, lifting), "set": columns}
        case "add", [ast.Constant(value=str(entity))] if is_plain:
            return {"create": entity, **({"as": name} if name else {}), "set": columns}
        case "delete", [row] if not call.keywords and not name:
            return {"delete": _expression(row, lifting)}
        case _:
            lifting.faults.append(Fault(call.lineno, f"no such call of world; write {FORMS}"))
            return None


def _expression(node: ast.expr, lifting: _Lifting) -> str:
    text = ast.unparse(node)
    try:
        parse(text)
    except ExpressionError as error:
        lifting.faults.append(Fault(node.lineno, f"{text}: {error.problem}"))
    return text
