"""A world that stands still: judged as a whole, so each table is read once and looked up in memory from then on."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence

from envkit import tables
from envkit.rows import Row
from envkit.world import RowT, World, columns_of, stored_value


class StillWorld(World):
    """A world that nobody writes to while it is asked; it answers as `World` does, about many rows much sooner.

    Invariants ask for the rows that belong to each row; asking the tables each time costs a query a row.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self._tables: dict[type[Row], Sequence[Row]] = {}
        self._found: dict[tuple[type[Row], str], Mapping[tables.Value, Sequence[Row]]] = {}

    def find(self, kind: type[RowT], row_id: str | None) -> RowT | None:
        """Return the row of that id, or None if there is none."""
        self._read(kind)
        return None if row_id is None else self._rows.get((kind, row_id))  # type: ignore[return-value]  # as in World

    def all(self, kind: type[RowT], /, **equals: object) -> list[RowT]:
        """Return the rows whose columns equal the values given, in creation order."""
        found: Sequence[Row] = self._read(kind)
        for place, (column, value) in enumerate(equals.items()):
            if place == 0:
                found = self._by(kind, column).get(stored_value(value), ())
            else:
                found = [row for row in found if stored_value(getattr(row, column)) == stored_value(value)]
        return [*found]  # type: ignore[list-item]  # the table's rows are of its kind

    def _read(self, kind: type[Row]) -> Sequence[Row]:
        if kind not in self._tables:
            stored = tables.select_equal(self._connection, kind.__kind__.table, columns_of(kind), {})
            self._tables[kind] = [self._live(kind, row) for row in stored]
        return self._tables[kind]

    def _by(self, kind: type[Row], column: str) -> Mapping[tables.Value, Sequence[Row]]:
        """Return the rows of a kind by the stored value of one column."""
        if (kind, column) not in self._found:
            grouped: dict[tables.Value, list[Row]] = {}
            for row in self._read(kind):
                grouped.setdefault(stored_value(getattr(row, column)), []).append(row)
            self._found[kind, column] = grouped
        return self._found[kind, column]
