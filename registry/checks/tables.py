"""The tables of `schema.sql`, put to the test by rows they must refuse."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import orjson

from envkit.calls import Json
from envkit.manifest import EntitySpec, FieldSpec, Manifest
from envkit.seed import seed_rows

Stored = None | int | float | str
_NUMBERS = ("int", "money")


def faults(folder: Path, manifest: Manifest) -> tuple[list[str], int]:
    """Return a sentence for each way in which the tables are weaker than the manifest, and how many were tried.

    The tables are made in memory and filled with the seed; the worlds themselves are not touched.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        try:
            connection.executescript((folder / "schema.sql").read_text("utf-8"))
        except (sqlite3.Error, UnicodeDecodeError) as error:
            return [f"schema.sql cannot be executed: {error}."], 1
        try:
            _fill(connection, folder)
        except (sqlite3.Error, ValueError, KeyError, TypeError) as error:
            return [f"seed.jsonl does not fit schema.sql: {error}."], 1
        # References are read from the declarations below; here they would only hide other constraints.
        connection.execute("PRAGMA foreign_keys = OFF")
        tried = [_entity(connection, entity) for entity in manifest.entities]
    return [sentence for sentences, _ in tried for sentence in sentences], sum(count for _, count in tried)


def _fill(connection: sqlite3.Connection, folder: Path) -> None:
    for table, row in seed_rows(folder):
        _insert(connection, table, {name: _stored(value) for name, value in row.items()})


def _insert(connection: sqlite3.Connection, table: str, row: Mapping[str, Stored]) -> None:
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(row))})', list(row.values()))


def _stored(value: Json) -> Stored:
    if isinstance(value, bool):
        return int(value)
    if value is None or isinstance(value, (int, float, str)):
        return value
    return orjson.dumps(value).decode()


def _entity(connection: sqlite3.Connection, entity: EntitySpec) -> tuple[list[str], int]:
    columns = {row[1]: row for row in connection.execute(f'PRAGMA table_info("{entity.name}")')}
    if not columns:
        return [f"schema.sql has no table {entity.name}."], 1
    missing = [field.name for field in entity.fields if field.name not in columns]
    if missing:
        return [f"{entity.name}: schema.sql has no column {name}." for name in missing], len(missing)
    references = {row[3]: row[2] for row in connection.execute(f'PRAGMA foreign_key_list("{entity.name}")')}
    wrong = [
        f"{entity.name}.{field.name} is no reference to {field.to} in schema.sql."
        for field in entity.fields
        if field.type == "ref" and references.get(field.name) != field.to
    ]
    tried = list(_refused(connection, entity))
    return wrong + [sentence for sentence in tried if sentence], len(tried)


def _refused(connection: sqlite3.Connection, entity: EntitySpec) -> Iterator[str]:
    """Try each bad value in a copy of a stored row (or a row made up); yield a sentence if it was taken, else ""."""
    row = _copy(entity, _row(connection, entity))
    if not _is_taken(connection, entity.name, row):
        return  # a rule of its own over several columns: nothing can be told apart
    for field in entity.fields:
        for value, what in _bad_values(field):
            taken = _is_taken(connection, entity.name, {**row, field.name: value})
            yield f"{entity.name}.{field.name}: the table takes {what} ({value!r})." if taken else ""
        if field.unique and row[field.name] is not None:
            taken = _is_taken(connection, entity.name, row, {**_copy(entity, row), field.name: row[field.name]})
            yield f"{entity.name}.{field.name}: the table takes the same value twice." if taken else ""


def _bad_values(field: FieldSpec) -> Iterator[tuple[Stored, str]]:
    if not field.optional:
        yield None, "no value"
    if field.type in (*_NUMBERS, "bool"):
        yield "seven", "text"
    if field.minimum is not None:
        yield field.minimum - 1, "a number below its minimum"
    if field.maximum is not None:
        yield field.maximum + 1, "a number above its maximum"
    if field.type == "bool":
        yield 2, "a truth value that is neither 0 nor 1"
    if field.values:
        yield "no-such-value", "a value that is none of its own"


def _row(connection: sqlite3.Connection, entity: EntitySpec) -> dict[str, Stored]:
    names = ["id", *(field.name for field in entity.fields)]
    columns = ", ".join(f'"{name}"' for name in names)
    found = connection.execute(f'SELECT {columns} FROM "{entity.name}" LIMIT 1').fetchone()
    if found is None:
        return {"id": "row", **{field.name: _plausible(field) for field in entity.fields}}
    return dict(zip(names, found, strict=True))


def _plausible(field: FieldSpec) -> Stored:
    if field.values:
        return field.values[0]
    if field.type in _NUMBERS:
        return field.minimum if field.minimum is not None else min(1, field.maximum or 1)
    if field.type == "bool":
        return 0
    return {"list": "[]", "time": "2025-01-01T00:00:00Z"}.get(field.type, "x")


def _copy(entity: EntitySpec, row: Mapping[str, Stored]) -> dict[str, Stored]:
    """Return a copy of a row that collides with it in no unique column."""
    unique = {field.name: _other(row[field.name]) for field in entity.fields if field.unique}
    return {**row, **unique, "id": f"{row['id']}-copy"}


def _other(value: Stored) -> Stored:
    return value + 1 if isinstance(value, int) else None if value is None else f"{value}-copy"


def _is_taken(connection: sqlite3.Connection, table: str, *rows: Mapping[str, Stored]) -> bool:
    connection.execute("SAVEPOINT probe")
    try:
        for row in rows:
            _insert(connection, table, row)
    except sqlite3.Error:
        return False
    finally:
        connection.execute("ROLLBACK TO probe")
        connection.execute("RELEASE probe")
    return True
