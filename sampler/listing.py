"""Questions about lists: filters drawn from rows that exist, and an order whose first row is beyond doubt."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from envkit.calls import Json, JsonObject
from envkit.manifest import EntitySpec, FieldSpec, ToolSpec
from sampler.facts import Asked, row_facts
from sampler.ground import field_of
from sampler.plan import Output, at
from sampler.refer import SAYABLE
from sampler.state import Row, WorldState

_SORTABLE = ("int", "money", "time")
_MAX_FILTERS = 2
_ENOUGH_ROWS = 10


@dataclass(frozen=True, slots=True)
class Listing:
    """What to ask of a list: `filters` by argument, `sort` as the argument that orders it, and that order."""

    filters: JsonObject
    sort: dict[str, Json]
    order: tuple[FieldSpec, bool] | None


def draw_listing(
    tool: ToolSpec, state: WorldState, rng: random.Random, fixed: Mapping[str, Json] | None = None
) -> Listing | None:
    """Draw filters that at least one row passes, and an order if the tool sorts; None if there is no row.

    Filters that are `fixed` take the place of drawn ones. Nobody asks for the highest balance of at least so much.
    """
    rows = list(state.rows.get(tool.entity, {}).values())
    if not rows:
        return None
    entity = state.manifest.entity(tool.entity)
    filters = fixed or _draw_filters(tool, entity, rng.choice(rows), rng)
    sort, order = _draw_order(tool, entity, fixed or {}, rng)
    if order is not None and not fixed:
        filters = _unbounded(tool, filters)
    return Listing(filters, sort, order)


def listing_facts(entity: EntitySpec, listing: Listing, content: Json, step: int) -> Iterator[Asked]:
    """Yield what a listing tells: its first row if no other could be it, and how many rows there are."""
    total = at(content, "total")
    items = at(content, "items")
    assert isinstance(items, list), "a page has items"
    if isinstance(total, int) and listing.order is None:
        words = "how many there are"
        yield Asked(f"{entity.name}.total", "int", Output(step, "total"), total, words, total >= _ENOUGH_ROWS)
    if listing.order is not None and len(items) > 1 and _is_ahead(items[0], items[1], listing.order[0].name):
        yield from row_facts(entity, items[0], Output(step, "items[0]"))


def passing(tool: ToolSpec, state: WorldState, name: str, value: Json) -> Iterator[str]:
    """Yield the ids of the rows that a list shows if it is filtered by one argument."""
    field = filters(tool, state).get(name)
    if field is not None:
        yield from (row_id for row_id, row in state.rows[tool.entity].items() if row.get(field.name) == value)


def filters(tool: ToolSpec, state: WorldState) -> Mapping[str, FieldSpec]:
    """Return the arguments by which a list filters for one value of a column that a user can say."""
    found = {each.name: field_of(state, each) for each in tool.arguments if each.role == "filter" and not each.many}
    return {name: field for name, field in found.items() if field is not None and field.type in SAYABLE}


def _draw_filters(tool: ToolSpec, entity: EntitySpec, row: Row, rng: random.Random) -> dict[str, Json]:
    columns = {
        field.name: field for field in entity.fields if not field.unique and row.get(field.name) not in (None, "")
    }
    usable = [
        argument
        for argument in tool.arguments
        if argument.role in ("filter", "from", "to") and argument.field.partition(".")[2] in columns
    ]
    chosen = {
        argument.field: argument for argument in rng.sample(usable, min(len(usable), rng.randint(0, _MAX_FILTERS)))
    }
    return {argument.name: row[argument.field.partition(".")[2]] for argument in chosen.values()}


def _unbounded(tool: ToolSpec, filters: Mapping[str, Json]) -> dict[str, Json]:
    """Leave out bounds."""
    bounds = {argument.name for argument in tool.arguments if argument.role in ("from", "to")}
    return {name: value for name, value in filters.items() if name not in bounds}


def _draw_order(
    tool: ToolSpec, entity: EntitySpec, filters: Mapping[str, Json], rng: random.Random
) -> tuple[dict[str, Json], tuple[FieldSpec, bool] | None]:
    columns = {field.name: field for field in entity.fields if field.type in _SORTABLE and not field.optional}
    bounds = {
        argument.field.partition(".")[2]: argument.role for argument in tool.arguments if argument.name in filters
    }
    pointless = {
        f"-{column}" if role == "from" else column for column, role in bounds.items() if role in ("from", "to")
    }
    for argument in tool.arguments:
        values = [value for value in argument.values if value.lstrip("-") in columns and value not in pointless]
        if argument.role == "sort" and values:
            value = rng.choice(values)
            return {argument.name: value}, (columns[value.lstrip("-")], value.startswith("-"))
    return {}, None


def _is_ahead(first: Json, second: Json, column: str) -> bool:
    return at(first, column) != at(second, column)
