"""Answers are read by paths and by what the manifest says a tool returns."""

from envkit.calls import Json
from envkit.manifest import ReturnSpec, ToolSpec
from registry.checks.answers import rows_in, values_at, without_cursors

PAGE: Json = {"items": [{"id": "a", "tags": ["x", "y"]}, {"id": "b", "tags": ["x"]}], "total": 2, "next_cursor": "MTA"}


def test_a_path_through_a_list_gives_each_value_once() -> None:
    assert values_at(PAGE, "items[].id") == ("a", "b")
    assert values_at(PAGE, "items[].tags") == ("x", "y")


def test_a_path_that_leads_nowhere_gives_nothing() -> None:
    assert values_at(PAGE, "booking.id") == ()
    assert values_at(None, "id") == ()


def test_cursors_are_opaque_and_their_absence_is_not() -> None:
    assert without_cursors(PAGE) == {**PAGE, "next_cursor": "<cursor>"}  # type: ignore[dict-item]  # PAGE is a mapping
    assert without_cursors({"next_cursor": None}) == {"next_cursor": None}


def test_the_rows_of_an_action_are_those_its_manifest_names() -> None:
    returns = (ReturnSpec(name="booking", type="row", entity="booking"), ReturnSpec(name="charged", type="money"))
    tool = ToolSpec(name="book", kind="action", title="Book", description="Book.", returns=returns)

    assert rows_in(tool, {"booking": {"id": "b"}, "charged": 3}) == (("booking", {"id": "b"}),)


def test_a_get_answers_the_row_itself() -> None:
    tool = ToolSpec(name="get", kind="get", title="Get", description="Get.", entity="flight")

    assert rows_in(tool, {"id": "f"}) == (("flight", {"id": "f"}),)
    assert rows_in(tool, None) == ()
