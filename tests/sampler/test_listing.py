import random
from dataclasses import replace

from sampler.listing import Listing, draw_listing, filters, listing_facts, passing
from sampler.state import WorldState


def test_drawn_filters_pass_at_least_one_row(desk_state: WorldState) -> None:
    tool = desk_state.manifest.tool("list_tickets")

    for seed in range(30):
        listing = draw_listing(tool, desk_state, random.Random(seed))
        assert listing is not None
        rows = desk_state.rows["ticket"].values()
        equal = {name: value for name, value in listing.filters.items() if name in ("project_id", "status")}
        assert any(all(row[name] == value for name, value in equal.items()) for row in rows)
        assert not {"due_at_from", "due_at_to"} <= set(listing.filters)


def test_an_empty_list_is_not_asked_about(desk_state: WorldState) -> None:
    empty = replace(desk_state, rows={})

    assert draw_listing(desk_state.manifest.tool("list_tickets"), empty, random.Random(0)) is None


def test_the_order_is_one_the_tool_offers(desk_state: WorldState) -> None:
    ordered = draw_listing(desk_state.manifest.tool("list_tickets"), desk_state, random.Random(0))
    plain = draw_listing(desk_state.manifest.tool("list_projects"), desk_state, random.Random(0))

    assert ordered is not None
    assert ordered.order is not None
    assert ordered.sort == {"sort": "-" * ordered.order[1] + "due_at"}
    assert plain is not None
    assert plain.order is None


def test_an_unordered_list_tells_its_length(desk_state: WorldState) -> None:
    entity = desk_state.manifest.entity("ticket")
    listing = Listing({}, {}, None)

    asked = list(listing_facts(entity, listing, {"total": 12, "items": [{}, {}]}, 3))

    assert [(each.name, each.value, each.is_strong) for each in asked] == [("ticket.total", 12, True)]
    assert not list(listing_facts(entity, listing, {"total": None, "items": []}, 3))


def test_an_ordered_list_tells_its_first_row_only_if_it_is_beyond_doubt(desk_state: WorldState) -> None:
    entity = desk_state.manifest.entity("ticket")
    due_at = next(field for field in entity.fields if field.name == "due_at")
    listing = Listing({}, {"sort": "due_at"}, (due_at, False))
    first = {"title": "A b", "due_at": "2025-05-06T09:00:00Z"}
    later = {"title": "C d", "due_at": "2025-05-07T09:00:00Z"}

    assert [each.value for each in listing_facts(entity, listing, {"total": 2, "items": [first, later]}, 0)]
    assert not list(listing_facts(entity, listing, {"total": 2, "items": [first, first]}, 0))
    assert not list(listing_facts(entity, listing, {"total": 1, "items": [first]}, 0))


def test_the_rows_that_pass_a_filter_by_one_value_are_told_from_the_state(desk_state: WorldState) -> None:
    tool, rows = desk_state.manifest.tool("list_tickets"), desk_state.rows["ticket"]
    project = next(iter(rows.values()))["project_id"]

    assert {*filters(tool, desk_state)} == {"project_id", "status"}
    assert [*passing(tool, desk_state, "project_id", project)] == [
        row_id for row_id, row in rows.items() if row["project_id"] == project
    ]
    assert not [*passing(tool, desk_state, "sort", "due_at")]
