from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from generator.audit import audit

TEXT = (Path(__file__).parent / "library.yaml").read_text()


def findings(text: str) -> list[str]:
    return [str(finding) for finding in audit({**yaml.safe_load(text), "domain": "town"}, "")]


def test_a_sound_blueprint_has_no_findings() -> None:
    assert findings(TEXT) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("tick_seconds", "tick_second", 'clock: unknown key "tick_second"; did you mean "tick_seconds"?'),
        ("name: town_library", "name: Town", 'name: "Town" is not snake_case'),
        ("title: Town library", "title: ' '", "title: a title is missing"),
        ('"2025-03-03T09:00:00"', "soon", 'clock.start: "soon" is not a moment; write it as 2025-03-03T09:00:00'),
        ("prefix: mem", "prefix: bok", 'entities.book.prefix: "bok" is the prefix of member too'),
        ("seed: person", "seed: persn", 'entities.member.fields.name.seed: no pool "persn"; did you mean "person"?'),
        ("email:name", "email:nme", 'entities.member.fields.email.seed: no column "nme"; did you mean "name"?'),
        ("type: bool", "type: boool", "entities.member.fields.is_blocked.type: input should be"),
        ("seed: [0, 2000]", "seed: [-5, 2000]", "entities.member.fields.credit.seed: the range [-5, 2000] leaves min"),
        ("seed: [1, 3]", "seed: [3, 1]", "entities.book.fields.copies.seed: the range [3, 1] runs backwards"),
        ("min: 1, seed: [1, 3]", "min: 1", "entities.book.fields.copies.seed: how is this int filled"),
        ("{out: [returned, lost]}", "{gone: [lost]}", 'entities.loan.fields.status.initial: no move leaves "out"'),
        ("to: book}", "to: bok}", 'entities.loan.fields.book_id.to: no entity "bok"; did you mean "book"?'),
        ("book.copies - sum(1", "book.copeis - sum(1", 'entities.book.fields.copies_left.counter: column 1'),
        ("values: [fiction, science, art]", "values: []", 'entities.book.fields.genre: "values" is missing'),
        ("filter: [genre]", "filter: [gnere]", 'tools.search_books.filter[0]: no column "gnere"; did you mean'),
        ("range: [added_at, copies]", "range: [title]", "tools.search_books.range[0]: title is a str: only int, money"),
        ("search: [title]", "search: [copies]", "tools.search_books.search[0]: copies is a int: search looks into"),
        ("sort: [title, copies]", "sort: [tags]", "tools.search_books.sort[0]: tags is a list: this type has no order"),
        ("page_sizes: [3, 10]", "page_sizes: [30, 10]", "tools.search_books.page_sizes: expected [default, largest]"),
        ("kind: get, entity: book", "kind: get, entity: bok", 'tools.get_book.entity: no entity "bok"; did you mean'),
        ("kind: get, entity: book", "kind: get", 'tools.get_book: "entity" is missing'),
        ("kind: get, ", "kind: get, sort: [id], ", "tools.get_book.sort: a tool of kind get has no sort"),
        ("kind: create, entity: member, set: [name, email]", "kind: create, entity: member, set: [name]",
         "tools.add_member.set: member.email is required and has no default, so it must be set"),
        ("cascade: [loan, fee]", "cascade: [member]", "tools.delete_book.cascade[0]: member does not refer to book"),
        ("none_left:", "not_found:", 'tools.lend_book.require.not_found: "not_found" is a code of the kit'),
        ("none_left:", "noneLeft:", 'tools.lend_book.require.noneLeft: the code "noneLeft" is not snake_case'),
        ("All {b.copies} copies", "All {b.copis} copies", "tools.lend_book.require.none_left: column 1: book has no"),
        ("b.copies_left > 0", "b.copies_left", "tools.lend_book.require.none_left: a condition is wanted here"),
        ("create: loan", "create: laon", 'tools.lend_book.do[1]: no entity "laon"; did you mean "loan"?'),
        ("lent_at: now, ", "", "tools.lend_book.do[1]: loan.lent_at is required and has no default, so set it"),
        ("lent_at: now, ", "lent_at: b.copies, ", "tools.lend_book.do[1].set.lent_at: expected time, got int"),
        ("\"'returned'\"", "\"'out'\"", 'tools.return_book.do[0].set.status: no move reaches "out"'),
        ("\"'returned'\"", "returned", 'tools.return_book.do[0].set.status: "returned" is a name here; write'),
        ("\"'returned'\"", "\"'retuned'\"", 'tools.return_book.do[0].set.status: no value "retuned"; did you mean'),
        ("in: outs", "in: m", "tools.return_all.do[0].in: each goes over rows or a list, not row of member"),
        ("when: charged > 0", "when: charged", "tools.return_book.do[2].when: a condition is wanted here, not money"),
        ("{update: l.book, ", "{update: l.book_id, ", "tools.return_book.do[1].update: a row is wanted here"),
        ("return: {loans: outs, count: len(outs)}", "phrases: []", 'tools.return_all: "return" is missing'),
        ("count: len(outs)", "count: now - now", "tools.return_all.return.count: cannot return span"),
        ("advance: days(length)", "advance: length", "tools.wait.advance: a length of time is wanted"),
        ("args: {length:", "args: {sum:", 'tools.wait.args.sum: "sum" means something in Python; choose another name'),
        ("let: {m: \"member[member_id]\", outs", "let: {lambda: \"1\", m: \"member[member_id]\", outs",
         'tools.return_all.let.lambda: "lambda" is not snake_case, or a word of Python'),
        ("let: {m: \"member[member_id]\", b:", "let: {note: \"1\", m: \"member[member_id]\", b:",
         'tools.lend_book.let.note: "note" is bound already'),
        ("let: {m: \"member[member_id]\", b: \"book[book_id]\"}", "let: {m: \"member[member_id]\", b: \"1\"}",
         "tools.lend_book.args.book_id: no let looks it up; add book[book_id] so that an unknown id is refused"),
        ("lend_book: 6", "lend_bok: 6", 'history.lend_bok: no tool "lend_bok"; did you mean "lend_book"?'),
        ("return_book: 2}", "get_book: 2}", "history.get_book: history replays tools that write; this one does not"),
        ("all(m.credit >= 0 for m in member)", "len(member)", "invariants.credit_never_negative: a condition"),
        ("sum(f.amount for f in fee) - ", "now - now - ", "conserved.payments: column 1: span - money has no"),
        ("seed: person", "seed: person, cast: persn", 'entities.member.fields.name.cast: no pool "persn"; did you'),
        ("seed: [1, 3]", "seed: [1, 3], cast: person", "entities.book.fields.copies.cast: a cast renames text"),
        ("seed: person", "seed: person, cast: ['[Ann|]']", "entities.member.fields.name.cast: '[Ann|]' has an empty"),
        ("seed: person", "seed: person, cast: ['[A|[B]']", "entities.member.fields.name.cast: '[A|[B]' is no pattern"),
        ("doc: Get one book.", "doc: Get one book., phrases: ['Show {bok_id}']", "tools.get_book.phrases[0]: no"),
    ],
)  # fmt: skip
def test_a_problem_is_found_where_it_is(old: str, new: str, told: str) -> None:
    assert old in TEXT

    found = findings(TEXT.replace(old, new, 1))

    assert any(line.startswith(told) for line in found), found


def test_a_misshapen_tool_hides_nothing_in_another() -> None:
    text = TEXT.replace("destructive: true, doc: Remove a m", "destructiv: true, doc: Remove a m", 1)

    found = findings(text.replace("none_left:", "not_found:"))

    assert found == [
        'tools.delete_member: unknown key "destructiv"; did you mean "destructive"?',
        'tools.lend_book.require.not_found: "not_found" is a code of the kit; name the reason more closely',
    ]


def test_a_misshapen_effect_does_not_hide_its_siblings() -> None:
    text = TEXT.replace(
        "{update: b, set: {copies_left: b.copies_left - 1}}", "{update: b, set: {copies_left: 1}, x: 2}"
    )

    found = findings(text.replace("lent_at: now,", "lent_at: noww,"))

    assert 'tools.lend_book.do[0]: unknown key "x"' in found
    assert any("do[0].set.copies_left: expected text, got 1" in line for line in found)


def test_counters_balances_and_intervals_ask_for_a_law() -> None:
    text = TEXT.replace("copies_are_counted:", "x:").replace("b.copies_left == b.copies - ", "b.copies == b.copies - ")
    text = text.replace('credit_never_negative: "all(m.credit >= 0 for m in member)"', "").replace(
        "m.credit for", "1 for"
    )
    text = text.replace(
        "added_at: {type: time, seed: [-900, -24]}",
        "starts_at: {type: time, seed: [1, 2]}\n      ends_at: {type: time, seed: [3, 4]}",
    )
    text = text.replace("added_at", "starts_at")

    found = findings(text)

    assert "entities.book.fields.copies_left: a counter needs an invariant or conserved value that mentions it" in found
    assert "entities.member.fields.credit: a balance needs an invariant or conserved value that mentions it" in found
    assert "entities.book.fields.ends_at: an interval needs an invariant that mentions starts_at and ends_at" in found


def test_a_circle_of_required_refs_is_found() -> None:
    text = TEXT.replace("to: book}", "to: fee}", 1)

    assert any("refs go in a circle" in line for line in findings(text))


def test_what_follows_from_a_broken_let_is_not_repeated() -> None:
    found = findings(TEXT.replace('b: "book[book_id]"}', 'b: "bok[book_id]"}', 1))

    assert found == ['tools.lend_book.let.b: column 1: no entity "bok"; did you mean "book"?']


def test_what_only_follows_from_a_wrong_kind_or_type_is_not_told() -> None:
    assert len(findings(TEXT.replace("kind: get, entity: book", "kind: gte, entity: book"))) == 1
    assert len(findings(TEXT.replace("type: str", "type: strr", 1))) == 1
