"""Arguments drawn by chance are well-formed, grounded in stored rows, and the same for the same seed."""

import random
from pathlib import Path

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from envkit.calls import JsonObject
from envkit.manifest import ArgumentSpec, Manifest, ToolSpec, read_manifest
from registry.checks.ground import propose, value_for
from registry.checks.probe import State

STATE = State(
    "2025-03-03T09:00:00Z",
    {
        "customer": {"cus_1": {"id": "cus_1", "name": "Ada Moen", "email": "ada@example.com"}},
        "flight": {"flt_1": {"id": "flt_1"}, "flt_2": {"id": "flt_2"}},
        "booking": {},
    },
)


def drawn(manifest: Manifest, tool: str) -> list[JsonObject]:
    return [propose(manifest.tool(tool), manifest, STATE, random.Random(seed)) for seed in range(40)]


def test_references_name_stored_rows_and_numbers_keep_their_bounds(tiny_air_folder: Path) -> None:
    for arguments in drawn(read_manifest(tiny_air_folder), "book_flight"):
        assert arguments["customer_id"] == "cus_1"
        assert arguments["flight_id"] in ("flt_1", "flt_2")
        assert arguments["passengers"] in (1, 2, 3, 4)


def test_new_texts_take_the_form_of_stored_ones(tiny_air_folder: Path) -> None:
    emails = [each["email"] for each in drawn(read_manifest(tiny_air_folder), "update_customer") if "email" in each]

    assert emails
    assert all(str(email).endswith("@example.com") for email in emails)


def test_filters_ask_for_stored_values(tiny_air_folder: Path) -> None:
    emails = {each["email"] for each in drawn(read_manifest(tiny_air_folder), "find_customer") if "email" in each}

    assert emails == {"ada@example.com"}


def test_cursors_are_never_made_up(tiny_air_folder: Path) -> None:
    assert not any("cursor" in each for each in drawn(read_manifest(tiny_air_folder), "search_flights"))


def test_a_reference_without_rows_is_well_formed_all_the_same(tiny_air_folder: Path) -> None:
    (first, *_) = drawn(read_manifest(tiny_air_folder), "cancel_booking")

    assert isinstance(first["booking_id"], str)


def test_many_values_are_different(tiny_air_folder: Path) -> None:
    manifest = read_manifest(tiny_air_folder)
    argument = ArgumentSpec(name="flight_ids", type="ref", description="x", to="flight", many=True)
    tool = ToolSpec(name="t", kind="action", title="T", description="T.", arguments=(argument,))

    values = [value_for(argument, tool, manifest, STATE, random.Random(seed)) for seed in range(40)]

    assert Draft202012Validator({"items": {"type": "array", "uniqueItems": True, "minItems": 1}}).is_valid(values)
    assert {len(value) for value in values if isinstance(value, list)} == {1, 2}


def test_each_type_gives_a_value_of_its_own(tiny_air_folder: Path) -> None:
    manifest = read_manifest(tiny_air_folder)
    tool = ToolSpec(name="t", kind="action", title="T", description="T.")
    rng = random.Random(1)

    kinds = {
        name: type(value_for(ArgumentSpec(name="a", type=name, description="x"), tool, manifest, STATE, rng))
        for name in ("str", "text", "int", "money", "bool", "time", "list")
    }

    assert kinds == {"str": str, "text": str, "int": int, "money": int, "bool": bool, "time": str, "list": list}
