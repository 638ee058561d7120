from __future__ import annotations

import ast
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.expression import ExpressionError, names, parse, parse_message


@pytest.mark.parametrize(
    "text",
    [
        "0 <= f.seats_left <= f.seats",
        "a.b // 2 + -c % 3",
        "'x' if not a and b.c in ('y', 'z') else None",
        "sum(b.n for b in booking for f in flight if b.f_id == f.id and f.n > 1)",
        "now - o.paid_at <= days(30)",
        "customer[customer_id]",
        "[x.id for x in outs] + ['a']",
        "m.note is not None",
        "(l for l in line if l.order_id == o.id)",
    ],
)
def test_the_language_parses(text: str) -> None:
    assert ast.unparse(parse(text))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "an expression is missing"),
        ("a / 2", "column 1: use //"),
        ("a ** 2", "write the product out"),
        ("lambda: 1", "a comprehension instead of a lambda"),
        ("(x := 1)", "bind the value in let"),
        ("f'{a}'", "no f-strings"),
        ("a.__class__", "underscore"),
        ("_a", "underscore"),
        ("1.5", "whole numbers"),
        ("eval('1')", 'no function "eval"'),
        ("summ(x for x in y)", 'did you mean "sum"?'),
        ("a.lower()", "methods cannot be called"),
        ("sorted(a, key=b)", "no named arguments"),
        ("sum(a, b)", "takes one argument"),
        ("a[1:2]", "subscripts"),
        ("a is b", "use == or !="),
        ("any", "is a function"),
        ("caller", "reserved"),
        ("[x for sum in y]", "cannot be bound"),
        ("1 + (x for x in y)", "write [x for ...]"),
        ("a b", "not an expression"),
        ("'\\n'", "backslashes"),
        ("a # why", "comments"),
        ("1" * 20, "numbers go up to"),
        ("+".join(["a"] * 200), "too large"),
        ("a" * 2000, "at most"),
    ],
)
def test_what_is_not_allowed_is_refused_with_advice(text: str, told: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)

    assert told in str(caught.value)


def test_a_length_of_a_generator_becomes_that_of_a_list() -> None:
    assert ast.unparse(parse("len(x for x in y)")) == "len([x for x in y])"


def test_names_are_those_taken_from_outside() -> None:
    tree = parse("sum(b.n * rate for b in booking if b.f == f.id) + hours(n) // now")

    assert names(tree) == {"rate", "booking", "f", "n", "now"}


def test_a_name_bound_by_a_comprehension_is_free_outside_it() -> None:
    assert names(parse("len([b for b in booking]) + b")) == {"booking", "b"}


def test_a_sentence_splits_into_text_and_holes() -> None:
    first, hole, last = parse_message("Only {f.seats_left} of {{many}}.")

    assert (first, last) == ("Only ", " of {many}.")
    assert isinstance(hole, ast.Attribute)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Only {f.seats", "a { without its }"),
        ("Only }", "a } without its {"),
        ("Only {f.}", "hole {f.}"),
        ("{(x for x in y)}", "a generator has no text"),
    ],
)
def test_a_broken_sentence_is_refused(text: str, told: str) -> None:
    with pytest.raises(ExpressionError, match=r".") as caught:
        parse_message(text)

    assert told in str(caught.value)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="abn.[]()+-*/%<>=!'\"{}: ,0123456789_\\#\n", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with suppress(ExpressionError):
        assert names(parse(text)) >= set()
