"""Bad arguments derived from what a tool declares: one thing wrong at a time, everything else valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envkit.calls import Json, JsonObject
from envkit.errors import INVALID_ARGUMENT, INVALID_CURSOR, NOT_FOUND
from envkit.manifest import ArgumentSpec, Manifest, ToolSpec
from registry.checks.ground import target

NOWHERE = "zzzzzz"
"""The end of an id that no world mints: a sixth of a billion to one against."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Arguments with one thing wrong, said in words, and the code a server must answer."""

    arguments: JsonObject
    what: str
    code: str


@dataclass(frozen=True, slots=True)
class Limit:
    """Arguments at the very edge of what is declared valid: anything but `invalid_argument` may come back."""

    arguments: JsonObject
    what: str


def faults(tool: ToolSpec, schema: JsonObject, manifest: Manifest, valid: JsonObject) -> Iterator[Fault]:
    """Yield what a tool must refuse, given one set of valid arguments; `schema` is its input schema on the wire."""
    yield Fault({**valid, "no_such_argument": 1}, "an unknown extra argument", INVALID_ARGUMENT)
    for argument in tool.arguments:
        name = argument.name
        if argument.required:
            rest = {other: value for other, value in valid.items() if other != name}
            yield Fault(rest, f"no {name}", INVALID_ARGUMENT)
            yield Fault({**valid, name: None}, f"{name} null", INVALID_ARGUMENT)
        for value, what in _wrong_values(argument, _member(schema, name)):
            yield Fault({**valid, name: _many(argument, value)}, f"{name} {what}", INVALID_ARGUMENT)
        if argument.many:
            yield Fault({**valid, name: "not-a-list"}, f"{name} not a list", INVALID_ARGUMENT)
        if argument.role == "cursor":
            yield Fault({**valid, name: "no-such-cursor"}, f"{name} of no query", INVALID_CURSOR)
        yield from _missing(argument, tool, manifest, valid)


def limits(tool: ToolSpec, schema: JsonObject, valid: JsonObject) -> Iterator[Limit]:
    """Yield arguments that stand exactly at a declared bound."""
    for argument in tool.arguments:
        for bound in _bounds(argument, _member(schema, argument.name)):
            if bound is not None:
                value = _many(argument, bound)
                yield Limit({**valid, argument.name: value}, f"{argument.name} at its bound {bound}")


def _missing(argument: ArgumentSpec, tool: ToolSpec, manifest: Manifest, valid: JsonObject) -> Iterator[Fault]:
    entity = target(argument, tool)
    if not entity or argument.role == "filter":
        return  # filtering by an id that is not there finds nothing, which is an answer
    unknown = f"{manifest.entity(entity).prefix}_{NOWHERE}"
    name = argument.name
    yield Fault({**valid, name: _many(argument, unknown)}, f"{name} the id of no {entity}", NOT_FOUND)
    known = valid.get(name)
    if argument.many and isinstance(known, list) and known:
        yield Fault({**valid, name: [*known, unknown]}, f"{name} with one id of no {entity}", NOT_FOUND)


def _wrong_values(argument: ArgumentSpec, member: JsonObject) -> Iterator[tuple[Json, str]]:
    match argument.type:
        case "int" | "money":
            yield "seven", "as text"
            yield 1.5, "with a fraction"
            yield True, "as a truth value"
        case "bool":
            yield "maybe", "as text"
        case "list":
            yield "not-a-list", "as text"
        case "time":
            yield "soon", "not a time"
            yield 7, "as a number"
        case _:
            yield 7, "as a number"
    if argument.values or "enum" in member:
        yield "no-such-value", "none of its values"
    low, high = _bounds(argument, member)
    if low is not None:
        yield low - 1, "below its minimum"
    if high is not None:
        yield high + 1, "above its maximum"


def _bounds(argument: ArgumentSpec, member: JsonObject) -> tuple[int | None, int | None]:
    low, high = member.get("minimum"), member.get("maximum")
    return (
        argument.minimum if argument.minimum is not None else low if isinstance(low, int) else None,
        argument.maximum if argument.maximum is not None else high if isinstance(high, int) else None,
    )


def _many(argument: ArgumentSpec, value: Json) -> Json:
    return [value] if argument.many else value


def _member(schema: JsonObject, name: str) -> JsonObject:
    """Return the part of an input schema about one argument; of `X or null` the X, of a list its items."""
    members = schema.get("properties")
    member = members.get(name) if isinstance(members, Mapping) else None
    if not isinstance(member, Mapping):
        return {}
    options = member.get("anyOf")
    if isinstance(options, list):
        member = next((each for each in options if isinstance(each, Mapping) and each.get("type") != "null"), member)
    items = member.get("items")
    return items if isinstance(items, Mapping) else member
