from collections.abc import Mapping

import pytest

from envkit.manifest import ArgumentSpec, EntitySpec, FieldSpec, Manifest
from sampler.values import argument_type, column_type, fits, is_restamped, is_stamp, is_telling, shown


def entity(*fields: FieldSpec) -> EntitySpec:
    return EntitySpec(name="person_or_thing", title="Thing", prefix="thg", fields=fields)


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("email", "str", "email"),
        ("organizer_email", "str", "email"),
        ("mobile", "str", "phone"),
        ("city", "str", "city"),
        ("country", "str", "country"),
        ("ships_to", "str", "address"),
        ("amount", "money", "money"),
        ("spend_limit", "money", None),
        ("starts_at", "time", "time"),
        ("kwh", "int", "quantity"),
        ("floor", "int", None),
        ("title", "str", None),
        ("is_open", "bool", None),
        ("serial", "str", "person_or_thing.serial"),
    ],
)
def test_a_column_has_the_type_that_its_name_and_field_promise(name: str, kind: str, expected: str | None) -> None:
    field = FieldSpec.model_validate({"name": name, "type": kind})

    assert column_type(entity(field), field) == expected


def test_a_name_is_a_persons_where_the_row_can_be_reached() -> None:
    name, email = FieldSpec(name="name", type="str"), FieldSpec(name="email", type="str")

    assert column_type(entity(name, email), name) == "person"
    assert column_type(entity(name), name) is None


def test_a_time_that_a_tool_stamps_has_no_type_and_one_that_is_due_has() -> None:
    stamped = FieldSpec(name="made_at", type="time", generated=True)
    due = FieldSpec(name="due_at", type="time", generated=True)

    assert column_type(entity(stamped), stamped) is None
    assert column_type(entity(due), due) == "time"


def test_live_values_that_do_not_look_like_a_type_take_it_away() -> None:
    field = FieldSpec(name="email", type="str")

    assert column_type(entity(field), field, {("person_or_thing", "email"): ["ada@example.com", None]}) == "email"
    assert column_type(entity(field), field, {("person_or_thing", "email"): ["none given"]}) is None


def test_an_enum_of_three_letters_on_a_route_names_airports() -> None:
    origin = FieldSpec(name="origin", type="enum", values=("OSL", "CDG"))
    source = FieldSpec(name="origin", type="enum", values=("remote", "estimate"))

    assert column_type(entity(origin), origin) == "airport"
    assert column_type(entity(source), source) is None


def test_an_argument_has_the_type_of_its_column_or_of_its_name(manifests: Mapping[str, Manifest]) -> None:
    air = manifests["tiny_air"]
    found = {
        (tool.name, argument.name): argument_type(air, argument) for tool in air.tools for argument in tool.arguments
    }

    assert found["find_customer", "email"] == "email"
    assert found["search_flights", "origin"] == "airport"
    assert found["search_flights", "departs_at_from"] is None
    assert found["book_flight", "passengers"] is None
    assert argument_type(air, ArgumentSpec(name="amount", type="money", description="")) == "money"


def test_results_show_typed_values_at_their_paths(manifests: Mapping[str, Manifest]) -> None:
    air = manifests["tiny_air"]

    assert ("items[].email", "email") in list(shown(air, air.tool("find_customer")))
    assert ("charged", "money") in list(shown(air, air.tool("book_flight")))
    assert ("booking.price", "money") in list(shown(air, air.tool("book_flight")))
    assert list(shown(air, air.tool("delete_customer"))) == []


def test_small_numbers_and_truths_tell_nothing() -> None:
    assert [is_telling(each) for each in (3, 120, True, None, "", "a")] == [False, True, False, False, False, True]
    assert fits("ada@example.com", "email")
    assert not fits("ada", "email")
    assert fits(4200, "money")


@pytest.mark.parametrize(
    ("name", "before", "after", "expected"),
    [
        ("updated_at", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", True),
        ("updated_at", None, "2025-01-02T00:00:00Z", False),
        ("paused_until", "2025-01-01T00:00:00Z", None, False),
        ("due_at", "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z", False),
    ],
)
def test_only_a_stamp_in_place_of_another_says_nothing(
    name: str, before: str | None, after: str | None, expected: bool
) -> None:
    assert is_restamped(FieldSpec(name=name, type="time", generated=True), before, after) is expected


def test_a_time_that_a_caller_gives_is_no_stamp() -> None:
    given = FieldSpec(name="updated_at", type="time")

    assert not is_stamp(given)
    assert not is_restamped(given, "2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z")
