"""Columns from a schema's properties: types, lifecycles, what the server fills, and what is left out with a reason."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from generator.blueprint import FieldPart
from generator.compile.entities import Entity, keyed
from generator.compile.spoken import Placed
from generator.compile.words import Dropped, row_named, sentence, snake, traced
from generator.description import TOKEN, Description, Shape

_TRANSPORT = re.compile(
    r"^(etag|e_tag|kind|self_link|fingerprint|.*_link|(client|idempotency|next|page)_(\w+_)?token)$"
)
_GENERATED = re.compile(r"output only|read-only|\[output-only\]|set by the server", re.IGNORECASE)
_MOMENT_FORMATS = frozenset({"datetime", "googledatetime", "date"})
_MOMENT = re.compile(r"RFC ?3339", re.IGNORECASE)
_CHOICES = re.compile(r'^\s*-\s*"(\w+)"', re.MULTILINE)
_EITHER = re.compile(r'either "(\w+)" or "(\w+)"')
_TERMINAL = re.compile(r"cancel|delet|archiv|fail|reject|expire|declin", re.IGNORECASE)
_IDS = frozenset({"id", "gid", "guid", "uid", "uuid"})
_STATES = frozenset({"status", "state", "lifecycle_state"})
_LONG = frozenset({"description", "notes", "note", "comment", "body", "content", "text", "instructions"})
_TITLES = ("title", "summary", "display_name", "name", "label")
_MOMENTS = {"start": "starts_at", "end": "ends_at"} | {
    **dict.fromkeys(("create", "creation", "date_created", "created_on"), "created_at"),
    **dict.fromkeys(("update", "modified", "last_modified", "last_updated", "last_update"), "updated_at"),
    **dict.fromkeys(("date_modified", "date_updated", "modification", "last_modification"), "updated_at"),
}
_SHADOWED = frozenset(
    {"now", "caller", "table", "prefix", "found_by", "moves", "copy", "json", "schema", "construct", "validate"}
    | {"query", "sort", "limit", "cursor", "world", "env", "require", "given", "hours", "days", "minutes"}
)
_SHADOWED_BOOLS = frozenset({"optional", "self", "organizer", "resource", "default", "unique"})


NO_COLUMNS = "none of its properties makes a column"
"""Why an entity is left out that nothing could be kept of."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one entity, in order, and the properties left out; `fixed` are those that no update changes."""

    fields: Mapping[str, FieldPart]
    dropped: tuple[Dropped, ...]
    fixed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Place:
    """A property of an entity, and whether creation demands it."""

    entity: str
    name: str
    part: Shape
    is_required: bool


def columns(description: Description, entity: Entity, entities: Sequence[str] = ()) -> Columns:
    """Infer the columns of an entity: refs from its path, then its schema's properties with the title first.

    A property that is named like one of `entities` points at its rows; where they are told, nothing points elsewhere.
    """
    fields = {name: one for name, one in _references(entity) if not entities or one.to in entities}
    dropped: list[Dropped] = []
    fixed = {*fields} if description.is_spoken else set()  # a procedure finds a row by them, and changes others
    for place in _places(description, entity):
        if place.part.items and "email" in description.properties(place.part.items.ref):
            continue
        found = _pointer(entity, place, entities, is_spoken=description.is_spoken) or _column(
            description, entity, place
        )
        if isinstance(found, str):
            dropped.append(Dropped(f"{entity.name}.{place.name}", place.part.at, found))
            continue
        for name, field in found.items():
            twin = _twin(entity, name, fields)
            if twin:
                dropped.append(Dropped(f"{entity.name}.{place.name}", place.part.at, f"the same as {twin}"))
                continue
            stem = field.to if field.type == "ref" else ""
            if stem in fields:
                del fields[stem]
                dropped.append(Dropped(f"{entity.name}.{stem}", place.part.at, f"the same as {name}"))
            fields[name] = field
            if place.part.is_fixed or (description.is_spoken and field.type == "ref"):
                fixed.add(name)
    return Columns(fields, tuple(dropped), frozenset(fixed))


def _pointer(entity: Entity, place: _Place, entities: Sequence[str], *, is_spoken: bool) -> Mapping[str, FieldPart]:
    """Give the ref of a property that names another entity's row: `customer`, `customerId`, `customerArn`.

    Where names are spoken, `policy` is one's text, and only `policyId` or the like names a row.
    """
    stem = row_named(place.name)
    if _is_key(entity, place) or (is_spoken and stem == snake(place.name)):
        return {}
    is_plain = place.part.type in ("string", "integer") and not place.part.values and not place.part.format
    longer = [name for name in entities if name.endswith(f"_{stem}")] if snake(place.name) == f"{stem}_id" else []
    target = stem if stem in entities else longer[0] if len(longer) == 1 else ""
    if not is_plain or not target or target == entity.name:
        return {}
    return {_safe(f"{target}_id"): _said(place, FieldPart(type="ref", to=target, optional=not place.is_required))}


def _twin(entity: Entity, name: str, fields: Mapping[str, FieldPart]) -> str:
    """Name the column, row or id that a column of this name would repeat."""
    if name == f"{entity.name}_id":
        return "id"
    follows = f"{name}_id"
    return follows if follows in fields and fields[follows].type == "ref" else name if name in fields else ""


def title_of(fields: Mapping[str, FieldPart]) -> str:
    """Name the column that people call a row by; empty if it has none."""
    return next((name for name in _TITLES if name in fields and fields[name].type == "str"), "")


def _references(entity: Entity) -> Iterable[tuple[str, FieldPart]]:
    one = next(iter(keyed(entity.crud)), None)
    for parent in dict.fromkeys(name for name in (*entity.parents, entity.within, entity.about) if name):
        at = _parameter_at(one, parent, entity.at) if one else entity.at
        doc = f"{parent.replace('_', ' ').capitalize()} this {entity.name.replace('_', ' ')} belongs to."
        yield (
            _safe(f"{parent}_id"),
            traced(FieldPart(type="ref", to=parent, doc=doc, unique=parent == entity.about), at),
        )


def _parameter_at(one: Placed, parent: str, otherwise: str) -> str:
    squeezed = parent.replace("_", "")
    near = [key for key in one.keys if row_named(key).replace("_", "") == squeezed]
    named = (near or [*one.keys])[0]
    parameters = one.operation.parameters
    return parameters[named].shape.at if named in parameters else otherwise


def _places(description: Description, entity: Entity) -> list[_Place]:
    creates = {entity.crud[kind].operation.id for kind in ("create",) if kind in entity.crud}
    places = []
    for name, part in description.properties(entity.schema).items():
        is_required = bool(part.required_by & creates) or "Required when adding" in part.doc
        places.append(_Place(entity.name, name, part, is_required))
    return sorted(places, key=lambda one: _rank(snake(one.name)))


def _rank(name: str) -> int:
    order = (*_TITLES, "email", "description", "notes")
    return order.index(name) if name in order else len(order)


def _column(description: Description, entity: Entity, place: _Place) -> Mapping[str, FieldPart] | str:
    """Give the columns of one property, or the reason why it has none."""
    name, part = snake(place.name), place.part
    if name in _IDS or _is_key(entity, place):
        return "every row has an id of its own"
    if _TRANSPORT.match(name) or part.format == TOKEN:
        return "transport metadata, no state"
    if part.is_deprecated or "deprecated" in part.doc.lower():
        return "deprecated"
    if name in ("deleted", "removed"):
        return "deleted rows are gone"
    if len(part.values) == 1:
        return f"it is {part.values[0]} for every row"
    if part.ref or part.type == "object":
        return _flattened(description, place)
    if part.type == "array":
        return _array(place)
    return _scalar(entity, place)


def _is_key(entity: Entity, place: _Place) -> bool:
    """Say whether a property names the row itself; a name that the caller chooses is more than that."""
    return place.name == entity.key and not (place.is_required and snake(place.name).endswith("name"))


def _scalar(entity: Entity, place: _Place) -> Mapping[str, FieldPart] | str:
    name, part = snake(place.name), place.part
    kind, form, default = part.type, part.format, part.default
    if kind == "boolean":
        return {_safe(name, kind): _said(place, FieldPart(type="bool", default=default == "true"))}
    if kind == "integer" or form in ("int64", "uint64"):
        start = int(default) if default and default.lstrip("-").isdigit() else None
        is_optional = not place.is_required and start is None
        whole = FieldPart(type="int", default=start, optional=is_optional, min=part.minimum, max=part.maximum)
        return {_safe(name): _said(place, whole)}
    if kind != "string" or form in ("byte", "google-duration", "google-fieldmask"):
        return f"{form or kind} has no column type"
    return _text(entity, place, name, form)


def _text(entity: Entity, place: _Place, name: str, form: str) -> Mapping[str, FieldPart]:
    """Tell what a string is: a moment, one of a few values, the id of a row, or just text."""
    doc = place.part.doc
    is_optional = not place.is_required and name not in _TITLES
    if form.lower().replace("-", "") in _MOMENT_FORMATS or _MOMENT.search(doc):
        column = moment(name)
        is_stamp = _is_generated(place) and column in ("created_at", "updated_at")
        return {column: _said(place, FieldPart(type="time", optional=is_optional and not is_stamp))}
    values = _values(place.part)
    if values:
        return {_safe(name): _said(place, _closed(name, values, place))}
    if _points_home(entity, name, doc):
        return {f"{name.removesuffix('_id')}_id": _said(place, FieldPart(type="ref", to=entity.name, optional=True))}
    return {_safe(name): _said(place, FieldPart(type="text" if name in _LONG else "str", optional=is_optional))}


def _said(place: _Place, field: FieldPart) -> FieldPart:
    """Add what the document says of a column: its sentence, its place, and whether only the server fills it."""
    doc, is_generated = sentence(place.part.doc), _is_generated(place)
    is_stamp = field.type == "time" and not field.optional
    is_open = field.type in ("str", "text", "int", "ref", "enum", "time") and field.default is None and not is_stamp
    optional = field.optional or (is_generated and is_open)
    return traced(field.model_copy(update={"doc": doc, "generated": is_generated, "optional": optional}), place.part.at)


def _is_generated(place: _Place) -> bool:
    return place.part.is_read_only or _GENERATED.search(place.part.doc) is not None


def _closed(name: str, values: tuple[str, ...], place: _Place) -> FieldPart:
    """Make a state of a lifecycle and an enum of any other closed set of values."""
    default = place.part.default or _said_default(place.part, values)
    if name not in _STATES or len(values) < 2:
        optional = not place.is_required and not default
        return FieldPart(type="enum", values=values, default=default or None, optional=optional)
    moves = {one: tuple(to for to in values if to != one) for one in values if not _TERMINAL.search(one)}
    initial = default if default in moves else next(iter(moves), values[0])
    return FieldPart(type="state", initial=initial, moves=moves or {values[0]: values[1:]})


def _values(part: Shape) -> tuple[str, ...]:
    """List the values of a closed set, from `enum` or from the description's own list of them."""
    either = _EITHER.search(part.doc)
    found = part.values or (either.groups() if either else _CHOICES.findall(part.doc))
    return tuple(value for value in found if not value.endswith("UNSPECIFIED"))


def _said_default(part: Shape, values: tuple[str, ...]) -> str:
    lines = part.doc.splitlines()
    said = [line for line in lines if re.search(r"default (?:value|status)", line, re.IGNORECASE)]
    return next((value for value in values for line in said if f'"{value}"' in line), "")


def _points_home(entity: Entity, name: str, doc: str) -> bool:
    """Tell whether a property names another row of its own entity, as a task's `parent` does."""
    noun = entity.name.replace("_", " ")
    says_so = re.search(rf"{noun}\b.*identifier|id of.*{noun}", doc, re.IGNORECASE)
    return name in ("parent", "parent_id") and says_so is not None


def _array(place: _Place) -> Mapping[str, FieldPart] | str:
    items = place.part.items or Shape("")
    if items.type == "string":
        return {_safe(snake(place.name)): _said(place, FieldPart(type="list", optional=True))}
    named = items.ref if "." not in items.ref else ""
    return f"a list of {named or 'nested objects'}, no rows of their own"


def _flattened(description: Description, place: _Place) -> Mapping[str, FieldPart] | str:
    """Flatten a small object: a moment, somebody's e-mail address, or up to two plain values."""
    name = snake(place.name)
    inner = place.part.properties or description.properties(place.part.ref)
    if "dateTime" in inner:
        return {moment(name): _said(place, FieldPart(type="time", optional=not place.is_required))}
    if "email" in inner:
        return {f"{name}_email": _said(place, FieldPart(type="str", optional=True))}
    plain = {key: part for key, part in inner.items() if part.type in ("string", "integer", "boolean")}
    if not plain or len(inner) > 2 or len(plain) < len(inner):
        return f"an object ({len(inner)} inside), no column of its own"
    found: dict[str, FieldPart] = {}
    for key, part in plain.items():
        at = part.at if place.part.properties else place.part.at
        here = replace(part, at=at, is_read_only=part.is_read_only or place.part.is_read_only)
        inside = _Place(place.entity, _together(place.name, key), here, place.is_required and bool(part.required_by))
        one = _scalar(Entity("", "", "", {}), inside)
        if isinstance(one, str):
            return one
        found |= one
    return found


def _together(outer: str, inner: str) -> str:
    """Name a part of an object, saying what both names say once: `lastUsed` and `LastUsedDate`, `last_used_date`."""
    around, within = snake(outer).split("_"), snake(inner).split("_")
    lengths = range(min(len(around), len(within)), 0, -1)
    same = next((length for length in lengths if around[-length:] == within[:length]), 0)
    return "_".join([*around, *within[same:]])


def moment(name: str) -> str:
    """Name the column of a moment in time: `starts_at`, `ends_at`, `due_at`, `updated_at`."""
    stem = re.sub(r"_?(date_time|datetime|timestamp|time|date|at)$", "", name) or name
    return _MOMENTS.get(stem, f"{stem}_at")


def _safe(name: str, kind: str = "") -> str:
    """Rename what Python, the expression language or a row already means by that name."""
    if kind == "boolean" and name in _SHADOWED_BOOLS:
        return f"is_{name}"
    if name in _SHADOWED or keyword.iskeyword(name) or hasattr(builtins, name):
        name = f"{name}_name"
    return f"the_{name}" if name.startswith("model_") or not name[:1].isalpha() else name
