"""A finding shows what differs, where, and how to see it; equal places are not shown."""

import pytest

from envkit.calls import Json
from registry.causes import Reason
from registry.pages.document import Details, Number, Page, Paragraph, Table
from registry.pages.evidence import Difference, differences, evidence_parts, reason_part
from registry.pages.markdown import markdown
from registry.report import Evidence, Finding, ReplayCall


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        ({"a": 1, "b": [1, 2]}, {"b": [1, 2], "a": 1}, []),
        ({"a": {"b": [1, {"c": 2}]}}, {"a": {"b": [1, {"c": 3}]}}, [("a.b[1].c", "2", "3")]),
        ({"a": 1}, {}, [("a", "1", "")]),
        ({}, {"a": None}, [("a", "", "null")]),
        ([1], [1, 2], [("[1]", "", "2")]),
        (True, 1, [("", "true", "1")]),
        (1, 1.0, [("", "1", "1.0")]),
        ("5", 5, [("", '"5"', "5")]),
        ({"a": {}}, {"a": []}, [("a", "{}", "[]")]),
        (None, {"x": "é"}, [("", "null", '{"x": "é"}')]),
        (None, None, []),
    ],
)
def test_only_the_places_that_differ_are_listed(
    expected: Json, actual: Json, found: list[tuple[str, str, str]]
) -> None:
    assert list(differences(expected, actual)) == [Difference(*each) for each in found]


def test_calls_are_numbered_and_a_missing_side_is_nothing() -> None:
    calls = (ReplayCall(tool="pay", arguments={"b": 1, "a": 2}), ReplayCall(tool="list", arguments={}))
    evidence = Evidence(calls=calls, expected={"x": 1}, actual={})

    page = markdown(Page("T", [*evidence_parts(evidence)]))

    assert '| 1 | call | pay | `{"b": 1, "a": 2}` |' in page
    assert "| 2 | call | list | `{}` |" in page
    assert "| x | `1` | nothing |" in page


def test_a_long_difference_is_cut_and_says_so() -> None:
    evidence = Evidence(expected=list(range(50)), actual=[])

    *_, table, rest = evidence_parts(evidence)

    assert isinstance(table, Table)
    assert len(table.rows) == 40
    assert rest == Paragraph("10 more places differ.")


@pytest.mark.parametrize(
    ("sentence", "summary"),
    [("pay does nothing.", "effects: pay does nothing."), ("It does nothing.", "effects: pay: It does nothing.")],
)
def test_a_tool_is_named_once(sentence: str, summary: str) -> None:
    part = reason_part(Reason(Finding(check="effects", tool="pay", sentence=sentence), ()))

    assert isinstance(part, Details)
    assert part.summary == summary


def test_a_column_is_numeric_if_all_of_it_is() -> None:
    assert Table(["a", "b", "c"], [[1, "x", Number("1 %")], [Number("2"), 3, 4]]).numeric == (True, False, True)
    assert Table(["a"], []).numeric == (False,)
