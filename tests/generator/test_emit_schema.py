import sqlite3

import orjson
import pytest

from tests.generator.emitting import emitted


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.executescript(emitted("lending")["schema.sql"])
    return connection


def insert(connection: sqlite3.Connection, table: str, **row: object) -> None:
    marks = ", ".join("?" * len(row))
    connection.execute(f'INSERT INTO "{table}" ({", ".join(row)}) VALUES ({marks})', list(row.values()))


def test_the_seed_fits_the_schema_in_its_order() -> None:
    connection = database()

    for line in emitted("lending")["seed.jsonl"].splitlines():
        record = orjson.loads(line)
        insert(connection, record["entity"], **record["row"])

    assert connection.execute('SELECT count(*) FROM "item"').fetchone() == (4,)
    connection.close()


@pytest.mark.parametrize(
    "change",
    [{"deposit": -1}, {"deposit": 20001}, {"copies": 0}, {"label": None}, {"free": "many"}],
    ids=["below min", "above max", "below one", "missing", "wrong type"],
)
def test_the_schema_refuses_what_the_blueprint_forbids(change: dict[str, object]) -> None:
    connection = database()
    row: dict[str, object] = {"id": "itm_1", "label": "Axe", "deposit": 100, "copies": 1, "free": 1}

    with pytest.raises(sqlite3.IntegrityError):
        insert(connection, "item", **{**row, **change})
    connection.close()


def test_a_reference_must_point_at_a_row_and_a_state_be_one_of_its_values() -> None:
    connection = database()
    insert(connection, "item", id="itm_1", label="Axe", deposit=100, copies=1, free=1)
    loan = {"id": "lon_1", "item_id": "itm_1", "borrower": "Ada", "copies": 1, "due_at": "2025-03-03T09:00:00Z"}

    with pytest.raises(sqlite3.IntegrityError):
        insert(connection, "loan", **loan, status="eaten")
    with pytest.raises(sqlite3.IntegrityError):
        insert(connection, "loan", **{**loan, "item_id": "itm_2"}, status="out")
    connection.close()
