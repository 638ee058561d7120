"""Cases of list tools: each filter, range, search and order, and pages followed by their cursors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from envkit.calls import JsonObject
from generator.blueprint import ToolPart
from generator.casebook import CURSOR, Call, Scene
from generator.draw import piece_of
from generator.evaluate import Value
from generator.interpret import Interpreter
from generator.tables import Record, wire

_SHOWN = 3
_PAGES = 4


def list_calls(world: Interpreter, tool: str) -> Iterator[tuple[Scene, Sequence[Call]]]:
    """Yield the cases of one list tool over a fresh world."""
    part = world.blueprint.tools[tool]
    rows = world.tables.all(part.entity)
    for name, arguments in _variants(part, rows):
        yield (
            Scene(f"{tool}/{name}", "effects", tool),
            [(tool, {**arguments, "limit": min(_SHOWN, part.page_sizes[1])})],
        )
    yield Scene(f"{tool}/bad_cursor", "refusal", tool), [(tool, {"cursor": "no-such-cursor"})]
    yield from _pages(tool, part, rows)


def _variants(part: ToolPart, rows: Sequence[Record]) -> Iterator[tuple[str, JsonObject]]:
    yield "all", {}
    for name in part.filter:
        values = [row.values[name] for row in rows if row.values[name] is not None]
        if values:
            yield f"by_{name}", {name: wire(values[len(values) // 2])}
    if len(part.filter) > 1 and rows:
        row = rows[len(rows) // 2]
        yield "by_all_filters", {name: wire(row.values[name]) for name in part.filter if row.values[name] is not None}
    for name in part.range:
        values = sorted(row.values[name] for row in rows if row.values[name] is not None)
        if values:
            low, high = wire(values[len(values) // 4]), wire(values[3 * len(values) // 4])
            yield f"{name}_from", {f"{name}_from": low}
            yield f"{name}_to", {f"{name}_to": high}
            yield f"{name}_between", {f"{name}_from": low, f"{name}_to": high}
    yield from _searches(part, rows)
    for name in part.sort:
        yield f"sorted_by_{name}", {"sort": name}
        yield f"sorted_by_{name}_down", {"sort": f"-{name}"}


def _searches(part: ToolPart, rows: Sequence[Record]) -> Iterator[tuple[str, JsonObject]]:
    for name in part.search:
        texts = [row.values[name] for row in rows if row.values[name]]
        if texts:
            yield f"search_{name}", {"query": piece_of(texts[len(texts) // 2])}
    if part.search:
        yield "search_nothing", {"query": "zzzzzz"}


def _pages(tool: str, part: ToolPart, rows: Sequence[Record]) -> Iterator[tuple[Scene, Sequence[Call]]]:
    """Follow pages of one row, then pages of a size that reaches the last within a few."""
    if len(rows) < 2:
        return
    few: list[Call] = [(tool, {"limit": 1})]
    few += [(tool, {"limit": 1, "cursor": CURSOR})] * (min(_PAGES, len(rows)) - 1)
    yield Scene(f"{tool}/pages", "effects", tool), few
    if part.filter:
        yield from _filtered_pages(tool, part, [row.values[part.filter[0]] for row in rows])


def _filtered_pages(tool: str, part: ToolPart, values: Sequence[Value]) -> Iterator[tuple[Scene, Sequence[Call]]]:
    """Follow the pages of the commonest value of the first filter, and give its cursor to another query."""
    name = part.filter[0]
    common = max(dict.fromkeys(value for value in values if value is not None), key=values.count, default=None)
    count = values.count(common)
    if common is None or not 1 < count <= 2 * part.page_sizes[1]:
        return
    size = (count + 1) // 2
    asked: JsonObject = {name: wire(common), "limit": size}
    again: JsonObject = {**asked, "cursor": CURSOR}
    yield Scene(f"{tool}/pages_by_{name}", "effects", tool), [(tool, asked), (tool, again)]
    other: JsonObject = {"limit": size, "cursor": CURSOR}
    yield Scene(f"{tool}/other_cursor", "refusal", tool), [(tool, asked), (tool, other)]
