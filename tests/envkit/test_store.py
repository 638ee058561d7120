"""Worlds at rest: images, the desk, durable files."""

import sqlite3
from pathlib import Path

import pytest

from envkit.store import (
    Desk,
    FileStore,
    ImageStore,
    StoreError,
    build_image,
    opened,
    with_edits,
)

SCHEMA = 'CREATE TABLE "thing" ("id" TEXT PRIMARY KEY NOT NULL, "n" INTEGER NOT NULL CHECK ("n" >= 0)) STRICT;'


def image_of(*numbers: int) -> bytes:
    rows = [("thing", {"id": f"t{i}", "n": n}) for i, n in enumerate(numbers)]
    return build_image(SCHEMA, rows, {"seed": 0, "now": "2025-01-01T00:00:00Z", "ticks": 0})


def numbers(store: ImageStore | FileStore) -> list[int]:
    return [n for (n,) in store.reading().execute("SELECT n FROM thing ORDER BY rowid")]


def write(store: ImageStore | FileStore, sql: str) -> None:
    store.writing().execute(sql)
    store.commit()


def test_an_unwritten_world_stays_the_very_bytes_it_was_given():
    image = image_of(1, 2)
    store = ImageStore(Desk(1 << 20), image)

    assert numbers(store) == [1, 2]
    assert store.image() is image
    assert store.size_bytes() == len(image)


def test_a_rolled_back_world_is_byte_for_byte_what_it_was():
    store = ImageStore(Desk(1 << 20), image_of(1, 2))
    write(store, "UPDATE thing SET n = 5 WHERE id = 't0'")
    before = store.image()

    store.writing().execute("DELETE FROM thing")
    store.rollback()

    assert store.reading().serialize() == before


def test_worlds_beyond_the_desks_places_keep_their_writes():
    desk = Desk(1 << 20, places=3)
    stores = [ImageStore(desk, image_of(0)) for _ in range(10)]

    for turn in range(1, 4):
        for place, store in enumerate(stores):
            write(store, f"UPDATE thing SET n = {turn * 100 + place}")

    assert [numbers(store) for store in stores] == [[300 + place] for place in range(10)]


def test_a_replaced_world_forgets_what_lay_open():
    store = ImageStore(Desk(1 << 20), image_of(1))
    write(store, "UPDATE thing SET n = 5")

    store.replace(image_of(7))

    assert numbers(store) == [7]


def test_a_world_cannot_outgrow_its_limit():
    store = ImageStore(Desk(world_bytes=20 * 1024), image_of(1))

    with pytest.raises(sqlite3.OperationalError, match="full"):
        store.writing().executemany("INSERT INTO thing VALUES (?, 1)", ((f"x{i:0500d}",) for i in range(100)))
    store.rollback()

    assert numbers(store) == [1]


def test_a_durable_world_is_found_again(tmp_path: Path):
    first = FileStore(tmp_path / "deep" / "w.sqlite", image_of(1))
    write(first, "UPDATE thing SET n = 5")
    first.rest()

    second = FileStore(tmp_path / "deep" / "w.sqlite", image_of(1))

    assert numbers(second) == [5]
    assert second.size_bytes() > 0
    second.rest()


def test_a_durable_world_can_be_taken_as_an_image_and_replaced(tmp_path: Path):
    store = FileStore(tmp_path / "w.sqlite", image_of(1))
    write(store, "UPDATE thing SET n = 5")
    image = store.image()

    store.replace(image_of(9))

    assert numbers(store) == [9]
    assert numbers(ImageStore(Desk(1 << 20), image)) == [5]
    store.rest()


def test_a_durable_world_rolls_back(tmp_path: Path):
    store = FileStore(tmp_path / "w.sqlite", image_of(1))

    store.writing().execute("UPDATE thing SET n = 5")
    store.rollback()
    store.rollback()

    assert numbers(store) == [1]
    store.rest()


def test_a_file_that_is_no_world_is_named_in_the_complaint(tmp_path: Path):
    path = tmp_path / "w.sqlite"
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(StoreError, match=r"w\.sqlite: cannot be used as a world"):
        FileStore(path, image_of(1))


def test_a_seed_row_the_schema_refuses_is_named():
    with pytest.raises(StoreError, match=r"seed row 2 \(thing t1\) does not fit the schema"):
        image_of(1, -1)


def test_a_schema_that_cannot_be_made_says_so():
    with pytest.raises(StoreError, match="the schema cannot be made"):
        build_image("CREATE TABEL x", [], {})


def test_an_edit_of_a_missing_row_is_refused():
    with pytest.raises(StoreError, match="no thing has id 'x'"):
        with_edits(image_of(1), [("thing", "x", {"n": 4})])


def test_an_edit_sets_the_columns_named():
    edited = with_edits(image_of(1, 2), [("thing", "t1", {"n": 4})])

    assert numbers(ImageStore(Desk(1 << 20), edited)) == [1, 4]


def test_bytes_that_are_no_database_are_refused():
    with pytest.raises(StoreError, match="not a world"), opened(b"x" * 200):
        pass
