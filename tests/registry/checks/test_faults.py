"""Faults are derived from what a tool declares, one thing wrong at a time."""

from envkit.calls import JsonObject
from envkit.manifest import ArgumentSpec, EntitySpec, Manifest, ToolSpec
from registry.checks.faults import faults, limits

SCHEMA: JsonObject = {
    "properties": {
        "passengers": {"type": "integer", "minimum": 1, "maximum": 4},
        "note": {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]},
    }
}


def argument(name: str, **more: object) -> ArgumentSpec:
    return ArgumentSpec.model_validate({"name": name, "type": "str", "description": "x", **more})


def tool(*arguments: ArgumentSpec) -> ToolSpec:
    return ToolSpec(name="book", kind="action", title="Book", description="Book.", entity="flight", arguments=arguments)


def manifest(*tools: ToolSpec) -> Manifest:
    return Manifest.model_validate(
        {
            "slug": "air",
            "domain": "travel",
            "title": "Air",
            "summary": "Air.",
            "version": 1,
            "blueprint_digest": "0",
            "clock": {"start": "2025-01-01T00:00:00Z", "tick_s": 60},
            "entities": [EntitySpec(name="flight", title="Flight", prefix="flt", fields=()).model_dump()],
            "tools": [each.model_dump() for each in tools],
        }
    )


def derived(spec: ArgumentSpec, valid: JsonObject, schema: JsonObject = SCHEMA) -> dict[str, str]:
    book = tool(spec)
    return {fault.what: fault.code for fault in faults(book, schema, manifest(book), valid)}


def test_a_required_argument_is_left_out_and_given_as_null() -> None:
    found = derived(argument("note"), {"note": "hello"})

    assert found["no note"] == "invalid_argument"
    assert found["note null"] == "invalid_argument"


def test_an_optional_argument_may_be_left_out() -> None:
    assert "no note" not in derived(argument("note", required=False), {})


def test_bounds_are_passed_by_one_on_both_sides() -> None:
    book = tool(argument("passengers", type="int", minimum=1, maximum=4))

    tried = [
        fault.arguments["passengers"]
        for fault in faults(book, SCHEMA, manifest(book), {"passengers": 2})
        if "passengers" in fault.arguments
    ]

    assert 0 in tried
    assert 5 in tried


def test_bounds_known_to_the_live_schema_alone_count_too() -> None:
    found = derived(argument("passengers", type="int"), {"passengers": 2})

    assert {"passengers below its minimum", "passengers above its maximum"} <= set(found)


def test_what_stands_at_a_bound_is_no_fault() -> None:
    book = tool(argument("passengers", type="int", minimum=1, maximum=4))

    assert [limit.arguments["passengers"] for limit in limits(book, SCHEMA, {"passengers": 2})] == [1, 4]


def test_an_enum_behind_an_optional_is_missed() -> None:
    assert "note none of its values" in derived(argument("note", required=False), {})


def test_a_reference_points_nowhere() -> None:
    spec = argument("flight_id", type="ref", to="flight")

    assert derived(spec, {"flight_id": "flt_1"})["flight_id the id of no flight"] == "not_found"


def test_one_of_many_references_points_nowhere() -> None:
    spec = argument("flight_ids", type="ref", to="flight", many=True)

    found = derived(spec, {"flight_ids": ["flt_1"]})

    assert found["flight_ids with one id of no flight"] == "not_found"
    assert found["flight_ids not a list"] == "invalid_argument"


def test_a_filter_by_an_unknown_id_is_no_fault() -> None:
    spec = argument("flight_id", type="ref", to="flight", role="filter", required=False)

    assert "flight_id the id of no flight" not in derived(spec, {})


def test_a_cursor_is_forged() -> None:
    spec = argument("cursor", role="cursor", required=False)

    assert derived(spec, {})["cursor of no query"] == "invalid_cursor"


def test_an_unknown_argument_is_added_and_all_else_kept() -> None:
    book = tool(argument("note"))

    first = next(faults(book, SCHEMA, manifest(book), {"note": "hello"}))

    assert first.arguments == {"note": "hello", "no_such_argument": 1}
