from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import orjson
import pytest

from generator.casebook import CURSOR, MOST_BYTES, MOST_STEPS
from generator.cases import Book, explore
from generator.interpret import Interpreter
from generator.load import load_text
from generator.seeds import seed_rows
from registry.case import Case

WORK = 800_000
TEXT = (Path(__file__).parent / "library.yaml").read_text()


@lru_cache(maxsize=8)
def book_of(old: str = "", new: str = "") -> Book:
    assert old in TEXT
    blueprint = load_text(TEXT.replace(old, new) if old else TEXT, "", "generator")
    return explore(blueprint, seed_rows(blueprint), work=WORK)


def read(book: Book) -> list[Case]:
    return [Case.model_validate_json(orjson.dumps(case)) for case in book.cases]


def told(book: Book) -> list[str]:
    return [str(finding) for finding in book.findings]


def test_the_same_blueprint_gives_the_same_cases() -> None:
    blueprint = load_text(TEXT, "", "generator")

    again = explore(blueprint, seed_rows(blueprint), work=WORK)

    assert orjson.dumps(again.cases) == orjson.dumps(book_of().cases)


def test_a_sound_blueprint_is_explored_without_findings() -> None:
    assert told(book_of()) == []


def test_cases_have_names_of_their_own_and_stay_in_bounds() -> None:
    found = read(book_of())

    assert len({case.name for case in found}) == len(found)
    assert sum(len(case.steps) for case in found) <= MOST_STEPS
    assert len(orjson.dumps(book_of().cases)) <= MOST_BYTES


def test_every_tool_succeeds_and_every_guard_is_the_last_step_of_a_refusal() -> None:
    blueprint = load_text(TEXT, "", "generator")
    found = read(book_of())

    refused = {(case.tool, case.steps[-1].expect.code) for case in found if case.about == "refusal"}
    succeeded = {case.tool for case in found if case.about == "effects" and case.steps[-1].expect.code is None}
    assert succeeded == set(blueprint.tools)
    assert {(name, code) for name, tool in blueprint.tools.items() for code in tool.require} <= refused


@pytest.mark.parametrize(
    ("tool", "code"),
    [
        ("delete_member", "in_use"),
        ("add_member", "already_exists"),
        ("update_member", "invalid_transition"),
        ("update_member", "nothing_to_update"),
        ("return_book", "not_found"),
        ("search_books", "invalid_cursor"),
    ],
)
def test_the_kits_own_refusals_have_cases(tool: str, code: str) -> None:
    assert (tool, code) in {(case.tool, case.steps[-1].expect.code) for case in read(book_of())}


def test_each_path_of_an_action_has_a_case() -> None:
    names = {case.name for case in read(book_of()) if case.tool == "return_book" and case.about == "effects"}

    assert {"return_book/ok", "return_book/ok_2"} <= names


def test_a_list_has_a_case_for_each_filter_range_search_and_order() -> None:
    names = {case.name for case in read(book_of()) if case.tool == "search_books"}

    assert {
        "search_books/by_genre", "search_books/added_at_between", "search_books/copies_from",
        "search_books/search_title", "search_books/sorted_by_title", "search_books/sorted_by_title_down",
        "search_books/bad_cursor", "search_books/other_cursor",
    } <= names  # fmt: skip


def test_a_cursor_is_opaque_in_content_and_stands_for_the_step_before_in_arguments() -> None:
    pages = next(case for case in read(book_of()) if case.name == "search_books/pages")

    contents = [step.expect.content for step in pages.steps]
    assert [step.arguments.get("cursor") for step in pages.steps] == [None, CURSOR, CURSOR, CURSOR]
    assert all(isinstance(content, dict) and content["next_cursor"] == CURSOR for content in contents)
    assert len({orjson.dumps(content) for content in contents}) == 4


def test_a_round_trip_ends_with_the_row_gone() -> None:
    trip = next(case for case in read(book_of()) if case.about == "round_trip")

    assert [step.tool for step in trip.steps][0::2] == ["add_member", "delete_member"]
    assert trip.steps[-1].diff.removed


def test_an_edge_gives_what_one_tool_made_to_another() -> None:
    edge = next(case for case in read(book_of()) if case.name == "lend_book/to_return_book")

    made = edge.steps[-2].expect.content
    assert isinstance(made, dict)
    assert edge.steps[-1].arguments == {"loan_id": made["loan"]["id"]}
    assert edge.steps[-1].expect.code is None


def test_walks_mix_successes_and_refusals_over_seeds() -> None:
    walks = [case for case in read(book_of()) if case.about == "walk"]

    assert [walk.seed for walk in walks] == [0, 1, 2]
    for walk in walks:
        codes = [step.expect.code for step in walk.steps]
        assert len(codes) == 25
        assert None in codes
        assert any(codes)


def test_a_replay_of_the_cases_agrees_with_them() -> None:
    blueprint = load_text(TEXT, "", "generator")
    rows = seed_rows(blueprint)

    for case in read(book_of()):
        world = Interpreter(blueprint, rows, case.seed)
        for edit in case.edits:
            world.tables.edit(edit.entity, edit.id, edit.set)
        for step in case.steps:
            if "cursor" not in step.arguments:
                outcome = world.call(step.tool, step.arguments)
                assert outcome.code == step.expect.code, case.name


def test_a_guard_that_only_an_edited_row_reaches_is_told_and_gets_its_case() -> None:
    book = book_of("none_left: [", 'worn_out: ["b.added_at < now", "Not yet in."]\n      none_left: [')

    [finding] = told(book)
    assert finding.startswith("tools.lend_book.require.worn_out: no calls from the first rows make it fire")
    case = next(case for case in read(book) if case.name == "lend_book/worn_out")
    assert case.steps[-1].expect.code == "worn_out"
    assert [edit.entity for edit in case.edits] == ["book"]


def test_a_guard_behind_a_stricter_one_is_told() -> None:
    book = book_of("too_many: [", 'none_at_all: ["b.copies_left >= 0", "None."]\n      too_many: [')

    assert told(book) == [
        "tools.lend_book.require.none_at_all: nothing makes it the first guard to fail; is an earlier one in its way?"
    ]


def test_a_tool_that_never_succeeds_is_told() -> None:
    book = book_of('nothing_out: ["len(outs) > 0"', 'nothing_out: ["len(outs) > 90"')

    assert told(book) == ["tools.return_all: no calls from the first rows were found that make it succeed"]


def test_a_call_that_breaks_a_law_is_told_with_its_arguments() -> None:
    book = book_of(
        "{copies_left: l.book.copies_left + 1}}\n    return", "{copies_left: l.book.copies_left}}\n    return"
    )

    paths = {finding.path for finding in book.findings}
    assert {"invariants.copies_are_counted", "entities.book.fields.copies_left"} <= paths
    assert all("return_all" in finding.message for finding in book.findings)


def test_money_made_from_nothing_is_told() -> None:
    book = book_of("amount: charged}", "amount: charged + 1}")

    assert [finding.path for finding in book.findings] == ["conserved.payments"]
