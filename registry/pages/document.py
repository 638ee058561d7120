"""A page as its parts, whichever form it is written in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """A way to another page of the same report, named without its ending."""

    text: str
    page: str


@dataclass(frozen=True, slots=True)
class Status:
    """A word that says how something ended; `is_good` is None where it is neither good nor bad."""

    word: str
    is_good: bool | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """Text of a program or its data, shown as it is."""

    text: str


Cell = str | int | Link | Status | Code


@dataclass(frozen=True, slots=True)
class Heading:
    """Begins a section; `level` is 2 or more, the page's title being 1."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A piece of running text."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under the names of their columns; numbers are set to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Details:
    """Parts that are shown when asked for, below a summary."""

    summary: str
    parts: Sequence[Part]


Part = Heading | Paragraph | Table | Code | Details


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a report."""

    title: str
    parts: Sequence[Part]
