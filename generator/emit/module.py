"""The module-level names of an emitted server, and the annotations written with them."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from envkit.manifest import ArgumentSpec
from generator.blueprint import Blueprint, FieldPart
from generator.emit.layout import quote, statement
from generator.emit.parameters import Parameter, column_words, id_words, parameters, values_of
from generator.emit.words import camel, class_names, result_names

_PLAIN = {
    "str": "str", "text": "str", "int": "int", "money": "Money", "bool": "bool", "time": "Time", "list": "list[str]",
}  # fmt: skip
_USUAL_LIMIT = 100


@dataclass(frozen=True)
class Module:
    """What the names of one emitted server are."""

    blueprint: Blueprint

    @cached_property
    def classes(self) -> Mapping[str, str]:
        """The row class of each entity."""
        return class_names(self.blueprint)

    @cached_property
    def results(self) -> Mapping[str, str]:
        """The result class of each action."""
        return result_names(self.blueprint)

    @cached_property
    def finders(self) -> Mapping[str, str]:
        """The first tool that lists each entity."""
        tools = self.blueprint.tools.items()
        return {tool.entity: name for name, tool in reversed(list(tools)) if tool.kind == "list"}

    @cached_property
    def parameters(self) -> Mapping[str, tuple[Parameter, ...]]:
        """The parameters of each tool."""
        return {name: parameters(self.blueprint, name) for name in self.blueprint.tools}

    @cached_property
    def choices(self) -> Mapping[str, str]:
        """The alias of each enum or state column (`entity.field`) that is annotated more than once."""
        uses = Counter(self._choice_uses())
        taken = {*self.classes.values(), *self.results.values(), *map(id_alias, self.classes)}
        aliases = {}
        for entity, part in self.blueprint.entities.items():
            for column in part.fields:
                alias = self.classes[entity] + camel(column)
                if uses[f"{entity}.{column}"] > 1 and alias not in taken:
                    aliases[f"{entity}.{column}"] = alias
        return aliases

    def aliases(self) -> Iterator[str]:
        """Write the aliases of ids and of choices, one line each."""
        for entity in self.blueprint.entities:
            words = quote(id_words(self.blueprint, entity))
            yield f"{id_alias(entity)} = Annotated[str, Field(description={words})]"
        for home, alias in self.choices.items():
            entity, column = home.split(".")
            values = values_of(self.blueprint.entities[entity].fields[column])
            yield statement(f"{alias} = ", _parsed(_literal(values)))

    def column(self, entity: str, column: str, field: FieldPart) -> str:
        """Write the annotation of a column."""
        spec = ArgumentSpec(
            name=column,
            type=field.type,
            description=column_words(column, field),
            values=values_of(field),
            to=field.to,
            field=f"{entity}.{column}",
            minimum=field.min,
            maximum=field.max,
        )
        moves = {state: list(targets) for state, targets in field.moves.items()} if field.type == "state" else None
        is_plain_ref = field.type == "ref" and column == f"{field.to}_id" and not field.doc
        return self._annotated(spec, optional=field.optional, moves=moves, is_plain_ref=is_plain_ref)

    def parameter(self, parameter: Parameter) -> str:
        """Write the annotation of a parameter."""
        spec = parameter.spec
        if spec.role == "cursor":
            return "Cursor"
        if spec.role == "limit" and spec.maximum == _USUAL_LIMIT:
            return "Limit"
        is_plain_ref = spec.type == "ref" and not spec.many and spec.description == id_words(self.blueprint, spec.to)
        optional = not spec.required and parameter.default is None
        return self._annotated(spec, optional=optional, moves=None, is_plain_ref=is_plain_ref)

    def _annotated(
        self, spec: ArgumentSpec, *, optional: bool, moves: Mapping[str, list[str]] | None, is_plain_ref: bool
    ) -> str:
        if is_plain_ref:
            return f"{id_alias(spec.to)}{' | None' if optional else ''}"
        kind = self._kind(spec)
        bounds = "" if spec.minimum is None else f"ge={spec.minimum}, "
        bounds += "" if spec.maximum is None else f"le={spec.maximum}, "
        marks = f", Moves({_moves(moves)})" if moves else ""
        words = f"Field({bounds}description={quote(spec.description)})"
        return f"Annotated[{kind}{' | None' if optional else ''}{marks}, {words}]"

    def _kind(self, spec: ArgumentSpec) -> str:
        if spec.type == "ref":
            kind = "str"
        elif spec.type in ("enum", "state"):
            kind = self._choice(spec)
        else:
            kind = _PLAIN[spec.type]
        return f"list[{kind}]" if spec.many else kind

    def _choice(self, spec: ArgumentSpec) -> str:
        alias = self.choices.get(spec.field)
        if alias is not None and self._values_at(spec.field) == spec.values:
            return alias
        return _literal(spec.values)

    def _values_at(self, home: str) -> tuple[str, ...]:
        entity, column = home.split(".")
        return values_of(self.blueprint.entities[entity].fields[column])

    def _choice_uses(self) -> Iterator[str]:
        for entity, part in self.blueprint.entities.items():
            yield from (f"{entity}.{column}" for column, field in part.fields.items() if values_of(field))
        for each in self.parameters.values():
            for parameter in each:
                spec = parameter.spec
                if spec.type in ("enum", "state") and spec.field and self._values_at(spec.field) == spec.values:
                    yield spec.field


def id_alias(entity: str) -> str:
    """Name the type of an entity's ids."""
    return f"{camel(entity)}Id"


def declared(name: str, annotation: str, default: str, *, comma: bool = False) -> str:
    """Write an annotated name, a column of a class or (with a comma) a parameter on its own line."""
    tail = (f" = {default}" if default else "") + ("," if comma else "")
    return statement(f"{name}: ", _parsed(annotation), tail, indent=4)


def literal(value: object) -> str:
    """Write a default value."""
    return quote(value) if isinstance(value, str) else repr(value)


def _parsed(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def _literal(values: tuple[str, ...]) -> str:
    return f"Literal[{', '.join(map(quote, values))}]"


def _moves(moves: Mapping[str, list[str]]) -> str:
    entries = (f"{quote(state)}: [{', '.join(map(quote, targets))}]" for state, targets in moves.items())
    return "{" + ", ".join(entries) + "}"
