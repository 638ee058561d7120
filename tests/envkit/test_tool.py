"""Schemas and checks that a tool's signature implies."""

from collections.abc import Callable
from typing import Annotated

import pytest

from envkit.environment import Environment
from envkit.errors import Refusal
from envkit.rows import Result
from envkit.tool import Tool


class Nothing(Result):
    pass


def tool_of(body: Callable[..., Result]) -> Tool:
    return Tool("t", "T", "", body, (), (), False, False, False)


def test_the_input_schema_has_every_bound_enum_and_description(tiny_air: Environment):
    properties = tiny_air.tools["search_flights"].input_schema["properties"]

    assert all(each["description"] for each in properties.values())
    assert properties["limit"] == {
        "default": 20,
        "description": "Rows a page",
        "maximum": 100,
        "minimum": 1,
        "type": "integer",
    }
    assert properties["origin"]["anyOf"][0]["enum"] == ["OSL", "CPH", "ARN"]
    assert properties["departs_at_from"]["anyOf"][0]["format"] == "date-time"


def test_the_input_schema_admits_nothing_unknown(tiny_air: Environment):
    assert all(tool.input_schema["additionalProperties"] is False for tool in tiny_air.tools.values())


def test_the_output_schema_names_the_rows(tiny_air: Environment):
    schema = tiny_air.tools["cancel_booking"].output_schema

    assert schema["required"] == ["booking", "refunded"]
    assert schema["$defs"]["Booking"]["properties"]["status"]["enum"] == ["confirmed", "cancelled"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"limit": 0}, "limit: Input should be greater than or equal to 1; got 0."),
        ({"limit": "5"}, 'limit: Input should be a valid integer; got "5".'),
        ({"limit": True}, "limit: Input should be a valid integer; got true."),
        ({"origin": "XXX"}, "origin: Input should be 'OSL', 'CPH' or 'ARN'; got \"XXX\"."),
        ({"departs_at_from": "2025-01-01T00:00:00"}, "departs_at_from: Input should have timezone info"),
        ({"departs_at_from": 17}, "departs_at_from: "),
        ({"page": 1}, "page: search_flights takes no such argument; it takes origin, departs_at_from"),
        ({"cursor": "x" * 100}, ""),
        ({"cursor": ["x" * 100]}, "..."),
        ({"limit": 10**30}, "limit: "),
        ({"cursor": "\ud800"}, "the arguments: "),
    ],
)
def test_a_fault_is_told_with_what_came(tiny_air: Environment, arguments, sentence):
    if not sentence:
        assert tiny_air.tools["search_flights"].check(arguments)["cursor"] == arguments["cursor"]
        return
    with pytest.raises(Refusal) as caught:
        tiny_air.tools["search_flights"].check(arguments)
    assert caught.value.code == "invalid_argument"
    assert sentence in caught.value.sentence


def test_all_faults_are_told_at_once(tiny_air: Environment):
    with pytest.raises(Refusal) as caught:
        tiny_air.tools["book_flight"].check({"passengers": 9, "x": 1})

    for fault in ("customer_id: this argument is required.", "flight_id: this", "passengers: Input", "x: book_flight"):
        assert fault in caught.value.sentence


def test_a_tool_without_arguments_says_it_takes_none():
    def body(world) -> Nothing:
        return Nothing()

    with pytest.raises(Refusal, match="x: t takes no such argument; it takes no arguments"):
        tool_of(body).check({"x": 1})


def test_a_default_that_is_a_field_is_a_mistake_of_the_author():
    from_pydantic = pytest.importorskip("pydantic").Field(default=1)

    def body(world, n: Annotated[int, "n"] = from_pydantic) -> Nothing:
        return Nothing()

    with pytest.raises(AssertionError, match="put Field into Annotated"):
        _ = tool_of(body).arguments


def test_a_time_in_another_zone_is_taken_in_utc(tiny_air: Environment):
    typed = tiny_air.tools["search_flights"].check({"departs_at_from": "2025-01-01T02:00:00.5+02:00"})

    assert str(typed["departs_at_from"]) == "2025-01-01 00:00:00+00:00"
