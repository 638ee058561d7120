from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit.calls import JsonObject
from envkit.clock import mint, to_wire
from generator.interpret import Interpreter, Outcome, branches_of
from generator.load import load, load_text

TEXT = (Path(__file__).parent / "library.yaml").read_text()
LIBRARY = load(Path(__file__).parent / "library.yaml")
ROWS: list[tuple[str, JsonObject]] = [
    ("member", {"id": "mem_a", "name": "Ada", "email": "ada@x.org", "credit": 200, "standing": "active",
                "is_blocked": False}),
    ("member", {"id": "mem_b", "name": "Ben", "email": "ben@x.org", "credit": 900, "standing": "active",
                "is_blocked": True}),
    ("book", {"id": "bok_a", "title": "Art now", "genre": "art", "copies": 2, "copies_left": 1, "tags": ["new"],
              "added_at": "2025-02-01T00:00:00Z"}),
    ("book", {"id": "bok_b", "title": "Basics", "genre": "science", "copies": 1, "copies_left": 1, "tags": [],
              "added_at": "2025-01-01T00:00:00Z"}),
    ("book", {"id": "bok_c", "title": "Cells", "genre": "science", "copies": 3, "copies_left": 3, "tags": [],
              "added_at": "2025-03-01T00:00:00Z"}),
    ("loan", {"id": "lon_a", "member_id": "mem_a", "book_id": "bok_a", "status": "out",
              "lent_at": "2025-01-01T00:00:00Z", "note": None, "charged": 0}),
]  # fmt: skip


@pytest.fixture
def world() -> Interpreter:
    return Interpreter(LIBRARY, ROWS)


def content(outcome: Outcome) -> JsonObject:
    assert outcome.code is None, outcome.why
    assert isinstance(outcome.content, Mapping)
    return outcome.content


def items(outcome: Outcome) -> list[str]:
    rows = content(outcome)["items"]
    assert isinstance(rows, list)
    return [row["id"] for row in rows]


def test_an_action_answers_and_changes_what_it_says(world: Interpreter) -> None:
    outcome = world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"})

    loan_id = mint("0", "lon", 1)
    loan = {"id": loan_id, "member_id": "mem_a", "book_id": "bok_b", "status": "out"}
    loan |= {"lent_at": "2025-03-03T09:00:00Z", "note": None, "charged": 0}
    assert outcome.content == {"loan": loan, "left": 0}
    assert outcome.diff.to_json() == {
        "added": {"loan": {loan_id: loan}},
        "changed": {"book": {"bok_b": {"copies_left": [1, 0]}}},
    }


def test_a_writing_call_ticks_after_it_and_a_read_or_a_refusal_does_not(world: Interpreter) -> None:
    world.call("get_book", {"book_id": "bok_a"})
    world.call("return_book", {"loan_id": "lon_x"})
    before = to_wire(world.now)
    world.call("return_book", {"loan_id": "lon_a"})

    assert before == "2025-03-03T09:00:00Z"
    assert to_wire(world.now) == "2025-03-03T09:01:00Z"


def test_a_tool_that_only_lets_time_pass_advances_beyond_the_tick(world: Interpreter) -> None:
    outcome = world.call("wait", {"length": 2})

    assert content(outcome) == {"until": "2025-03-05T09:00:00Z"}
    assert to_wire(world.now) == "2025-03-05T09:01:00Z"


def test_guards_are_tried_in_order(world: Interpreter) -> None:
    first = world.call("lend_book", {"member_id": "mem_b", "book_id": "bok_b"})
    world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"})
    both = world.call("lend_book", {"member_id": "mem_b", "book_id": "bok_b"})
    second = world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"})

    assert [first.code, both.code, second.code] == ["blocked", "blocked", "none_left"]
    assert second.why == "All {b.copies} copies are out."


def test_rows_are_live_and_a_when_is_a_path(world: Interpreter) -> None:
    outcome = world.call("return_book", {"loan_id": "lon_a"})

    assert content(outcome)["charged"] == 200
    assert {holds for _, holds in world.ways} == {True}
    assert len(world.ways) == 2
    assert world.state()["fee"][0]["amount"] == 200
    assert world.conserved() == {"payments": 0}


def test_each_goes_over_rows(world: Interpreter) -> None:
    world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_c"})
    outcome = world.call("return_all", {"member_id": "mem_a"})

    assert content(outcome)["count"] == 2
    assert all(world.invariants().values())


def test_a_refusal_rolls_back(world: Interpreter) -> None:
    before = world.state()
    outcome = world.call("delete_member", {"member_id": "mem_a"})

    assert outcome.code == "in_use"
    assert outcome.diff.to_json() == {}
    assert world.state() == before


def test_undo_takes_back_a_call(world: Interpreter) -> None:
    before, now = world.state(), world.now
    world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"})
    world.undo()

    assert (world.state(), world.now) == (before, now)


def test_a_copy_goes_its_own_way(world: Interpreter) -> None:
    twin = world.copy()
    twin.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"})

    assert len(world.state()["loan"]) == 1
    assert len(twin.state()["loan"]) == 2


def test_new_ids_follow_from_the_seed_and_skip_those_taken() -> None:
    taken = {**ROWS[5][1], "id": mint("7", "lon", 1)}
    world = Interpreter(LIBRARY, [*ROWS, ("loan", taken)], 7)

    loan = content(world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"}))["loan"]

    assert isinstance(loan, Mapping)
    assert loan["id"] == mint("7", "lon", 2)


def test_a_delete_takes_the_cascade_with_it(world: Interpreter) -> None:
    world.call("return_book", {"loan_id": "lon_a"})
    outcome = world.call("delete_book", {"book_id": "bok_a"})

    removed = outcome.diff.removed
    assert {entity: [*rows] for entity, rows in removed.items()} == {
        "fee": [mint("0", "fee", 1)], "loan": ["lon_a"], "book": ["bok_a"],
    }  # fmt: skip


def test_create_and_update_follow_the_columns(world: Interpreter) -> None:
    made = content(world.call("add_member", {"name": "Cy", "email": "cy@x.org"}))
    twice = world.call("add_member", {"name": "Cy", "email": "cy@x.org"})
    key = {"member_id": made["id"]}

    assert (made["credit"], made["standing"], made["is_blocked"]) == (0, "active", False)
    assert twice.code == "already_exists"
    assert world.call("update_member", key).code == "nothing_to_update"
    assert world.call("update_member", {**key, "standing": "closed"}).code == "invalid_transition"
    assert content(world.call("update_member", {**key, "standing": "paused"}))["standing"] == "paused"
    assert world.call("update_member", {**key, "standing": "paused"}).code is None
    assert world.call("update_member", {"member_id": "mem_x", "name": "x"}).code == "not_found"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, ["bok_a", "bok_b", "bok_c"]),
        ({"genre": "science"}, ["bok_b", "bok_c"]),
        ({"query": "ART"}, ["bok_a"]),
        ({"query": "zz"}, []),
        ({"copies_from": 2, "copies_to": 2}, ["bok_a"]),
        ({"added_at_from": "2025-02-01T00:00:00Z"}, ["bok_a", "bok_c"]),
        ({"sort": "-title"}, ["bok_c", "bok_b", "bok_a"]),
        ({"sort": "copies"}, ["bok_b", "bok_a", "bok_c"]),
        ({"limit": 1, "sort": "-copies"}, ["bok_c"]),
    ],
)
def test_a_list_filters_searches_and_sorts(world: Interpreter, arguments: JsonObject, found: list[str]) -> None:
    assert items(world.call("search_books", arguments)) == found


def test_pages_follow_each_other_by_cursor(world: Interpreter) -> None:
    first = world.call("search_books", {"limit": 2})
    cursor = content(first)["next_cursor"]
    second = world.call("search_books", {"limit": 2, "cursor": cursor})
    other = world.call("search_books", {"limit": 2, "cursor": cursor, "genre": "art"})

    assert items(second) == ["bok_c"]
    assert (content(second)["total"], content(second)["next_cursor"]) == (3, None)
    assert other.code == "invalid_cursor"


@pytest.mark.parametrize(
    "arguments",
    [
        {"length": 0}, {"length": 31}, {"length": "3"}, {"length": True}, {"length": None}, {}, {"length": 3, "x": 1},
    ],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused(world: Interpreter, arguments: JsonObject) -> None:
    assert world.call("wait", arguments).code == "invalid_argument"


@pytest.mark.parametrize(
    "arguments",
    [
        {"limit": 11}, {"sort": "genre"}, {"genre": "poetry"}, {"added_at_from": "now"}, {"query": 3},
        {"added_at_from": "2025-02-01T00:00:00"}, {"cursor": "x"},
    ],
)  # fmt: skip
def test_list_arguments_that_do_not_fit_are_refused(world: Interpreter, arguments: JsonObject) -> None:
    assert world.call("search_books", arguments).code in ("invalid_argument", "invalid_cursor")


def test_a_blueprint_that_lets_a_bad_value_through_answers_internal() -> None:
    text = TEXT.replace("b.copies_left - 1", "b.copies_left - 9")
    world = Interpreter(load_text(text, "", "generator"), ROWS)

    outcome = world.call("lend_book", {"member_id": "mem_a", "book_id": "bok_b"})

    assert outcome.code == "internal"
    assert "below 0" in outcome.why


def test_an_invariant_that_does_not_hold_is_told(world: Interpreter) -> None:
    world.tables.edit("book", "bok_a", {"copies_left": 2})

    assert world.invariants() == {"copies_are_counted": False, "credit_never_negative": True}


def with_tool(text: str) -> Interpreter:
    """Add a tool that succeeds whatever happens, with these lets and guards."""
    head = "\n  ask:\n    doc: Ask.\n    args: {k: {type: int}}\n"
    return Interpreter(load_text(TEXT + head + text + "    return: {k: k}\n", "", "generator"), ROWS)


@pytest.mark.parametrize(
    ("lets_and_guards", "conditions"),
    [
        ('    let: {x: "1 if k > 0 else 2"}\n', ["k > 0"]),
        ('    let: {x: "1 if k > 0 and k < 9 else 2"}\n', ["k > 0", "k < 9"]),
        ('    let: {x: "(1 if k > 5 else 2) if k > 0 else 3"}\n', ["k > 0", "k > 5"]),
        ('    let: {x: "[1 if b.copies > k else 2 for b in book]"}\n', []),
        ('    let: {x: "k + 1"}\n', []),
        ('    let: {x: "1 if not (k > 0 or k < -9) else 2"}\n', ["not (k > 0 or k < -9)", "k > 0", "k < -9"]),
        ('    require: {low: ["k > 0", "Low."]}\n', []),
        ('    require: {low: ["k > 0 or k < -9 or k == -1", "Low."]}\n', ["k > 0", "k < -9"]),
        ('    require: {low: ["k > 0 and k < 9", "Low."]}\n', []),
    ],
)
def test_the_conditions_that_tell_paths_apart(lets_and_guards: str, conditions: list[str]) -> None:
    tool = with_tool(lets_and_guards).blueprint.tools["ask"]

    assert [branch.text for branch in branches_of(tool)] == conditions


@pytest.mark.parametrize(
    ("k", "ways"),
    [
        (0, {("k > 0", False)}),
        (3, {("k > 0", True), ("k < 9", True), ("k > 5", False)}),
        (7, {("k > 0", True), ("k < 9", True), ("k > 5", True)}),
        (9, {("k > 0", True), ("k < 9", False)}),
    ],
)
def test_a_condition_goes_a_way_only_where_it_is_asked(k: int, ways: set[tuple[str, bool]]) -> None:
    world = with_tool('    let: {x: "(1 if k > 5 else 2) if k > 0 and k < 9 else 3"}\n')

    world.call("ask", {"k": k})

    assert world.ways == ways


def test_a_condition_that_makes_no_sense_goes_no_way() -> None:
    world = with_tool('    let: {x: "0 < k < (1 if 3 // k > 1 else 2)"}\n')

    outcome = world.call("ask", {"k": 0})

    assert (content(outcome), world.ways) == ({"k": 0}, frozenset())


def test_a_refused_call_goes_no_ways_and_a_copy_has_gone_none(world: Interpreter) -> None:
    world.call("return_book", {"loan_id": "lon_a"})
    twin = world.copy()
    world.call("return_book", {"loan_id": "lon_a"})

    assert (world.ways, twin.ways) == (frozenset(), frozenset())


def test_a_loop_holds_where_there_is_anything_to_loop_over() -> None:
    text = TEXT.replace('nothing_out: ["len(outs) > 0", "{m.name} has no books."]', "")
    world = Interpreter(load_text(text, "", "generator"), ROWS)

    world.call("return_all", {"member_id": "mem_b"})
    empty = world.ways
    world.call("return_all", {"member_id": "mem_a"})

    assert (empty, world.ways) == ({("outs", False)}, {("outs", True)})
