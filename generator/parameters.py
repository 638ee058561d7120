"""What each tool takes, derived from the blueprint alone, and the check of arguments against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from envkit.calls import Json, JsonObject
from envkit.clock import from_wire
from envkit.errors import INVALID_ARGUMENT, Refusal
from generator.blueprint import ArgumentPart, Blueprint, FieldPart, ToolPart
from generator.evaluate import Value
from generator.value_types import Type, field_type

_PYTHON: Mapping[str, type] = {"bool": bool, "int": int, "money": int}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument: its type (optional: None is allowed), whether it must be given, and its bounds.

    `column` is the entity's column that a filter, range end or value stands for.
    """

    name: str
    type: Type
    is_required: bool
    default: Json = None
    low: int | None = None
    high: int | None = None
    column: str = ""


def parameters(blueprint: Blueprint, tool: ToolPart) -> tuple[Parameter, ...]:
    """List a tool's parameters in the order of its schema."""
    match tool.kind:
        case "action":
            return tuple(_of_argument(name, part) for name, part in tool.args.items())
        case "list":
            return tuple(_of_list(blueprint, tool))
        case "create":
            fields = blueprint.entities[tool.entity].fields
            return tuple(_of_column(name, fields[name]) for name in tool.set)
        case _:
            fields = blueprint.entities[tool.entity].fields
            key = Parameter(f"{tool.entity}_id", Type("ref", tool.entity), True)
            kept = [_of_column(name, fields[name]) for name in tool.set]
            return (key, *(replace(each, type=_maybe(each.type), is_required=False, default=None) for each in kept))


def check_arguments(known: Sequence[Parameter], arguments: JsonObject) -> dict[str, Value]:
    """Type the arguments and fill in defaults; refuses `invalid_argument` for anything that does not fit."""
    names = {each.name for each in known}
    for name in arguments:
        if name not in names:
            raise Refusal(INVALID_ARGUMENT, f"{name}: no such argument")
    return {each.name: _checked(each, arguments) for each in known}


def _checked(known: Parameter, arguments: JsonObject) -> Value:
    if known.name not in arguments:
        if known.is_required:
            raise Refusal(INVALID_ARGUMENT, f"{known.name}: this argument is required")
        return known.default
    value = arguments[known.name]
    if value is None and known.type.optional:
        return None
    return _typed(known, known.type, value)


def _typed(known: Parameter, kind: Type, value: Json) -> Value:
    if kind.kind == "list":
        if not isinstance(value, list):
            raise _misfit(known, value)
        assert kind.item is not None
        return [_typed(known, kind.item, item) for item in value]
    if kind.kind == "time":
        return _moment(known, value)
    wanted = _PYTHON.get(kind.kind, str)
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise _misfit(known, value)
    if kind.values and value not in kind.values:
        raise _misfit(known, value)
    if isinstance(value, int) and not isinstance(value, bool):
        is_low = known.low is not None and value < known.low
        if is_low or (known.high is not None and value > known.high):
            raise _misfit(known, value)
    return value


def _moment(known: Parameter, value: Json) -> datetime:
    if not isinstance(value, str):
        raise _misfit(known, value)
    try:
        return from_wire(value)
    except ValueError:
        raise _misfit(known, value) from None


def _misfit(known: Parameter, value: Json) -> Refusal:
    return Refusal(INVALID_ARGUMENT, f"{known.name}: expected {known.type}, got {value!r}")


def _maybe(of: Type) -> Type:
    return replace(of, optional=True)


def _of_argument(name: str, part: ArgumentPart) -> Parameter:
    is_required = not part.optional and part.default is None
    return Parameter(name, field_type(part), is_required, part.default, part.min, part.max)


def _of_column(name: str, part: FieldPart) -> Parameter:
    is_required = not part.optional and part.default is None
    return Parameter(name, field_type(part), is_required, part.default, part.min, part.max, column=name)


def _of_list(blueprint: Blueprint, tool: ToolPart) -> list[Parameter]:
    fields: Mapping[str, FieldPart] = blueprint.entities[tool.entity].fields
    found = [Parameter(name, _maybe(field_type(fields[name])), False, column=name) for name in tool.filter]
    for name in tool.range:
        end = _maybe(field_type(fields[name]))
        found += [Parameter(f"{name}_{word}", end, False, column=name) for word in ("from", "to")]
    if tool.search:
        found.append(Parameter("query", Type("str", optional=True), False))
    if tool.sort:
        orders = tuple(f"{sign}{name}" for name in tool.sort for sign in ("", "-"))
        found.append(Parameter("sort", Type("enum", values=orders), False, tool.sort[0]))
    default, largest = tool.page_sizes
    found.append(Parameter("limit", Type("int"), False, default, 1, largest))
    found.append(Parameter("cursor", Type("str", optional=True), False))
    return found
