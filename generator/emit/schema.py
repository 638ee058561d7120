"""The text of schema.sql: one strict table for each entity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from generator.blueprint import Blueprint, FieldPart
from generator.emit.parameters import values_of

_INTEGERS = frozenset({"int", "money", "bool"})


def schema(blueprint: Blueprint) -> str:
    """Write the tables of a blueprint's entities, in its order."""
    opening = f"-- Emitted by EnvFarm from blueprint {blueprint.domain}/{blueprint.name}: change the blueprint."
    tables = [_table(name, blueprint.entities[name].fields) for name in blueprint.entities]
    return "\n\n".join([opening, *tables]) + "\n"


def _table(name: str, fields: Mapping[str, FieldPart]) -> str:
    columns = ['"id" TEXT PRIMARY KEY NOT NULL', *(_column(column, field) for column, field in fields.items())]
    body = ",\n".join(f"  {column}" for column in columns)
    return f'CREATE TABLE "{name}" (\n{body}\n) STRICT;' + "".join(_indexes(name, fields))


def _column(name: str, field: FieldPart) -> str:
    parts = [f'"{name}"', "INTEGER" if field.type in _INTEGERS else "TEXT"]
    if not field.optional:
        parts.append("NOT NULL")
    if field.unique:
        parts.append("UNIQUE")
    if field.type == "ref":
        parts.append(f'REFERENCES "{field.to}"("id") ON DELETE RESTRICT')
    parts += [f"CHECK ({check})" for check in _checks(f'"{name}"', field)]
    return " ".join(parts)


def _checks(column: str, field: FieldPart) -> Iterator[str]:
    if field.min is not None:
        yield f"{column} >= {field.min}"
    if field.max is not None:
        yield f"{column} <= {field.max}"
    if field.type == "bool":
        yield f"{column} IN (0, 1)"
    if values := values_of(field):
        yield f"{column} IN ({', '.join(map(_text, values))})"
    if field.type == "list":
        yield f"json_type({column}) = 'array'"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _indexes(table: str, fields: Mapping[str, FieldPart]) -> Iterator[str]:
    """Index each ref: deletes and lookups by owner go over them."""
    for column, field in fields.items():
        if field.type == "ref" and not field.unique:
            yield f'\nCREATE INDEX "{table}_{column}" ON "{table}"("{column}");'
