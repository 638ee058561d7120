"""The audit of tools: what each takes, asks, does and returns."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from envkit.errors import KIT_CODES
from generator.audit_entities import audit_bounds, audit_values, default_problem
from generator.blueprint import (
    ArgumentPart,
    Blueprint,
    CreateEffect,
    DeleteEffect,
    EachEffect,
    Effect,
    EntityPart,
    ToolPart,
    UpdateEffect,
    WhenEffect,
)
from generator.expression import CALLS, ExpressionError, names, parse
from generator.finding import Findings
from generator.value_types import Type, field_type, item_type

_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_NAMES_TAKEN = CALLS | {"now", "caller", "world", "env", "require", "given", "datetime", "timedelta"}
_LIST_ARGUMENTS = ("query", "sort", "limit", "cursor")
_SORTABLE = ("str", "int", "money", "bool", "time", "enum", "state", "ref")
_ACTION_KEYS = ("args", "let", "require", "do", "returns", "advance")
_KEYS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "list": ("filter", "range", "search", "sort"),
    "get": (),
    "create": ("set",),
    "update": ("set",),
    "delete": ("cascade",),
}
_HOLE = re.compile(r"\{([^{}]*)\}")


def audit_tools(blueprint: Blueprint, findings: Findings) -> None:
    """Note what is wrong with the tools of a blueprint."""
    for name, tool in blueprint.tools.items():
        path = f"tools.{name}"
        if not tool.doc.strip():
            findings.add(f"{path}.doc", "a sentence is missing: what the tool does")
        _audit_keys(path, tool, findings)
        if tool.kind == "action":
            _Action(blueprint, path, tool, findings).audit()
        elif not tool.entity:
            findings.add(path, '"entity" is missing')
        elif not findings.unknown(f"{path}.entity", "entity", tool.entity, blueprint.entities):
            _audit_plain(blueprint, path, tool, findings)
        _audit_phrases(blueprint, path, tool, findings)


def iter_effects(effects: Iterable[Effect], path: str) -> Iterator[tuple[str, Effect]]:
    """Yield every effect with its place, those inside `when` and `each` after their parent."""
    for at, effect in enumerate(effects):
        here = f"{path}[{at}]"
        yield here, effect
        if isinstance(effect, WhenEffect | EachEffect):
            yield from iter_effects(effect.do, f"{here}.do")
        if isinstance(effect, WhenEffect):
            yield from iter_effects(effect.otherwise, f"{here}.otherwise")


def plain_arguments(blueprint: Blueprint, tool: ToolPart) -> tuple[str, ...]:
    """Name the arguments of a tool, in order."""
    match tool.kind:
        case "action":
            return tuple(tool.args)
        case "list":
            ends = [f"{column}_{end}" for column in tool.range for end in ("from", "to")]
            rest = ["query"] * bool(tool.search) + ["sort"] * bool(tool.sort) + ["limit", "cursor"]
            return (*tool.filter, *ends, *rest)
        case "create":
            return tool.set
        case _:
            return (f"{tool.entity}_id", *tool.set)


def _audit_keys(path: str, tool: ToolPart, findings: Findings) -> None:
    allowed = ("entity", *_KEYS_OF_KIND[tool.kind]) if tool.kind != "action" else _ACTION_KEYS
    for key in (*_ACTION_KEYS, "entity", "filter", "range", "search", "sort", "set", "cascade"):
        if getattr(tool, key) and key not in allowed:
            shown = "return" if key == "returns" else key
            findings.add(f"{path}.{shown}", f"a tool of kind {tool.kind} has no {shown}")
    default, largest = tool.page_sizes
    if not 1 <= default <= largest:
        findings.add(f"{path}.page_sizes", f"expected [default, largest] from 1 up, got [{default}, {largest}]")


def _audit_plain(blueprint: Blueprint, path: str, tool: ToolPart, findings: Findings) -> None:
    entity = blueprint.entities[tool.entity]
    match tool.kind:
        case "list":
            _audit_list(path, tool, entity, findings)
        case "create" | "update":
            _audit_set(path, tool, entity, findings)
        case "delete":
            _audit_cascade(blueprint, path, tool, findings)
        case _:
            pass
    arguments = plain_arguments(blueprint, tool)
    for twice in sorted({name for name in arguments if arguments.count(name) > 1}):
        findings.add(path, f'two arguments are called "{twice}"')


def _audit_list(path: str, tool: ToolPart, entity: EntityPart, findings: Findings) -> None:
    kinds = {column: field.type for column, field in entity.fields.items()}
    rules: Sequence[tuple[str, Sequence[str], Sequence[str], str]] = (
        ("filter", tool.filter, (*_SORTABLE, "text"), "use search or a range"),
        ("range", tool.range, ("int", "money", "time"), "only int, money and time have ranges"),
        ("search", tool.search, ("str", "text"), "search looks into str and text"),
        ("sort", tool.sort, _SORTABLE, "this type has no order"),
    )
    for key, columns, fitting, advice in rules:
        for at, column in enumerate(columns):
            if key == "sort" and column == "id":
                continue
            here = f"{path}.{key}[{at}]"
            if findings.unknown(here, "column", column, [*kinds, "id"] if key == "sort" else kinds):
                continue
            if kinds[column] not in fitting:
                findings.add(here, f"{column} is a {kinds[column]}: {advice}")
            if key == "filter" and column in _LIST_ARGUMENTS:
                findings.add(here, f'"{column}" is the name of a list\'s own argument')
        if len(set(columns)) < len(columns):
            findings.add(f"{path}.{key}", "a column is there twice")


def _audit_set(path: str, tool: ToolPart, entity: EntityPart, findings: Findings) -> None:
    if not tool.set:
        findings.add(path, '"set" is missing: the columns a caller may give')
    for at, column in enumerate(tool.set):
        here = f"{path}.set[{at}]"
        if findings.unknown(here, "column", column, entity.fields):
            continue
        field = entity.fields[column]
        if field.generated or field.counter:
            findings.add(here, f"{column} is kept by the tools; a caller may not give it")
        if field.type == "state" and tool.kind == "create":
            findings.add(here, f"a new row begins as {field.initial}; a caller may not give a state")
    if tool.kind == "create":
        for column in required_columns(entity):
            if column not in tool.set:
                findings.add(f"{path}.set", f"{tool.entity}.{column} is required and has no default, so it must be set")


def required_columns(entity: EntityPart) -> tuple[str, ...]:
    """Name the columns that a new row must be given: neither optional nor with a default or initial state."""
    return tuple(
        column
        for column, field in entity.fields.items()
        if not field.optional and field.default is None and field.type != "state"
    )


def _audit_cascade(blueprint: Blueprint, path: str, tool: ToolPart, findings: Findings) -> None:
    removed = {tool.entity, *tool.cascade}
    for at, name in enumerate(tool.cascade):
        here = f"{path}.cascade[{at}]"
        if findings.unknown(here, "entity", name, blueprint.entities):
            continue
        if not any(field.to in removed for field in blueprint.entities[name].fields.values()):
            findings.add(here, f"{name} does not refer to {tool.entity}")


def _audit_phrases(blueprint: Blueprint, path: str, tool: ToolPart, findings: Findings) -> None:
    known = plain_arguments(blueprint, tool)
    for at, phrase in enumerate(tool.phrases):
        for hole in _HOLE.findall(phrase):
            findings.unknown(f"{path}.phrases[{at}]", "argument", hole, known)


class _Action:
    """The audit of one action, which gathers the names that its expressions may use."""

    def __init__(self, blueprint: Blueprint, path: str, tool: ToolPart, findings: Findings) -> None:
        self.blueprint, self.path, self.tool, self.findings = blueprint, path, tool, findings
        self.broken: set[str] = set()

    def audit(self) -> None:
        known: dict[str, Type] = {}
        for name, argument in self.tool.args.items():
            self._argument(f"{self.path}.args.{name}", name, argument)
            known[name] = field_type(argument)
        for name, text in self.tool.let.items():
            self._let(f"{self.path}.let.{name}", name, text, known)
        for code, (condition, sentence) in self.tool.require.items():
            self._guard(f"{self.path}.require.{code}", code, condition, sentence, known)
        self._effects(self.tool.do, f"{self.path}.do", known)
        if self.tool.advance and self._is_sound([self.tool.advance]):
            got = self.findings.expression(f"{self.path}.advance", self.tool.advance, known, self.blueprint)
            if got and got.kind != "span":
                self.findings.add(f"{self.path}.advance", f"a length of time is wanted, as hours(2), not {got}")
        self._returns(known)
        self._check_lookups()

    def _name(self, path: str, name: str) -> None:
        if not _CODE.fullmatch(name) or keyword.iskeyword(name):
            self.findings.add(path, f'"{name}" is not snake_case, or a word of Python')
        elif name in _NAMES_TAKEN or name in dir(builtins):
            self.findings.add(path, f'"{name}" means something in Python; choose another name')

    def _argument(self, path: str, name: str, argument: ArgumentPart) -> None:
        self._name(path, name)
        if argument.type == "state":
            self.findings.add(path, "an argument is no state; use an enum with values")
        audit_values(path, argument.type, argument.values, argument.to, self.blueprint, self.findings)
        audit_bounds(path, argument.type, argument.min, argument.max, self.findings)
        if argument.default is not None:
            want = field_type(argument)
            problem = "a list has no default" if argument.many else ""
            problem = problem or default_problem(want, argument.default, argument.min, argument.max)
            if problem:
                self.findings.add(f"{path}.default", problem)

    def _let(self, path: str, name: str, text: str, known: dict[str, Type]) -> None:
        self._name(path, name)
        if name in known:
            self.findings.add(path, f'"{name}" is bound already')
        got = self._typed(path, text, known)
        if got is not None and got.kind in ("gen", "none"):
            self.findings.add(path, "write [x for ...] to keep a list" if got.kind == "gen" else "this is always None")
            got = None
        if got is None:
            self.broken.add(name)
        else:
            known[name] = got

    def _typed(self, path: str, text: str, known: Mapping[str, Type]) -> Type | None:
        """Type an expression, staying silent about what only follows from a let that is broken itself."""
        return self.findings.expression(path, text, known, self.blueprint) if self._is_sound([text]) else None

    def _is_sound(self, texts: Iterable[str]) -> bool:
        try:
            return not any(names(parse(text)) & self.broken for text in texts)
        except ExpressionError:
            return True

    def _guard(self, path: str, code: str, condition: str, sentence: str, known: Mapping[str, Type]) -> None:
        if not _CODE.fullmatch(code):
            self.findings.add(path, f'the code "{code}" is not snake_case')
        if code in KIT_CODES:
            self.findings.add(path, f'"{code}" is a code of the kit; name the reason more closely')
        if self._is_sound([condition]):
            self.findings.condition(path, condition, known, self.blueprint)
        if self._is_sound(f"({hole})" for hole in _HOLE.findall(sentence) if hole):
            self.findings.sentence(path, sentence, known, self.blueprint)

    def _effects(self, effects: Sequence[Effect], path: str, known: dict[str, Type]) -> None:
        for at, effect in enumerate(effects):
            here = f"{path}[{at}]"
            match effect:
                case UpdateEffect():
                    self._update(here, effect, known)
                case CreateEffect():
                    self._create(here, effect, known)
                case DeleteEffect(delete=text):
                    self._row(here, text, known)
                case WhenEffect(when=text, do=do, otherwise=otherwise):
                    if self._is_sound([text]):
                        self.findings.condition(f"{here}.when", text, known, self.blueprint)
                    self._effects(do, f"{here}.do", dict(known))
                    self._effects(otherwise, f"{here}.otherwise", dict(known))
                case EachEffect():
                    self._each(here, effect, known)

    def _row(self, path: str, text: str, known: Mapping[str, Type]) -> str:
        got = self._typed(path, text, known)
        if got is None:
            return ""
        if got.kind != "row":
            self.findings.add(path, f"a row is wanted here, not {got}")
            return ""
        return got.entity

    def _update(self, path: str, effect: UpdateEffect, known: Mapping[str, Type]) -> None:
        entity = self._row(f"{path}.update", effect.update, known)
        if not effect.set:
            self.findings.add(path, '"set" is empty')
        if entity in self.blueprint.entities:
            self._set(f"{path}.set", entity, effect.set, known, is_new=False)

    def _create(self, path: str, effect: CreateEffect, known: dict[str, Type]) -> None:
        if self.findings.unknown(path, "entity", effect.create, self.blueprint.entities):
            if effect.name:
                self.broken.add(effect.name)
            return
        self._set(f"{path}.set", effect.create, effect.set, known, is_new=True)
        for column in required_columns(self.blueprint.entities[effect.create]):
            if column not in effect.set:
                self.findings.add(path, f"{effect.create}.{column} is required and has no default, so set it")
        if effect.name:
            self._bind(f"{path}.as", effect.name, Type("row", effect.create), known)

    def _bind(self, path: str, name: str, bound: Type, known: dict[str, Type]) -> None:
        self._name(path, name)
        if name in known and (name in self.tool.args or name in self.tool.let or known[name] != bound):
            self.findings.add(path, f'"{name}" is bound already')
        known[name] = bound

    def _each(self, path: str, effect: EachEffect, known: Mapping[str, Type]) -> None:
        got = self._typed(f"{path}.in", effect.over, known)
        item = item_type(got) if got else None
        if got and item is None:
            self.findings.add(f"{path}.in", f"each goes over rows or a list, not {got}")
        inner = dict(known)
        if item:
            self._bind(f"{path}.each", effect.each, item, inner)
            self._effects(effect.do, f"{path}.do", inner)

    def _set(
        self, path: str, entity: str, values: Mapping[str, str], known: Mapping[str, Type], *, is_new: bool
    ) -> None:
        fields = self.blueprint.entities[entity].fields
        for column, text in values.items():
            here = f"{path}.{column}"
            if self.findings.unknown(here, f"column of {entity}", column, fields):
                continue
            if not self._is_sound([text]):
                continue
            field = fields[column]
            got = self.findings.stored(here, text, field_type(field), known, self.blueprint)
            if field.type == "state" and got and not is_new:
                reached = {target for targets in field.moves.values() for target in targets}
                for value in got.values if got.kind == "str" else ():
                    if value not in reached and (value in field.moves or value == field.initial):
                        self.findings.add(here, f'no move reaches "{value}"')

    def _returns(self, known: Mapping[str, Type]) -> None:
        if not self.tool.returns:
            self.findings.add(self.path, '"return" is missing: an action must return something')
        for name, text in self.tool.returns.items():
            here = f"{self.path}.return.{name}"
            if not _CODE.fullmatch(name) or keyword.iskeyword(name) or name in ("error", "model_config"):
                self.findings.add(here, f'"{name}" is not snake_case, or taken')
            got = self._typed(here, text, known)
            if got and got.kind in ("gen", "none", "span"):
                advice = {"gen": "write [x for ...]", "none": "this is always None", "span": "divide it by minutes(1)"}
                self.findings.add(here, f"cannot return {got}: {advice[got.kind]}")

    def _check_lookups(self) -> None:
        """Ask that each ref argument is looked up, so that an unknown id is refused as not_found."""
        texts = [*self.tool.let.values(), *(condition for condition, _ in self.tool.require.values())]
        seen: set[str] = set()
        for text in texts:
            try:
                nodes = [node for node in ast.walk(parse(text)) if isinstance(node, ast.Subscript)]
            except ExpressionError:
                return
            seen |= {name for node in nodes for name in names(node.slice)}
        for name, argument in self.tool.args.items():
            if argument.type == "ref" and name not in seen:
                message = f"no let looks it up; add {argument.to}[{name}] so that an unknown id is refused"
                self.findings.add(f"{self.path}.args.{name}", message)
