"""Pairs of moments that begin and end something."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from generator.blueprint import FieldPart

_WORDS = (("start", "end"), ("begin", "end"), ("from", "to"), ("check_in", "check_out"), ("open", "close"))


def intervals(fields: Mapping[str, FieldPart]) -> Iterator[tuple[str, str]]:
    """Pair the columns of moments that begin and end one interval: `starts_at` and `ends_at`."""
    names = [name for name, field in fields.items() if field.type == "time"]
    for start_word, end_word in _WORDS:
        starts = [name for name in names if name.startswith(start_word)]
        ends = [name for name in names if name.startswith(end_word)]
        if starts and ends:
            yield starts[0], ends[0]


def in_order(start: str, end: str, optional: Collection[str]) -> str:
    """Write the condition that what begins does so before it ends; one of `optional` may be missing."""
    missing = "".join(f"{one} is None or " for one in (start, end) if one in optional)
    return f"{missing}{start} <= {end}"
