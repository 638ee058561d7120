"""The SQL statements by which a world's rows are read and written."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import orjson

Value = None | int | float | str | bytes
"""What SQLite keeps."""

Stored = Sequence[Value]
"""A stored row, its columns in the table's order."""


FACTS = "_world"
"""The table of the world's facts, by key."""


class TakenError(Exception):
    """A unique value is taken; `columns` names where."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(", ".join(columns))
        self.columns = columns


class ReferencedError(Exception):
    """A row cannot go while others point at it."""


@dataclass(frozen=True, slots=True)
class Query:
    """The rows a list asks for: SQL terms that all hold, their values, and the order (`field` or `-field`)."""

    terms: tuple[str, ...]
    values: tuple[Value, ...]
    sort: str


def quoted(name: str) -> str:
    """Quote a table or column name."""
    return '"' + name.replace('"', '""') + '"'


def to_value(value: object) -> Value:
    """Write a JSON value as SQLite keeps it: booleans as 0 and 1, lists as JSON text."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (list, tuple)):
        return orjson.dumps(value).decode()
    assert value is None or isinstance(value, (int, float, str, bytes)), value
    return value


def fact(connection: sqlite3.Connection, key: str) -> Value:
    """Return a fact of the world (its seed, its time), or None."""
    found = connection.execute('SELECT value FROM "_world" WHERE key = ?', (key,)).fetchone()
    return None if found is None else found[0]


def set_fact(connection: sqlite3.Connection, key: str, value: Value) -> None:
    """Keep a fact of the world."""
    connection.execute('INSERT OR REPLACE INTO "_world" VALUES (?, ?)', (key, value))


def select_by_id(connection: sqlite3.Connection, table: str, columns: tuple[str, ...], row_id: str) -> Stored | None:
    """Return the row of that id, or None."""
    found: Stored | None = connection.execute(_select(table, columns, "WHERE id = ?"), (row_id,)).fetchone()
    return found


def select_equal(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], equals: Mapping[str, Value]
) -> list[Stored]:
    """Return the rows whose columns equal the values given, in creation order."""
    where = f"WHERE {' AND '.join(f'{quoted(name)} IS ?' for name in equals)} " if equals else ""
    sql = _select(table, columns, where + "ORDER BY rowid")
    return connection.execute(sql, tuple(equals.values())).fetchall()


def count(connection: sqlite3.Connection, table: str, query: Query) -> int:
    """Return how many rows a query matches."""
    found: int = connection.execute(_count(table, query.terms), query.values).fetchone()[0]
    return found


def select_page(
    connection: sqlite3.Connection, table: str, columns: tuple[str, ...], query: Query, limit: int, offset: int
) -> list[Stored]:
    """Return one page of the rows a query matches."""
    rest = f"{_where(query.terms)}ORDER BY {_order(query.sort)} LIMIT ? OFFSET ?"
    return connection.execute(_select(table, columns, rest), (*query.values, limit, offset)).fetchall()


def equal(column: str) -> str:
    """Write the term: the column equals a value."""
    return f"{quoted(column)} = ?"


def at_least(column: str) -> str:
    """Write the term: the column is a value or more."""
    return f"{quoted(column)} >= ?"


def at_most(column: str) -> str:
    """Write the term: the column is a value or less."""
    return f"{quoted(column)} <= ?"


def contains(columns: Sequence[str]) -> str:
    """Write the term: any of the columns contains a text, whatever the case; it takes the text once a column."""
    return "(" + " OR ".join(f"instr(lowered({quoted(name)}), lowered(?))" for name in columns) + ")"


def insert(connection: sqlite3.Connection, table: str, values: Mapping[str, Value]) -> None:
    """Add a row; TakenError if a unique value is taken."""
    try:
        connection.execute(_insert(table, tuple(values)), tuple(values.values()))
    except sqlite3.IntegrityError as error:
        raise _taken(error) or error from error


def update(connection: sqlite3.Connection, table: str, row_id: str, values: Mapping[str, Value]) -> int:
    """Set columns of a row and return how many rows there were of that id; TakenError if a unique value is taken."""
    try:
        return connection.execute(_update(table, tuple(values)), (*values.values(), row_id)).rowcount
    except sqlite3.IntegrityError as error:
        raise _taken(error) or error from error


def delete(connection: sqlite3.Connection, table: str, row_id: str) -> None:
    """Remove a row; ReferencedError while others point at it."""
    try:
        connection.execute(f"DELETE FROM {quoted(table)} WHERE id = ?", (row_id,))
    except sqlite3.IntegrityError as error:
        raise ReferencedError from error


def references(connection: sqlite3.Connection, table: str, parent: str) -> list[str]:
    """Return the columns of a table that point at the rows of `parent`, in the table's order."""
    found = connection.execute(f"PRAGMA foreign_key_list({quoted(table)})").fetchall()
    return [column for _, _, pointed_at, column, *_ in reversed(found) if pointed_at == parent]


def broken_references(connection: sqlite3.Connection) -> list[str]:
    """Return a sentence for each foreign key that points at no row."""
    return [
        f"{table} row {rowid} points at no {parent}"
        for table, rowid, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]


def _taken(error: sqlite3.IntegrityError) -> TakenError | None:
    """Read the columns out of a UNIQUE violation; any other broken constraint is a bug and gives None."""
    head, _, columns = str(error).partition("UNIQUE constraint failed: ")
    if head or not columns:
        return None
    return TakenError(tuple(column.split(".")[-1] for column in columns.split(", ")))


@lru_cache(maxsize=4096)
def _select(table: str, columns: tuple[str, ...], rest: str) -> str:
    return f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(table)} {rest}"


@lru_cache(maxsize=1024)
def _insert(table: str, columns: tuple[str, ...]) -> str:
    names = ", ".join(map(quoted, columns))
    return f"INSERT INTO {quoted(table)} ({names}) VALUES ({', '.join('?' * len(columns))})"


@lru_cache(maxsize=1024)
def _update(table: str, columns: tuple[str, ...]) -> str:
    return f"UPDATE {quoted(table)} SET {', '.join(f'{quoted(name)} = ?' for name in columns)} WHERE id = ?"


@lru_cache(maxsize=1024)
def _count(table: str, terms: tuple[str, ...]) -> str:
    return f"SELECT count(*) FROM {quoted(table)} {_where(terms)}"


def _where(terms: tuple[str, ...]) -> str:
    return f"WHERE {' AND '.join(terms)} " if terms else ""


def _order(sort: str) -> str:
    if not sort:
        return "rowid"
    return f"{quoted(sort[1:])} DESC, rowid" if sort.startswith("-") else f"{quoted(sort)}, rowid"
