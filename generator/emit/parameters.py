"""The parameters of each tool: one description for the server's signatures and the manifest alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from envkit.manifest import ArgumentRole, ArgumentSpec
from generator.blueprint import ArgumentPart, Blueprint, FieldPart, Scalar, ToolPart
from generator.emit.effects import stored_in
from generator.emit.words import article, plural, sentence, spoken
from generator.infer import state_values

Default = Scalar


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter as the manifest says it, and the value it takes when left out (if it may be)."""

    spec: ArgumentSpec
    default: Default = None


def parameters(blueprint: Blueprint, name: str) -> tuple[Parameter, ...]:
    """List the parameters of a tool in their order."""
    tool = blueprint.tools[name]
    match tool.kind:
        case "list":
            return tuple(_of_list(blueprint, tool))
        case "get" | "delete":
            return (_key(blueprint, tool),)
        case "create":
            return tuple(_of_create(blueprint, tool))
        case "update":
            return (_key(blueprint, tool), *_of_update(blueprint, tool))
        case "action":
            return tuple(_of_action(blueprint, tool))


def column_words(column: str, field: FieldPart) -> str:
    """Describe a column that says nothing of itself."""
    if field.doc:
        return field.doc
    words = sentence(column)
    if field.type == "ref":
        what = spoken(field.to)
        words = f"{sentence(column.removesuffix('_id'))}: {article(what)} id"
    elif field.type == "money":
        words = f"{words}, in minor units"
    elif field.type == "time":
        words = f"{words} (UTC)"
    return f"{words}; null if there is none" if field.optional else words


def id_words(blueprint: Blueprint, entity: str) -> str:
    """Describe the ids of an entity."""
    return f"{sentence(entity)} id, e.g. {blueprint.entities[entity].prefix}_4k2m9x"


def default_of(field: FieldPart) -> tuple[bool, Scalar]:
    """Say whether a column has a value of its own when none is given, and which."""
    if field.type == "state" and field.initial:
        return True, field.initial
    if field.default is not None:
        return True, field.default
    return field.optional, None


def values_of(field: FieldPart | ArgumentPart) -> tuple[str, ...]:
    """List the values of an enum or a state column."""
    return state_values(field) if isinstance(field, FieldPart) and field.type == "state" else field.values


def _key(blueprint: Blueprint, tool: ToolPart) -> Parameter:
    spec = ArgumentSpec(
        name=f"{tool.entity}_id",
        type="ref",
        description=id_words(blueprint, tool.entity),
        role="key",
        to=tool.entity,
        field=f"{tool.entity}.id",
    )
    return Parameter(spec)


def _of_list(blueprint: Blueprint, tool: ToolPart) -> Iterator[Parameter]:
    fields = blueprint.entities[tool.entity].fields
    many = plural(spoken(tool.entity))
    for column in tool.filter:
        if column == "id":
            yield _optional(tool.entity, "id", None, f"Only the {spoken(tool.entity)} of this id", "filter")
        else:
            yield _optional(tool.entity, column, fields[column], _filter_words(many, column, fields[column]), "filter")
    for column in tool.range:
        low, high = ("Earliest", "Latest") if fields[column].type == "time" else ("Lowest", "Highest")
        yield _optional(tool.entity, column, fields[column], f"{low} {column}, inclusive", "from")
        yield _optional(tool.entity, column, fields[column], f"{high} {column}, inclusive", "to")
    if tool.search:
        where = " or ".join(spoken(column) for column in tool.search)
        words = f"Text to find anywhere in {where}, in any case"
        yield Parameter(ArgumentSpec(name="query", type="str", description=words, role="search", required=False))
    if tool.sort:
        orders = tuple(order for column in tool.sort for order in (column, f"-{column}"))
        words = f"Order of the {many}; a leading minus descends"
        spec = ArgumentSpec(name="sort", type="enum", description=words, role="sort", required=False, values=orders)
        yield Parameter(spec, tool.sort[0])
    usual, most = tool.page_sizes
    words = f"Rows a page, at most {most}"
    yield Parameter(
        ArgumentSpec(
            name="limit", type="int", description=words, role="limit", required=False, minimum=1, maximum=most
        ),
        usual,
    )
    words = "`next_cursor` of the page before; leave it out for the first page"
    yield Parameter(ArgumentSpec(name="cursor", type="str", description=words, role="cursor", required=False))


def _filter_words(many: str, column: str, field: FieldPart) -> str:
    match field.type:
        case "ref":
            return f"Only {many} of this {spoken(column.removesuffix('_id'))}"
        case "bool":
            return f"Only {many} that are (or are not) {spoken(column.removeprefix('is_'))}"
        case _:
            return f"Only {many} with this {spoken(column)}"


def _optional(entity: str, column: str, field: FieldPart | None, words: str, role: ArgumentRole) -> Parameter:
    spec = ArgumentSpec(
        name=f"{column}_{role}" if role in ("from", "to") else column,
        type=field.type if field else "ref",
        description=words,
        role=role,
        required=False,
        values=values_of(field) if field else (),
        to=field.to if field else entity,
        field=f"{entity}.{column}",
    )
    return Parameter(spec)


def _of_create(blueprint: Blueprint, tool: ToolPart) -> Iterator[Parameter]:
    for column in tool.set:
        field = blueprint.entities[tool.entity].fields[column]
        has_default, default = default_of(field)
        yield Parameter(_value(tool.entity, column, field, is_required=not has_default), default)


def _of_update(blueprint: Blueprint, tool: ToolPart) -> Iterator[Parameter]:
    for column in tool.set:
        field = blueprint.entities[tool.entity].fields[column]
        yield Parameter(_value(tool.entity, column, field, is_required=False))


def _value(entity: str, column: str, field: FieldPart, *, is_required: bool) -> ArgumentSpec:
    return ArgumentSpec(
        name=column,
        type=field.type,
        description=column_words(column, field),
        required=is_required,
        values=values_of(field),
        to=field.to,
        field=f"{entity}.{column}",
        minimum=field.min,
        maximum=field.max,
    )


def _of_action(blueprint: Blueprint, tool: ToolPart) -> Iterator[Parameter]:
    homes = stored_in(blueprint, tool)
    for name, argument in tool.args.items():
        spec = ArgumentSpec(
            name=name,
            type=argument.type,
            description=_argument_words(blueprint, name, argument),
            role="key" if argument.type == "ref" else "value",
            required=not (argument.optional or argument.default is not None),
            many=argument.many,
            values=argument.values,
            to=argument.to,
            field=homes.get(name, ""),
            minimum=argument.min,
            maximum=argument.max,
        )
        yield Parameter(spec, argument.default)


def _argument_words(blueprint: Blueprint, name: str, argument: ArgumentPart) -> str:
    if argument.doc:
        return argument.doc
    words = sentence(name)
    if argument.type == "ref":
        role = spoken(name.removesuffix("_ids").removesuffix("_id"))
        if argument.many:
            words = f"Ids of the {plural(spoken(argument.to))} ({plural(role)})"
            return words if role != spoken(argument.to) else f"{sentence(argument.to)} ids"
        is_plain = name == f"{argument.to}_id"
        words = (
            id_words(blueprint, argument.to) if is_plain else f"{role.capitalize()}: {article(spoken(argument.to))} id"
        )
    elif argument.type == "money":
        words = f"{words}, in minor units"
    elif argument.type == "time":
        words = f"{words}, e.g. {_moment(blueprint)}"
    return f"{words}; may be left out" if argument.optional else words


def _moment(blueprint: Blueprint) -> str:
    return blueprint.clock.start[:10] + "T12:00:00Z"
