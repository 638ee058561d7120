"""What a world holds, table by table, where nothing is read again that it shares with the world it comes from."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

import orjson

from envkit.clock import from_wire, to_wire
from envkit.store import columns_of, opened
from envkit.tables import FACTS, Value, quoted

Rows = list[tuple[Value, ...]]

_FILE_HEADER_BYTES = 100
_LAYOUT = (slice(16, 18), slice(20, 24), slice(40, _FILE_HEADER_BYTES - 8))
"""Where the header of an image says how its pages are to be read (https://www.sqlite.org/fileformat2.html, 1.3)."""

_SCHEMA, _NOBODY = "sqlite_schema", ""
"""Who has a page that is no table's: the schema, or nobody."""


@dataclass(frozen=True)
class Table:
    """A table: its columns, its rows in the order of their first column, and both as they go into a digest."""

    columns: tuple[str, ...]
    rows: Rows
    said: bytes

    @cached_property
    def by_id(self) -> Mapping[Value, tuple[Value, ...]]:
        """Its rows by their first column, which no two share."""
        return {row[0]: row for row in self.rows}


class Contents:
    """The tables of a world by name, in the order of names; `differing` may differ from those of its ground."""

    def __init__(self, ground: Mapping[str, Table], differing: frozenset[str], read: Callable[[str], Table]) -> None:
        self.differing = differing
        self._tables, self._read = dict(ground), read
        self._unread = set(differing)

    def table(self, name: str) -> Table:
        """Return a table."""
        if name in self._unread:
            self._unread.discard(name)
            self._tables[name] = self._read(name)
        return self._tables[name]

    @property
    def now(self) -> str:
        """The world's time as tools show it."""
        return to_wire(from_wire(str(self.table(FACTS).by_id["now"][1])))

    @property
    def digest(self) -> str:
        """The sha256, in hex, of every table and row, whatever the pages' layout."""
        return _digest(map(self.table, self._tables))


class Ground:
    """A world that others come from, read once.

    A table whose pages are the same bytes in both worlds, its indexes' too, is the same table: a page says by number
    which pages lie below it, so the root that stayed leads to what stayed, all the way down.
    """

    def __init__(self, image: bytes) -> None:
        self._image = image
        self.tables = _read_all(image)

    def contents(self, image: bytes, lend: Callable[[], sqlite3.Connection]) -> Contents:
        """Return what a world of the same schema holds, given as bytes and as it can be had open."""
        return Contents(self.tables, self.differing(image), lambda name: _read(lend(), name, self.tables[name].columns))

    def resting(self, image: bytes) -> Contents:
        """Return what a world of the same schema holds, given as bytes only."""
        return _resting(self, image)

    def differing(self, image: bytes) -> frozenset[str]:
        """Return the tables that a world may hold otherwise; all of them where the pages cannot tell."""
        ours, size = self._image, self._page_bytes
        if ours is image:
            return frozenset()
        owners = self._owners
        is_alike = len(image) >= len(ours) and all(ours[part] == image[part] for part in _LAYOUT)
        if not is_alike or not owners or ours[_FILE_HEADER_BYTES:size] != image[_FILE_HEADER_BYTES:size]:
            return frozenset(self.tables)
        starts = range(size, len(ours), size)
        found = {owners[at] for at in starts if ours[at : at + size] != image[at : at + size]}
        return frozenset(self.tables) if _SCHEMA in found else frozenset(found - {_NOBODY})

    @cached_property
    def _page_bytes(self) -> int:
        size = int.from_bytes(self._image[16:18], "big")
        return 65_536 if size == 1 else size

    @cached_property
    def _owners(self) -> Mapping[int, str]:
        """The table of each page by where the page starts; none at all if SQLite cannot tell."""
        size = self._page_bytes
        owners = dict.fromkeys(range(0, len(self._image), size), _NOBODY)
        with opened(self._image) as connection:
            try:
                pages = connection.execute(
                    "SELECT coalesce(s.tbl_name, d.name), d.pageno FROM dbstat d LEFT JOIN sqlite_schema s USING (name)"
                ).fetchall()
            except sqlite3.OperationalError:  # an SQLite built without dbstat
                return {}
        return {**owners, **{(number - 1) * size: name for name, number in pages}}


def content_digest(image: bytes) -> str:
    """Return the digest of a world that is given as bytes only, and may be of any schema."""
    return _digest(_read_all(image).values())


def changed_rows(before: Contents, after: Contents) -> Iterator[tuple[str, tuple[str, ...], Rows, bool]]:
    """Yield, for each table that changed, its columns and the rows of one side only; the flag is true for the later.

    Both come from the same ground.
    """
    for name in sorted(before.differing | after.differing):
        if name.startswith("_"):
            continue
        old, new = before.table(name), after.table(name)
        if old.rows == new.rows:
            continue
        was = old.by_id
        later = [row for row in new.rows if was.get(row[0]) != row]
        gone = {row[0] for row in later if row[0] in was}
        if len(old.rows) > len(new.rows) - len(later) + len(gone):
            gone |= was.keys() - new.by_id.keys()
        yield name, new.columns, [row for row in old.rows if row[0] in gone], False
        yield name, new.columns, later, True


def _read_all(image: bytes) -> Mapping[str, Table]:
    with opened(image) as connection:
        return {name: _read(connection, name, columns) for name, columns in columns_of(connection).items()}


@lru_cache(maxsize=32)
def _resting(ground: Ground, image: bytes) -> Contents:
    """Return the contents of a world that is given as bytes only: a beginning, which many worlds share."""
    return Contents(ground.tables, ground.differing(image), lambda name: _tables(image)[name])


_tables = lru_cache(maxsize=8)(_read_all)


def _read(connection: sqlite3.Connection, name: str, columns: tuple[str, ...]) -> Table:
    rows = connection.execute(f"SELECT * FROM {quoted(name)} ORDER BY {quoted(columns[0])}").fetchall()
    return Table(columns, rows, orjson.dumps([name, columns]) + b"".join(map(orjson.dumps, rows)))


def _digest(tables: Iterable[Table]) -> str:
    return hashlib.sha256(b"".join(table.said for table in tables)).hexdigest()
