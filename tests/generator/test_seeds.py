from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from envkit.calls import Json
from envkit.clock import from_wire, mint
from generator.interpret import Interpreter, clock_start
from generator.load import load, load_text
from generator.pools import POOLS, draw, made_from, slug_of
from generator.seeds import SeedError, SeedRows, seed_rows

TEXT = (Path(__file__).parent / "library.yaml").read_text()
LIBRARY = load(Path(__file__).parent / "library.yaml")


def of(rows: SeedRows, entity: str) -> list[Mapping[str, Json]]:
    return [row for name, row in rows if name == entity]


def changed(old: str, new: str) -> SeedRows:
    assert old in TEXT
    return seed_rows(load_text(TEXT.replace(old, new), "", "generator"))


def test_the_same_blueprint_gives_the_same_rows() -> None:
    assert seed_rows(LIBRARY) == seed_rows(LIBRARY)


def test_ids_are_minted_in_order() -> None:
    assert [row["id"] for row in of(seed_rows(LIBRARY), "member")] == [mint("seed", "mem", n) for n in range(1, 6)]


def test_each_entity_has_as_many_rows_as_asked() -> None:
    rows = seed_rows(LIBRARY)

    assert [len(of(rows, name)) for name in ("member", "book", "loan")] == [5, 6, 6]


def test_the_first_rows_keep_every_invariant() -> None:
    assert all(Interpreter(LIBRARY, seed_rows(LIBRARY)).invariants().values())


def test_an_email_is_made_from_the_name_beside_it() -> None:
    for row in of(seed_rows(LIBRARY), "member"):
        assert str(row["email"]).partition("@")[0] == slug_of(str(row["name"])).replace("-", ".")


def test_history_comes_from_calls_before_the_clock_starts() -> None:
    loans = of(seed_rows(LIBRARY), "loan")

    assert sorted(str(row["status"]) for row in loans) == ["out"] * 4 + ["returned"] * 2
    start = clock_start(LIBRARY)
    assert all(start - timedelta(days=4) <= from_wire(str(row["lent_at"])) < start for row in loans)


def test_weighted_values_each_occur() -> None:
    assert {row["is_blocked"] for row in of(seed_rows(LIBRARY), "member")} == {True, False}
    assert {row["genre"] for row in of(seed_rows(LIBRARY), "book")} == {"fiction", "science", "art"}


def test_moments_spread_over_their_range_with_both_ends() -> None:
    moments = sorted(from_wire(str(row["added_at"])) for row in of(seed_rows(LIBRARY), "book"))

    start = clock_start(LIBRARY)
    assert (moments[0], moments[-1]) == (start - timedelta(hours=900), start - timedelta(hours=24))


def test_a_list_as_long_as_the_rows_is_taken_in_order() -> None:
    rows = changed("{type: str, seed: product}", "{type: str, seed: [A, B, C, D, E, F]}")

    assert [row["title"] for row in of(rows, "book")] == ["A", "B", "C", "D", "E", "F"]


def test_a_seed_expression_sees_the_row_and_what_it_refers_to() -> None:
    with_loans = TEXT.replace("    prefix: fee\n", "    prefix: fee\n    seed: 3\n")
    computed = "amount: {type: money, seed_expr: '0 if fee.loan.book.copies > 0 else 1'}"
    with_loans = with_loans.replace("amount: {type: money}", computed).replace(
        "    prefix: lon\n", "    prefix: lon\n    seed: 2\n"
    )
    with_loans = with_loans.replace("lent_at: {type: time}", "lent_at: {type: time, seed: [-9, -1]}")

    rows = seed_rows(load_text(with_loans, "", "generator"))

    assert [row["amount"] for row in of(rows, "fee")] == [0, 0, 0]


def test_rows_follow_those_they_refer_to() -> None:
    seen: set[Json] = {None}
    for entity, row in seed_rows(LIBRARY):
        refs = [name for name, field in LIBRARY.entities[entity].fields.items() if field.type == "ref"]
        assert all(row[name] in seen for name in refs)
        seen.add(row["id"])


def test_a_history_that_cannot_be_is_told_with_its_refusals() -> None:
    with pytest.raises(SeedError, match=r"history.lend_book: after \d+ calls no arguments found .*too_many"):
        changed("lend_book: 6", "lend_book: 60")


def test_an_invariant_that_no_drawing_keeps_is_told() -> None:
    with pytest.raises(SeedError, match=r"invariants.credit_never_negative: broken by the first rows"):
        changed("m.credit >= 0", "m.credit >= 5000")


@pytest.mark.parametrize("pool", sorted(POOLS))
def test_every_pool_gives_text(pool: str) -> None:
    assert draw(pool, Random(1)) == draw(pool, Random(1)) != ""


def test_slugs_are_plain() -> None:
    assert made_from("slug", "Blåbær & Co.", 0, Random(1)) == "blabr-co"
    assert made_from("url", "A b", 0, Random(1)).endswith("/a-b")


def test_a_counter_may_count_one_that_is_counted_after_it() -> None:
    plain = TEXT.replace("history: {lend_book: 6, return_book: 2}\n", "")
    column = '      twice_left: {type: int, counter: "book.copies_left * 2"}\n      copies_left:'
    law = 'invariants:\n  twice: "all(b.twice_left == b.copies_left * 2 for b in book)"\n'
    text = plain.replace("      copies_left:", column).replace("invariants:\n", law)

    books = of(seed_rows(load_text(text, "", "generator")), "book")

    assert [book["twice_left"] for book in books] == [book["copies"] * 2 for book in books]  # type: ignore[operator]
