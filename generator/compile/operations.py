"""Tools from an entity's operations: list, get, create, update, delete, in the service's own nouns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from generator.blueprint import ArgumentPart, CreateEffect, Effect, FieldPart, ToolPart, UpdateEffect
from generator.compile.entities import Entity
from generator.compile.fields import moment, title_of
from generator.compile.words import plural, sentence, snake, traced
from generator.description import Operation, Parameter
from generator.intervals import in_order, intervals
from generator.value_types import state_values

_DEFAULT_SIZE = re.compile(r"default is (\d+)", re.IGNORECASE)
_LARGEST_SIZE = re.compile(r"max(?:imum)?(?: allowed)?:? (?:is )?(\d+)", re.IGNORECASE)
_PAGE_SIZES = (20, 100)
_LARGEST_PAGE = 100
_ORDERED = frozenset({"int", "money", "time", "str"})
_ASKED_AT_ONCE = 16
"""Columns in one expression, whose length is bounded."""
_STAMPS = ("created_at", "updated_at")


def tools(
    entity: Entity, fields: Mapping[str, FieldPart], fixed: frozenset[str] = frozenset()
) -> Mapping[str, ToolPart]:
    """Infer the tools of one entity; a row that records when it changed is created and updated by actions.

    No update changes the columns that are `fixed`.
    """
    made: dict[str, ToolPart] = {}
    noun = entity.name
    for kind, name in (
        ("list", f"list_{plural(noun)}"),
        ("get", f"get_{noun}"),
        ("create", f"create_{noun}"),
        ("update", f"update_{noun}"),
        ("delete", f"delete_{noun}"),
    ):
        if kind in entity.crud:
            part = _tool(kind, entity, fields, entity.crud[kind].operation, fixed)
            doc = part.doc or f"{kind.capitalize()} {(plural(noun) if kind == 'list' else noun).replace('_', ' ')}."
            made[name] = part.model_copy(update={"doc": doc})
    if entity.within:
        made[f"list_{plural(noun)}"] = _nested_list(entity, fields)
    return made


def _tool(
    kind: str, entity: Entity, fields: Mapping[str, FieldPart], operation: Operation, fixed: frozenset[str]
) -> ToolPart:
    doc, at = sentence(operation.doc), operation.at
    settable = tuple(name for name, field in fields.items() if not field.generated and not field.counter)
    stamps = tuple(name for name in _STAMPS if name in fields and fields[name].type == "time")
    if kind == "list":
        return _list(entity, fields, operation)
    if kind == "get":
        return traced(ToolPart(kind="get", entity=entity.name, doc=doc), at)
    if kind == "delete":
        return traced(ToolPart(kind="delete", entity=entity.name, doc=doc, destructive=True), at)
    if kind == "create":
        if stamps or _spans(fields, settable):
            return _acted_create(entity.name, fields, settable, stamps, operation)
        given = tuple(name for name in settable if fields[name].type != "state")
        return traced(ToolPart(kind="create", entity=entity.name, doc=doc, set=given), at)
    free = tuple(name for name in settable if name not in fixed)
    changed = tuple(name for name in free if fields[name].type not in ("ref", "state"))
    if changed and ("updated_at" in stamps or _spans(fields, changed)):
        return _acted_update(entity.name, fields, changed, stamps, operation)
    return traced(ToolPart(kind="update", entity=entity.name, doc=doc, set=changed or free, idempotent=True), at)


def _list(entity: Entity, fields: Mapping[str, FieldPart], operation: Operation) -> ToolPart:
    part = ToolPart(
        kind="list",
        entity=entity.name,
        doc=sentence(operation.doc),
        filter=_filters(fields),
        range=_ranges(fields, operation.parameters),
        search=_searched(fields),
        sort=_sorts(fields, operation.parameters),
        page_sizes=_sizes(operation.parameters),
    )
    return traced(part, operation.at)


def _nested_list(entity: Entity, fields: Mapping[str, FieldPart]) -> ToolPart:
    noun, owner = entity.name.replace("_", " "), entity.within.replace("_", " ")
    doc = f"Returns the {plural(noun)} of {'an' if owner[0] in 'aeiou' else 'a'} {owner}."
    part = ToolPart(kind="list", entity=entity.name, doc=doc, filter=_filters(fields), sort=_sorts(fields, {}))
    return traced(part, entity.at)


def _filters(fields: Mapping[str, FieldPart]) -> tuple[str, ...]:
    exact = ("ref", "enum", "state", "bool")
    return tuple(name for name, field in fields.items() if field.type in exact or field.unique or name == "email")


def _searched(fields: Mapping[str, FieldPart]) -> tuple[str, ...]:
    title = title_of(fields)
    return tuple(name for name, field in fields.items() if name == title or (title and field.type == "text"))


def _ranges(fields: Mapping[str, FieldPart], parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    """Range over the moments that the operation's own bounds name (`dueMin`, `timeMax`), else over all of them."""
    times = [name for name, field in fields.items() if field.type == "time"]
    bounds = {re.sub(r"(_min|_max|_from|_to|_after|_before)$", "", snake(name)) for name in parameters}
    named = {moment(stem) for stem in bounds} | ({"starts_at"} if "time" in bounds else set())
    return tuple(name for name in times if name in named) or tuple(times)


def _sorts(fields: Mapping[str, FieldPart], parameters: Mapping[str, Parameter]) -> tuple[str, ...]:
    words = [snake(word) for word in parameters["orderBy"].shape.values] if "orderBy" in parameters else []
    wanted = [*words, *map(moment, words)]
    natural = [title_of(fields), "position", "starts_at", "updated_at"]
    return tuple(
        dict.fromkeys(name for name in (*wanted, *natural) if name in fields and fields[name].type in _ORDERED)
    )


def _sizes(parameters: Mapping[str, Parameter]) -> tuple[int, int]:
    part = parameters.get("maxResults") or parameters.get("pageSize")
    text = part.shape.doc if part else ""
    default, largest = _DEFAULT_SIZE.search(text), _LARGEST_SIZE.search(text)
    top = min(int(largest.group(1)) if largest else _LARGEST_PAGE, _LARGEST_PAGE)
    return (min(int(default.group(1)) if default else _PAGE_SIZES[0], top), top)


def _acted_create(
    noun: str, fields: Mapping[str, FieldPart], settable: Sequence[str], stamps: Iterable[str], operation: Operation
) -> ToolPart:
    """Create a row and record when; what ends must not do so before it begins."""
    args = {name: argument(fields[name]) for name in settable if fields[name].type != "state"}
    values = {name: name for name in args} | dict.fromkeys(stamps, "now")
    made = CreateEffect.model_validate({"create": noun, "as": "row", "set": values})
    return ToolPart.model_validate(
        {
            "doc": sentence(operation.doc),
            "args": args,
            "let": {f"found_{name.removesuffix('_id')}": _lookup(name, one) for name, one in args.items() if one.to},
            "require": _ordered(fields, settable, settable, ""),
            "do": (made,),
            "return": {noun: "row"},
            "from": operation.at,
        }
    )


def _acted_update(
    noun: str, fields: Mapping[str, FieldPart], changed: tuple[str, ...], stamps: Sequence[str], operation: Operation
) -> ToolPart:
    """Change the columns given and record when; refuse a call that gives none, or an end before its beginning."""
    key = f"{noun}_id"
    args = {key: row_argument(noun, operation)}
    args |= {name: argument(fields[name], is_optional=True) for name in changed}
    kept = {name: f"{name} if {name} is not None else row.{name}" for name in changed}
    stamped = {name: "now" for name in stamps if name == "updated_at"}
    effects: tuple[Effect, ...] = (UpdateEffect(update="row", set={**kept, **stamped}),)
    moments = [name for pair in _spans(fields, changed) for name in pair]
    lets, given = _is_given(changed)
    guard = (given, f"Give at least one of: {', '.join(changed)}.")
    return ToolPart.model_validate(
        {
            "doc": sentence(operation.doc),
            "args": args,
            "let": {"row": f"{noun}[{key}]"}
            | lets
            | {f"new_{name}": kept.get(name, f"row.{name}") for name in moments},
            "require": {"nothing_given": guard, **_ordered(fields, changed, moments, "new_")},
            "do": effects,
            "return": {noun: "row"},
            "from": operation.at,
        }
    )


def _is_given(columns: Sequence[str]) -> tuple[dict[str, str], str]:
    """Ask whether any of some columns is given: names to let first where they are many, and the question."""
    asked = [f"{name} is not None" for name in columns]
    if len(asked) <= _ASKED_AT_ONCE:
        return {}, " or ".join(asked)
    parts = [asked[start : start + _ASKED_AT_ONCE] for start in range(0, len(asked), _ASKED_AT_ONCE)]
    lets = {f"gives_{number}": " or ".join(part) for number, part in enumerate(parts, 1)}
    return lets, " or ".join(lets)


def _spans(fields: Mapping[str, FieldPart], given: Sequence[str]) -> list[tuple[str, str]]:
    """List the intervals of which a caller gives an end."""
    return [pair for pair in intervals(fields) if {*pair} & {*given}]


def _ordered(
    fields: Mapping[str, FieldPart], given: Sequence[str], known: Sequence[str], prefix: str
) -> dict[str, tuple[str, str]]:
    """Guard every interval that a call decides on and both ends of which are `known`, by `prefix` and their names."""
    optional = {f"{prefix}{name}" for name in known if fields[name].optional}
    guards = {}
    for start, end in _spans(fields, given):
        if {start, end} <= {*known}:
            begins, ends = f"{prefix}{start}", f"{prefix}{end}"
            said = f"The end ({{{ends}}}) must not lie before the beginning ({{{begins}}})."
            guards[f"{end}_before_{start}"] = (in_order(begins, ends, optional), said)
    return guards


def _lookup(name: str, part: ArgumentPart) -> str:
    """Look a given row up, so that an unknown id is refused."""
    return f"{part.to}[{name}] if {name} is not None else None" if part.optional else f"{part.to}[{name}]"


def argument(field: FieldPart, *, is_optional: bool = False) -> ArgumentPart:
    """Ask for a column's value; a column with a default, or that may be empty, need not be given."""
    kind = "enum" if field.type == "state" else field.type
    values = state_values(field) if field.type == "state" else field.values
    default = None if is_optional else field.default
    part = ArgumentPart(
        type=kind,
        doc=field.doc,
        optional=is_optional or (field.optional and default is None),
        values=values,
        to=field.to,
        min=field.min,
        max=field.max,
        default=default,
    )
    return traced(part, field.origin)


def row_argument(noun: str, operation: Operation) -> ArgumentPart:
    """Ask for the row that an operation's path names."""
    named = [operation.parameters[key].shape.at for key in operation.keys if key in operation.parameters]
    at = named[-1] if named else operation.at
    words = noun.replace("_", " ")
    return traced(ArgumentPart(type="ref", to=noun, doc=f"Id of the {words}."), at)
