"""Arguments for a stranger's tool, read off its input schema: one plausible set, and each way to break it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envkit.calls import Json, JsonObject

DEPTH = 6
"""How deep a value is made up: schemas may refer to themselves."""

_BY_FORMAT = {
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "date-time": "2025-01-01T00:00:00Z",
    "date": "2025-01-01",
    "time": "00:00:00Z",
    "email": "someone@example.com",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_WRONG: Mapping[str, Json] = {
    "string": 7,
    "integer": "seven",
    "number": "seven",
    "boolean": "maybe",
    "array": "not-a-list",
    "object": "not-an-object",
}


@dataclass(frozen=True, slots=True)
class Bad:
    """Arguments that the schema does not allow, and in words why not."""

    arguments: JsonObject
    what: str


def plausible(schema: JsonObject) -> dict[str, Json]:
    """Return a value for each required argument, the smallest that the schema allows."""
    members = _members(schema)
    return {name: _value(members.get(name, {}), schema, 0) for name in _required(schema)}


def broken(schema: JsonObject) -> Iterator[Bad]:
    """Yield arguments with one thing wrong each, everything else as in `plausible`."""
    valid = plausible(schema)
    if schema.get("additionalProperties") is False:
        yield Bad({**valid, "no_such_argument": 1}, "an unknown extra argument")
    for name in _required(schema):
        yield Bad({other: value for other, value in valid.items() if other != name}, f"no {name}")
    for name, member in _members(schema).items():
        for value, what in _wrong(_resolved(member, schema)):
            yield Bad({**valid, name: value}, f"{name} {what}")


def members(schema: JsonObject) -> Mapping[str, JsonObject]:
    """Return the schema of each argument, references followed; of `X or null` that of X."""
    return {name: _resolved(member, schema) for name, member in _members(schema).items()}


def _wrong(member: JsonObject) -> Iterator[tuple[Json, str]]:
    kind = member.get("type")
    if isinstance(kind, str) and kind in _WRONG:
        yield _WRONG[kind], "of a wrong type"
    if "enum" in member:
        yield "no-such-value", "none of its values"
    if isinstance(low := member.get("minimum"), int):
        yield low - 1, "below its minimum"
    if isinstance(high := member.get("maximum"), int):
        yield high + 1, "above its maximum"


def _value(member: JsonObject, whole: JsonObject, depth: int) -> Json:
    member = _resolved(member, whole)
    for given in ("const", "default"):
        if given in member:
            return member[given]
    for listed in ("enum", "examples"):
        if isinstance(values := member.get(listed), list) and values:
            first: Json = values[0]
            return first
    match member.get("type"):
        case "integer" | "number":
            low, high = member.get("minimum"), member.get("maximum")
            return low if isinstance(low, int) else high if isinstance(high, int) else 1
        case "boolean":
            return False
        case "array":
            items = member.get("items")
            return [_value(items, whole, depth + 1)] if isinstance(items, Mapping) and depth < DEPTH else []
        case "object":
            inner = _members(member)
            return {name: _value(inner.get(name, {}), whole, depth + 1) for name in _required(member) if depth < DEPTH}
        case _:
            return _BY_FORMAT.get(str(member.get("format")), "sample")


def _resolved(member: JsonObject, whole: JsonObject) -> JsonObject:
    for _ in range(DEPTH):
        reference, options = member.get("$ref"), member.get("anyOf") or member.get("oneOf")
        if isinstance(reference, str) and reference.startswith("#/"):
            here: Json = whole
            for part in reference[2:].split("/"):
                here = here.get(part) if isinstance(here, Mapping) else None
            member = here if isinstance(here, Mapping) else {}
        elif isinstance(options, list):
            known = [each for each in options if isinstance(each, Mapping) and each.get("type") != "null"]
            member = known[0] if known else {}
        else:
            break
    return member


def _members(schema: JsonObject) -> Mapping[str, JsonObject]:
    found = schema.get("properties")
    if not isinstance(found, Mapping):
        return {}
    return {str(name): member if isinstance(member, Mapping) else {} for name, member in found.items()}


def _required(schema: JsonObject) -> list[str]:
    names = schema.get("required")
    return [str(name) for name in names] if isinstance(names, list) else []
