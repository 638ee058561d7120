"""What worlds hold: told from what they share with the world they come from, always as if all of it were read."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkit.contents import Ground, changed_rows, content_digest
from envkit.store import Desk, ImageStore, build_image

SCHEMA = """
CREATE TABLE "note" ("id" TEXT PRIMARY KEY NOT NULL, "text" TEXT NOT NULL, "at" INTEGER NOT NULL) STRICT;
CREATE INDEX "note_at" ON "note"("at");
CREATE TABLE "line" ("id" TEXT PRIMARY KEY NOT NULL, "note_id" TEXT REFERENCES "note"("id")) STRICT;
CREATE TABLE "empty" ("id" TEXT PRIMARY KEY NOT NULL) STRICT;
"""
LONG = "x" * 3000
"""A text that does not fit a page."""

ROWS = [("note", {"id": f"n{i}", "text": LONG if i % 7 == 0 else "short", "at": i}) for i in range(60)]
ROWS += [("line", {"id": f"l{i}", "note_id": f"n{i}"}) for i in range(60)]
IMAGE = build_image(SCHEMA, ROWS, {"seed": 0, "now": "2025-01-01T00:00:00Z", "ticks": 0})
GROUND = Ground(IMAGE)

IDS = st.integers(0, 70)
WRITES = st.one_of(
    st.tuples(st.just("INSERT OR REPLACE INTO note VALUES ('n' || ?1, ?2, 5)"), IDS, st.sampled_from([LONG, "y"])),
    st.tuples(st.just("UPDATE note SET text = ?2 WHERE id = 'n' || ?1"), IDS, st.sampled_from([LONG[1:], "z"])),
    st.tuples(st.just("UPDATE note SET at = at + 1 WHERE id = 'n' || ?1 AND ?2"), IDS, st.just(1)),
    st.tuples(st.just("DELETE FROM line WHERE id = 'l' || ?1 AND ?2"), IDS, st.just(1)),
    st.tuples(st.just("INSERT OR IGNORE INTO empty SELECT 'e' || ?1 WHERE ?2"), IDS, st.just(1)),
    st.tuples(st.just("DELETE FROM line WHERE ?1 >= 0 AND ?2"), IDS, st.just(1)),
    st.tuples(st.just("UPDATE _world SET value = ?1 WHERE key = 'ticks' AND ?2"), IDS, st.just(1)),
)


def written(image: bytes, writes: list[tuple[object, ...]]) -> ImageStore:
    store = ImageStore(Desk(1 << 20), image)
    for sql, *values in writes:
        store.writing().execute(str(sql), tuple(values))
        store.commit()
    return store


def spread(image: bytes, pragma: str) -> bytes:
    """Return the same rows in another layout."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(image)
    connection.execute(pragma)
    connection.execute("VACUUM")
    return connection.serialize()


@given(st.lists(WRITES, max_size=8))
def test_contents_are_those_of_the_whole_world(writes):
    store = written(IMAGE, writes)

    contents, whole = GROUND.contents(store.image(), store.reading), Ground(store.image())

    assert {name: contents.table(name) for name in whole.tables} == whole.tables
    assert contents.digest == GROUND.resting(store.image()).digest == content_digest(store.image())


@given(st.lists(WRITES, max_size=4), st.lists(WRITES, max_size=4))
def test_changed_rows_are_those_of_the_whole_worlds(earlier, later):
    before = written(IMAGE, earlier).image()
    after = written(before, later)

    found = list(changed_rows(GROUND.resting(before), GROUND.contents(after.image(), after.reading)))

    old, new = Ground(before).tables, Ground(after.image()).tables
    expected = []
    for name in ("empty", "line", "note"):
        if old[name].rows != new[name].rows:
            for here, there, is_after in ((old, new, False), (new, old, True)):
                rows = [row for row in here[name].rows if row not in there[name].rows]
                expected.append((name, new[name].columns, rows, is_after))
    assert found == expected


def test_a_table_nobody_wrote_to_is_not_read_again():
    store = written(IMAGE, [("UPDATE note SET text = 'new' WHERE id = 'n3'",)])

    assert GROUND.contents(store.image(), store.reading).differing == {"note"}


def test_the_beginning_is_not_read_again():
    def lend() -> sqlite3.Connection:
        raise AssertionError("there is nothing to read")

    assert GROUND.contents(IMAGE, lend).digest == content_digest(IMAGE)


@pytest.mark.parametrize("pragma", ["PRAGMA page_size = 4096", "PRAGMA auto_vacuum = 1", "PRAGMA user_version = 7"])
def test_equal_content_has_one_digest_whatever_the_pages(pragma: str):
    other = spread(IMAGE, pragma)

    assert other != IMAGE
    assert GROUND.resting(other).digest == content_digest(other) == content_digest(IMAGE)


def test_other_content_has_another_digest():
    store = written(IMAGE, [("DELETE FROM line WHERE id = 'l9'",)])

    assert content_digest(store.image()) != content_digest(IMAGE)


def test_where_the_pages_cannot_tell_all_is_read(monkeypatch: pytest.MonkeyPatch):
    ground, store = Ground(IMAGE), written(IMAGE, [("DELETE FROM line WHERE id = 'l9'",)])
    monkeypatch.setattr(Ground, "_owners", {})

    contents = ground.contents(store.image(), store.reading)

    assert contents.differing == set(ground.tables)
    assert contents.digest == content_digest(store.image())
