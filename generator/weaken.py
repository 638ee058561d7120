"""Weakening: a tool of a blueprint with one effect dropped, one guard removed, or one expression changed."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from generator.blueprint import (
    Blueprint,
    CreateEffect,
    DeleteEffect,
    EachEffect,
    Effect,
    ToolPart,
    UpdateEffect,
    WhenEffect,
)
from generator.expression import parse
from registry.mutants.expressions import Words, in_expressions
from registry.mutants.mutant import Change, Operator

_NO_PARAMETERS = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])


@dataclass(frozen=True, slots=True)
class Weakening:
    """One weaker form of a tool. `path` is the changed place in the blueprint.

    `stage` tells how far a call must get to meet it: 0 the lets, 1 the first guard, 2 the second, ..., then the rest.
    """

    tool: str
    operator: Operator
    path: str
    before: str
    after: str
    stage: int
    part: ToolPart

    def within(self, blueprint: Blueprint) -> Blueprint:
        """Return the blueprint with this tool in the place of its own."""
        return blueprint.model_copy(update={"tools": {**blueprint.tools, self.tool: self.part}})


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A weaker form of a tool, and the blueprint with it in the tool's place.

    `weaker`: the expression asked in the place of `weakening.before`; None where something else is changed.
    """

    weakening: Weakening
    path: str
    stage: int
    blueprint: Blueprint
    weaker: str | None
    is_of_a_number: bool

    @classmethod
    def of(cls, weakening: Weakening, blueprint: Blueprint) -> Form:
        """Put a weaker form in its place."""
        changed = weakening.operator
        weaker = None if changed in ("effect_delete", "commit_before_guards") else weakening.after or "True"
        return cls(
            weakening, weakening.path, weakening.stage, weakening.within(blueprint), weaker, changed == "constant"
        )


def weakenings(blueprint: Blueprint, tool: str) -> Iterator[Weakening]:
    """Yield every weaker form of an action, in the order in which a call meets them."""
    part, words = blueprint.tools[tool], words_of(blueprint)
    for name, text in part.let.items():
        for operator, other in variants(text, words):
            changed = part.model_copy(update={"let": {**part.let, name: other}})
            yield Weakening(tool, operator, f"tools.{tool}.let.{name}", text, other, 0, changed)
    for stage, (code, (condition, sentence)) in enumerate(part.require.items(), start=1):
        path = f"tools.{tool}.require.{code}"
        rest = {name: guard for name, guard in part.require.items() if name != code}
        removed = part.model_copy(update={"require": rest})
        yield Weakening(tool, "guard_remove", path, condition, "", stage, removed)
        for operator, other in variants(condition, words):
            changed = part.model_copy(update={"require": {**part.require, code: (other, sentence)}})
            yield Weakening(tool, operator, path, condition, other, stage, changed)
    last = len(part.require) + 1
    if part.require and part.do:
        unguarded = part.model_copy(update={"require": {}})
        yield Weakening(tool, "commit_before_guards", f"tools.{tool}.require", "", "", 1, unguarded)
    for operator, path, before, after, do in _weaker(part.do, words, f"tools.{tool}.do"):
        yield Weakening(tool, operator, path, before, after, last, part.model_copy(update={"do": do}))
    for name, text in part.returns.items():
        for operator, other in variants(text, words):
            changed = part.model_copy(update={"returns": {**part.returns, name: other}})
            yield Weakening(tool, operator, f"tools.{tool}.return.{name}", text, other, last, changed)


def variants(text: str, words: Words) -> Iterator[tuple[Operator, str]]:
    """Yield every change to an expression, with its operator; each text once."""
    body: list[ast.stmt] = [ast.Return(copy.deepcopy(parse(text)))]
    function = ast.fix_missing_locations(
        ast.FunctionDef(name="expression", args=_NO_PARAMETERS, body=body, decorator_list=[])
    )
    known = {ast.unparse(body[0])}
    slots = dict(_slots(body[0]))
    for change in in_expressions(function, words):
        written = _changed(body[0], slots[id(change.node)], change)
        if written not in known:
            known.add(written)
            yield change.operator, written.removeprefix("return ")


_Slot = tuple[ast.AST, str, int | None]
"""Where a node stands: its parent's field, and its place where that is a list."""


def _slots(tree: ast.AST) -> Iterator[tuple[int, _Slot]]:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if isinstance(value, ast.AST):
                yield id(value), (parent, name, None)
            elif isinstance(value, list):
                yield from ((id(each), (parent, name, at)) for at, each in enumerate(value))


def _changed(tree: ast.stmt, slot: _Slot, change: Change) -> str:
    """Write a tree with one change made, and take it back; a copy of the tree would cost ten times as much."""
    _put(slot, change.after)
    written = ast.unparse(tree)
    _put(slot, change.node)
    return written


def _put(slot: _Slot, node: object) -> None:
    parent, name, at = slot
    if at is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[at] = node


def words_of(blueprint: Blueprint) -> Words:
    """Pair the values of a blueprint's enums."""
    enums = [
        field.values or tuple(field.moves)
        for entity in blueprint.entities.values()
        for field in entity.fields.values()
        if field.type in ("enum", "state")
    ]
    return Words.of(enums + [each.values for tool in blueprint.tools.values() for each in tool.args.values()])


_Changed = tuple[Operator, str, str, str, tuple[Effect, ...]]


def _weaker(effects: Sequence[Effect], words: Words, path: str) -> Iterator[_Changed]:
    """Yield operator, path, before, after and the effects with one of them, or of those inside, weaker or gone."""
    for place, effect in enumerate(effects):
        here = f"{path}[{place}]"
        head, tail = tuple(effects[:place]), tuple(effects[place + 1 :])
        is_needed = isinstance(effect, CreateEffect) and bool(effect.name)
        if not is_needed:
            yield "effect_delete", here, _shown(effect), "", head + tail
        for operator, where, before, after, other in _of_effect(effect, words, here):
            yield operator, where, before, after, (*head, other, *tail)


def _of_effect(effect: Effect, words: Words, path: str) -> Iterator[tuple[Operator, str, str, str, Effect]]:
    match effect:
        case UpdateEffect() | CreateEffect():
            for name, text in effect.set.items():
                rest = {other: each for other, each in effect.set.items() if other != name}
                if isinstance(effect, UpdateEffect) and rest:
                    yield "effect_delete", f"{path}.set.{name}", text, "", effect.model_copy(update={"set": rest})
                for operator, other in variants(text, words):
                    changed = effect.model_copy(update={"set": {**effect.set, name: other}})
                    yield operator, f"{path}.set.{name}", text, other, changed
        case WhenEffect():
            for operator, other in variants(effect.when, words):
                yield operator, f"{path}.when", effect.when, other, effect.model_copy(update={"when": other})
            for operator, where, before, after, do in _weaker(effect.do, words, f"{path}.do"):
                yield operator, where, before, after, effect.model_copy(update={"do": do})
            for operator, where, before, after, do in _weaker(effect.otherwise, words, f"{path}.otherwise"):
                yield operator, where, before, after, effect.model_copy(update={"otherwise": do})
        case EachEffect():
            for operator, other in variants(effect.over, words):
                yield operator, f"{path}.in", effect.over, other, effect.model_copy(update={"over": other})
            for operator, where, before, after, do in _weaker(effect.do, words, f"{path}.do"):
                yield operator, where, before, after, effect.model_copy(update={"do": do})
        case DeleteEffect():
            return


def _shown(effect: Effect) -> str:
    return effect.model_dump_json(by_alias=True, exclude_defaults=True)
