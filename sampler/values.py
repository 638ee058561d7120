"""Value types: what a column's or an argument's values are to a person, so that one tool's can feed another's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from envkit.calls import Json
from envkit.manifest import ArgumentSpec, EntitySpec, FieldSpec, Manifest, ToolSpec

ValueType = str
"""One of SHARED, which any environment may hold, or `entity.column` for codes that only that column holds."""

SHARED = ("email", "phone", "time", "money", "city", "country", "airport", "address", "person", "url", "quantity")
Samples = Mapping[tuple[str, str], Sequence[Json]]
"""Some live values of columns, by entity and column."""

_NAMED: Sequence[tuple[ValueType, re.Pattern[str]]] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("email", r"(^|_)e?mails?$"),
        ("phone", r"(^|_)(phone|mobile|fax)(_number)?$"),
        ("airport", r"(^|_)(airport|iata)(_code)?$"),
        ("city", r"(^|_)(city|town)$"),
        ("country", r"(^|_)country(_code)?$"),
        ("address", r"(^|_)(address|ships_to|location|street)$"),
        ("person", r"^(full_name|display_name|holder|author|teacher|person|contact)$"),
        ("url", r"(^|_)(url|link|website|homepage)$"),
    )
)
_SHAPES: Mapping[ValueType, re.Pattern[str]] = {
    "email": re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    "phone": re.compile(r"^\+?[\d() ./-]{6,}$"),
    "airport": re.compile(r"^[A-Z]{3}$"),
    "person": re.compile(r"^[^\W\d_][\w.'’-]*( [^\W\d_][\w.'’-]*){1,3}$"),
    "url": re.compile(r"^\w+://\S+$"),
}
"""What values of a type look like; the others may look like anything."""

_CODES = re.compile(r"(^|_)(code|number|sku|serial|barcode|plate|symbol|iccid|gan|isbn|reference)$")
_COUNTS = re.compile(r"(^|_)(quantity|portions|kwh|wh|mb|km|kg)$")
_DUE = re.compile(r"(starts?|ends?|due|until|expires|departs|arrives|next|renews|settles|expected|collect|moves)(_|$)")
_BOUNDS = re.compile(
    r"(^|_)(limit|cap|rate|minimum|max|min|line|budget|tax|per|hourly|daily|surcharge|commission)(_|$)"
)
_AIRPORT_ROUTE = re.compile(r"^(origin|destination)$")
_PEOPLE_COLUMNS = ("email", "phone")
_TELLING_NUMBER = 10


def column_type(entity: EntitySpec, field: FieldSpec, samples: Samples | None = None) -> ValueType | None:
    """Return the type of a column's values; None if they mean nothing outside of it.

    A type that the name and the field promise is dropped if live values, where there are some, do not look like it.
    Left out are times that tools stamp, sums that only bound others, and enums and states but those that name a place.
    """
    seen = [value for value in (samples or {}).get((entity.name, field.name), ()) if value not in (None, "")]
    found = _by_field(entity, field)
    shape = _SHAPES.get(found or "")
    if shape is not None and not all(shape.match(str(value)) for value in seen):
        return None
    return found


def argument_type(manifest: Manifest, argument: ArgumentSpec, samples: Samples | None = None) -> ValueType | None:
    """Return the type of the values an argument takes, as a value or as a filter by one value; None if it has none."""
    if argument.role not in ("value", "filter"):
        return None
    entity, _, column = argument.field.partition(".")
    for each in manifest.entities:
        for field in each.fields:
            if (each.name, field.name) == (entity, column):
                return column_type(each, field.model_copy(update={"generated": False}), samples)
    return _by_name(argument.name, argument.type, argument.values)


def shown(manifest: Manifest, tool: ToolSpec, samples: Samples | None = None) -> Iterator[tuple[str, ValueType]]:
    """Return where a tool's result shows typed values, as (path, value type)."""
    if tool.kind == "list":
        yield from _of_row(manifest, tool.entity, "items[].", samples)
    elif tool.kind in ("get", "create", "update"):
        yield from _of_row(manifest, tool.entity, "", samples)
    elif tool.kind == "action":
        for part in tool.returns:
            if part.type in ("row", "rows"):
                opened = "[]" if part.type == "rows" else ""
                yield from _of_row(manifest, part.entity, f"{part.name}{opened}.", samples)
            else:
                found = None if part.type in ("list", "ref") else _by_name(part.name, part.type, ())
                if found:
                    yield part.name, found


def is_telling(value: Json) -> bool:
    """Say whether a value is rare enough that finding it again elsewhere is no accident."""
    if isinstance(value, bool) or value is None:
        return False
    return abs(value) >= _TELLING_NUMBER if isinstance(value, int | float) else bool(value)


def is_stamp(field: FieldSpec) -> bool:
    """Say whether a column holds a time that the server gives."""
    return field.type == "time" and field.generated


def is_restamped(field: FieldSpec, before: Json, after: Json) -> bool:
    """Say whether a change only puts one stamp of the time in another's place, which any call could do.

    A time that appears or goes is more than that, and so is one that says until when or for when.
    """
    return is_stamp(field) and before is not None and after is not None and not _DUE.search(field.name)


def fits(value: Json, kind: ValueType) -> bool:
    """Say whether a live value can be handed over as one of a type."""
    shape = _SHAPES.get(kind)
    return is_telling(value) and (shape is None or bool(shape.match(str(value))))


def _of_row(manifest: Manifest, entity: str, prefix: str, samples: Samples | None) -> Iterator[tuple[str, ValueType]]:
    spec = manifest.entity(entity)
    for field in spec.fields:
        found = column_type(spec, field, samples)
        if found:
            yield f"{prefix}{field.name}", found


def _by_field(entity: EntitySpec, field: FieldSpec) -> ValueType | None:
    if is_stamp(field) and not _DUE.search(field.name):
        return None
    found = _by_name(field.name, field.type, field.values)
    if found or field.type != "str":
        return found
    if field.name == "name" and any(each.name in _PEOPLE_COLUMNS for each in entity.fields):
        return "person"
    return f"{entity.name}.{field.name}" if _CODES.search(field.name) else None


def _by_name(name: str, kind: str, values: Sequence[str]) -> ValueType | None:
    if kind == "time":
        return kind
    if kind == "money":
        return None if _BOUNDS.search(name) else kind
    if kind == "int":
        return "quantity" if _COUNTS.search(name) else None
    if kind == "enum" and values and _AIRPORT_ROUTE.match(name) and all(map(_SHAPES["airport"].match, values)):
        return "airport"
    if kind not in ("str", "enum"):
        return None
    found = next((each for each, pattern in _NAMED if pattern.search(name)), None)
    return found if kind == "str" or found in ("city", "country", "airport") else None
