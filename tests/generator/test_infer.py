from __future__ import annotations

from pathlib import Path

import pytest

from generator.expression import ExpressionError, parse
from generator.infer import Type, field_type, infer, mismatch, reads, row_columns, state_values, tool_types
from generator.load import load

LIBRARY = load(Path(__file__).parent / "library.yaml")
NAMES = {
    "m": Type("row", "member"),
    "b": Type("row", "book"),
    "l": Type("row", "loan"),
    "n": Type("int"),
    "ids": Type("list", item=Type("ref", "book")),
    "price": Type("money"),
    "genre": Type("enum", values=("fiction", "science", "art")),
}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("m.credit * n // 2", "money"),
        ("price // price", "int"),
        ("n + 1", "int"),
        ("now - l.lent_at", "span"),
        ("now + days(n)", "time"),
        ("l.book.title + '!'", "str"),
        ("book[ids]", "rows"),
        ("book[l.book_id]", "row"),
        ("[x for x in loan if x.member_id == m.id]", "rows"),
        ("[x.title for x in book]", "list"),
        ("sum(f.amount for f in fee)", "money"),
        ("len(loan)", "int"),
        ("max(x.lent_at for x in loan)", "time"),
        ("min(n, price)", "money"),
        ("sorted(x.title for x in book)", "list"),
        ("abs(-n)", "int"),
        ("any(m.is_blocked for m in member)", "bool"),
        ("'a' in b.tags", "bool"),
        ("l.note or 'none'", "str"),
        ("(x for x in loan)", "gen"),
        ("b.tags + ['new']", "list"),
        ("None", "none"),
    ],
)
def test_an_expression_has_a_type(text: str, kind: str) -> None:
    assert infer(parse(text), NAMES, LIBRARY).kind == kind


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("flght", 'no name "flght"'),
        ("bok[n]", 'no entity "bok"; did you mean "book"?'),
        ("book[n]", "takes an id of book"),
        ("book[m.id]", "takes an id of book"),
        ("book", '"book" is an entity'),
        ("b.titel", 'book has no column "titel"; did you mean "title"?'),
        ("n.x", "only rows have columns"),
        ("price + now", "money + time has no meaning"),
        ("price * price", "money * money has no meaning"),
        ("b.title == n", "cannot be compared"),
        ("genre == 'fictoin'", 'did you mean "fiction"?'),
        ("genre in ('science', 'poetry')", '"poetry" is not one of'),
        ("l.status == 'gone'", '"gone" is not one of'),
        ("l.book_id == l.member_id", "cannot be compared"),
        ("m == m", "compared by id"),
        ("m in member", "compared by id"),
        ("m.name is None", "is never None"),
        ("genre < genre", "has no order"),
        ("n in n", "takes a tuple or a list"),
        ("not n", "a condition is wanted"),
        ("n and m.is_blocked", "a condition is wanted"),
        ("1 if n else 2", "a condition is wanted"),
        ("1 if m.is_blocked else 'a'", "both must be of one type"),
        ("[x for x in n]", "goes over an entity or a list"),
        ("sum(n)", "takes rows, a list"),
        ("sum(x.title for x in book)", "adds numbers"),
        ("all(x.copies for x in book)", "takes conditions"),
        ("hours(b.title)", "takes a whole number"),
        ("abs(b.title)", "takes a number"),
        ("-b.title", "stands before a number"),
        ("max(x.tags for x in book)", "has no order"),
        ("b.tags + ('new',)", "write a list"),
    ],
)
def test_a_mistake_is_named(text: str, told: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        infer(parse(text), NAMES, LIBRARY)

    assert told in str(caught.value)


def test_a_row_named_like_its_entity_does_not_hide_the_table() -> None:
    own = {"book": Type("row", "book")}

    assert infer(parse("sum(x.copies for x in book) - book.copies"), own, LIBRARY).kind == "int"


def test_a_tool_offers_its_arguments_lets_and_new_rows() -> None:
    types = tool_types(LIBRARY, LIBRARY.tools["lend_book"])

    assert [*types] == ["member_id", "book_id", "note", "m", "b", "l"]
    assert types["note"].optional
    assert types["l"] == Type("row", "loan")


def test_an_each_row_has_the_type_of_what_it_goes_over() -> None:
    assert tool_types(LIBRARY, LIBRARY.tools["return_all"])["l"] == Type("row", "loan")


def test_reads_follow_refs() -> None:
    tree = parse("sum(f.amount for f in fee if f.loan.book.copies > 1)")

    assert reads(tree, {}, LIBRARY) == {"fee", "loan", "book"}


def test_a_state_has_the_values_its_moves_name() -> None:
    assert state_values(LIBRARY.entities["member"].fields["standing"]) == ("active", "paused", "closed")


def test_a_ref_leads_to_a_row_by_its_name_without_id() -> None:
    columns = row_columns(LIBRARY.entities["loan"], "loan")

    assert columns["book"] == Type("row", "book")
    assert columns["book_id"] == field_type(LIBRARY.entities["loan"].fields["book_id"])


@pytest.mark.parametrize(
    ("want", "got", "told"),
    [
        (Type("money"), Type("int"), ""),
        (Type("time", optional=True), Type("none"), ""),
        (Type("time"), Type("none"), "expected time, got None"),
        (NAMES["genre"], Type("str", values=("art",)), ""),
        (NAMES["genre"], Type("str", values=("arts",)), 'no value "arts"; did you mean "art"?'),
        (NAMES["genre"], Type("str"), "expected one of"),
        (Type("ref", "book"), Type("ref", "loan"), "expected ref of book"),
        (Type("list", item=Type("str")), Type("list"), ""),
        (Type("list", item=Type("str")), Type("list", item=Type("int")), "expected str"),
    ],
)
def test_a_value_fits_a_column_or_not(want: Type, got: Type, told: str) -> None:
    assert mismatch(want, got).startswith(told)
    assert bool(mismatch(want, got)) is bool(told)
