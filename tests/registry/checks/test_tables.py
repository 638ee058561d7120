"""Tables that are weaker than their manifest are found out by the rows they take."""

from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry.checks.tables import faults


def sentences(folder: Path) -> list[str]:
    return faults(folder, read_manifest(folder))[0]


def test_sound_tables_have_no_faults(by_hand: Path) -> None:
    found, tried = faults(by_hand, read_manifest(by_hand))

    assert found == []
    assert tried > 20


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (' CHECK ("credit" >= 0)', "", "customer.credit: the table takes a number below its minimum (-1)."),
        (
            '"email" TEXT NOT NULL UNIQUE',
            '"email" TEXT NOT NULL',
            "customer.email: the table takes the same value twice.",
        ),
        ('"name" TEXT NOT NULL', '"name" TEXT', "customer.name: the table takes no value (None)."),
        (
            " CHECK (\"status\" IN ('confirmed', 'cancelled'))",
            "",
            "booking.status: the table takes a value that is none of its own ('no-such-value').",
        ),
        (
            ' REFERENCES "flight"("id") ON DELETE RESTRICT',
            "",
            "booking.flight_id is no reference to flight in schema.sql.",
        ),
        (
            'CREATE TABLE "flight" (',
            'CREATE TABLE "flights" (',
            "seed.jsonl does not fit schema.sql: no such table: flight.",
        ),
        ("CREATE TABLE", "CREATE TABEL", 'schema.sql cannot be executed: near "TABEL": syntax error.'),
    ],
)
def test_a_weak_table_is_named_with_what_it_takes(by_hand: Path, old: str, new: str, sentence: str) -> None:
    schema = by_hand / "schema.sql"
    schema.write_text(schema.read_text().replace(old, new, 1))

    assert sentence in sentences(by_hand)


def test_a_column_that_is_not_strict_is_named(by_hand: Path) -> None:
    schema = by_hand / "schema.sql"
    schema.write_text(schema.read_text().replace(") STRICT;", ");"))

    assert "booking.price: the table takes text ('seven')." in sentences(by_hand)


def test_tables_without_seeded_rows_are_tried_with_rows_made_up(by_hand: Path) -> None:
    (by_hand / "seed.jsonl").write_text("")
    schema = by_hand / "schema.sql"
    schema.write_text(schema.read_text().replace(' CHECK ("credit" >= 0)', ""))

    assert sentences(by_hand) == ["customer.credit: the table takes a number below its minimum (-1)."]


def test_a_rule_over_several_columns_is_left_alone(by_hand: Path) -> None:
    schema = by_hand / "schema.sql"
    schema.write_text(schema.read_text().replace(") STRICT;", ', CHECK (length("id") < 11)) STRICT;', 1))

    assert sentences(by_hand) == []
