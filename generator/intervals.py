"""Pairs of moments that begin and end something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_WORDS = (("start", "end"), ("begin", "end"), ("from", "to"), ("check_in", "check_out"), ("open", "close"))


def intervals(times: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pair the columns of moments that begin and end one interval: `starts_at` and `ends_at`."""
    names = list(times)
    for start_word, end_word in _WORDS:
        starts = [name for name in names if name.startswith(start_word)]
        ends = [name for name in names if name.startswith(end_word)]
        if starts and ends:
            yield starts[0], ends[0]
