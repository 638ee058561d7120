"""What a call on shifted rows comes to, as far as calls before it tell: they read the same and so must go the same way.

An expression's answer turns on the names it takes from outside and on the columns it reads. So its answer on one shift
is its answer on every other whose names have the same values and whose edits of those columns are the same.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from envkit.errors import INTERNAL, Refusal
from generator.audit_tools import iter_effects
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
from generator.evaluate import Names, Value, reading
from generator.expression import names, parse
from generator.interpret import BUGS, Interpreter
from generator.parameters import check_arguments
from generator.shift import Shift, Shifted
from generator.tables import Tables
from generator.weaken import Form

_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Foretold:
    """What a call is refused with (None if it succeeds), and whether one of the forms may answer it otherwise."""

    code: str | None
    may_differ: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What an expression answers: a value, or the code it refuses with ("internal" where it makes no sense)."""

    code: str
    value: Value

    @classmethod
    def of(cls, text: str, bound: Names, tables: Tables) -> Answer:
        """Ask an expression."""
        try:
            return cls("", reading(text)(bound, tables))
        except Refusal as refusal:
            return cls(refusal.code, None)
        except BUGS:
            return cls(INTERNAL, None)


@dataclass(slots=True)
class _Stage:
    """A let or a guard of the tool, or all that follows the last of them, with what is known of it.

    `takes`, `reads`: the names and the columns that its expressions, the weaker ones included, turn on.
    """

    path: str = ""
    text: str = ""
    let: str = ""
    refuses: str = ""
    takes: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    answers: dict[_Key, Answer] = field(default_factory=dict)
    unlike: dict[_Key, frozenset[Form]] = field(default_factory=dict)

    def key(self, bound: Names, shift: Shift) -> _Key:
        """Gather what its answer turns on."""
        key = [_hashable(bound[name]) for name in self.takes]
        for edit, change in zip(shift.edits, shift.changes, strict=True):
            if not self.reads.isdisjoint(edit.values):
                key.append(change)
        return tuple(key)


@dataclass(frozen=True, slots=True)
class _Course:
    """How far a call gets through the lets and guards: the key of each one asked, and the code that stops it there."""

    keys: Sequence[_Key]
    code: str | None
    bound: Names


class Foresight:
    """What is known of one tool's calls in a world that each shift leaves as it was."""

    def __init__(self, world: Interpreter, tool: str, forms: Iterable[Form]) -> None:
        self._world, self._tool = world, tool
        self._others: dict[str, list[str]] = {}
        for form in forms:
            if form.weaker is not None:
                self._others.setdefault(form.path, []).append(form.weaker)
        self._stages = [*self._staged(world.blueprint, world.blueprint.tools[tool])]
        self._rest = self._stages.pop()
        self._at = {stage.path: at for at, stage in enumerate(self._stages)}
        self._courses: dict[tuple[bytes, ...], _Course] = {}
        self._ends: dict[_Key, str | None] = {}
        self._alike: set[tuple[str, _Key]] = set()

    def of(self, shift: Shift, path: str, forms: Collection[Form]) -> Foretold | None:
        """Foretell a call, and whether forms at a path may differ that change an expression; None if unknown."""
        course = self._course(shift)
        at = self._at.get(path, len(self._stages))
        if at < len(course.keys) and not self._unlike(at, course, shift, forms).isdisjoint(forms):
            return Foretold(None, may_differ=True)
        if course.code is not None:
            return Foretold(course.code, may_differ=False)
        key = self._rest.key(course.bound, shift)
        if key not in self._ends or (path not in self._at and (path, key) not in self._alike):
            return None
        return Foretold(self._ends[key], may_differ=False)

    def learn(self, shift: Shift, path: str, code: str | None, *, may_differ: bool) -> None:
        """Keep how a call went that was made."""
        course = self._course(shift)
        if course.code is None:
            key = self._rest.key(course.bound, shift)
            self._ends[key] = code
            if not may_differ:
                self._alike.add((path, key))

    def _course(self, shift: Shift) -> _Course:
        if shift.key not in self._courses:
            self._courses[shift.key] = self._run(shift)
        return self._courses[shift.key]

    def _run(self, shift: Shift) -> _Course:
        try:
            bound = check_arguments(self._world.parameters(self._tool), shift.arguments)
        except Refusal as refusal:
            return _Course((), refusal.code, {})
        keys: list[_Key] = []
        for stage in self._stages:
            key = stage.key(bound, shift)
            keys.append(key)
            if key not in stage.answers:
                with Shifted(self._world.tables, shift):
                    stage.answers[key] = Answer.of(stage.text, bound, self._world.tables)
            answer = stage.answers[key]
            if answer.code:
                return _Course(keys, answer.code, bound)
            if stage.refuses and not answer.value:
                return _Course(keys, stage.refuses, bound)
            if stage.let:
                bound[stage.let] = answer.value
        return _Course(keys, None, bound)

    def _unlike(self, at: int, course: _Course, shift: Shift, forms: Iterable[Form]) -> frozenset[Form]:
        """Gather those of the forms left that answer otherwise where the tool asks this let or guard."""
        stage, key = self._stages[at], course.keys[at]
        if key not in stage.unlike:
            bound, own = {name: course.bound[name] for name in stage.takes}, stage.answers[key]
            with Shifted(self._world.tables, shift):
                tables = self._world.tables
                stage.unlike[key] = frozenset(
                    form
                    for form in forms
                    if form.weaker is not None and Answer.of(form.weaker, bound, tables) != own
                )
        return stage.unlike[key]

    def _staged(self, blueprint: Blueprint, part: ToolPart) -> Iterator[_Stage]:
        """Yield the lets and guards in order, and as the last one all that follows them."""
        bound, others = [*part.args], dict(self._others)
        for name, text in part.let.items():
            path = f"tools.{self._tool}.let.{name}"
            yield _Stage(path, text, name, "", *_turns_on([text, *others.pop(path, ())], bound))
            bound.append(name)
        for code, (condition, _) in part.require.items():
            path = f"tools.{self._tool}.require.{code}"
            yield _Stage(path, condition, "", code, *_turns_on([condition, *others.pop(path, ())], bound))
        effects = [effect for _, effect in iter_effects(part.do, "")]
        texts = [text for effect in effects for text in _texts(effect)]
        texts += [part.advance] * bool(part.advance) + [*part.returns.values()]
        takes, reads = _turns_on([*texts, *(text for weaker in others.values() for text in weaker)], bound)
        yield _Stage(takes=takes, reads=reads | {name for effect in effects for name in _checked(blueprint, effect)})


def _turns_on(texts: Iterable[str], bound: Sequence[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Name what expressions take of the names bound, and the columns they read; a ref may be read by its short name."""
    trees = [parse(text) for text in dict.fromkeys(texts)]
    taken = {name for tree in trees for name in names(tree)}
    read = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return tuple(name for name in bound if name in taken), frozenset(read | {f"{name}_id" for name in read})


def _texts(effect: Effect) -> Iterator[str]:
    match effect:
        case UpdateEffect(update=target, set=values):
            yield from (target, *values.values())
        case CreateEffect(set=values):
            yield from values.values()
        case DeleteEffect(delete=target):
            yield target
        case WhenEffect(when=condition):
            yield condition
        case EachEffect(over=over):
            yield over


def _checked(blueprint: Blueprint, effect: Effect) -> Iterator[str]:
    """Name the columns whose stored values may stand in an effect's way: those it sets, refs to what it deletes."""
    if isinstance(effect, UpdateEffect | CreateEffect):
        yield from effect.set
    if isinstance(effect, DeleteEffect):
        for entity in blueprint.entities.values():
            yield from (name for name, each in entity.fields.items() if each.type == "ref")


def _hashable(value: Value) -> object:
    return tuple(map(_hashable, value)) if isinstance(value, list) else value
