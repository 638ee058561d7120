"""Contamination: which tools stand, under the same name, among the functions of public benchmarks.

The functions' names and arguments are kept as facts in `benchmarks/`, each list with its source.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from registry.report import Overlap

Signature = tuple[str, Sequence[str]]
"""A tool's name, and the names of its arguments."""

_FOLDER = Path(__file__).parent / "benchmarks"


def overlaps(tools: Iterable[Signature]) -> tuple[Overlap, ...]:
    """Return each tool that has a namesake in a benchmark, by tool, then by benchmark; case and underscores aside."""
    known = _functions()
    return tuple(
        Overlap(
            tool=name,
            benchmark=benchmark,
            function=function,
            is_same_signature={_plain(each) for each in arguments} == {_plain(each) for each in taken},
        )
        for name, arguments in tools
        for benchmark, function, taken in known.get(_plain(name), ())
    )


@cache
def _functions() -> Mapping[str, Sequence[tuple[str, str, Sequence[str]]]]:
    """Return the functions by their plain names: benchmark, function with its class or domain, arguments."""
    found: dict[str, list[tuple[str, str, Sequence[str]]]] = {}
    for path in sorted(_FOLDER.glob("*.json")):
        listed = json.loads(path.read_text("utf-8"))
        for function, arguments in listed["functions"].items():
            name = _plain(function.rpartition(".")[2])
            found.setdefault(name, []).append((listed["benchmark"], function, arguments))
    return found


def _plain(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
