"""A page as its parts, whichever form it is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Characters that show nothing, turn the direction of what follows, or cannot be written in UTF-8."""


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


@dataclass(frozen=True, slots=True)
class Number:
    """A number with its unit or its whole, written out: `97.2 %`, `3 of 4`."""

    text: str


Cell = str | int | Link | Status | Code | Number


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
    """Rows under the names of their columns; a column of numbers is set to the right."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    @property
    def numeric(self) -> tuple[bool, ...]:
        """Whether each column holds numbers and nothing else."""
        return tuple(
            bool(self.rows) and all(isinstance(row[place], int | Number) for row in self.rows)
            for place in range(len(self.columns))
        )


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 with the interval it is known to."""

    label: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Shares beside each other."""

    bars: Sequence[Bar]


@dataclass(frozen=True, slots=True)
class Details:
    """Parts that are shown when asked for, below a summary; `mark` says before it how the thing ended."""

    summary: str
    parts: Sequence[Part]
    mark: Status | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One of many: its details, and what it can be chosen by."""

    details: Details
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """Many things, of which a reader chooses by `tags` (all items have them) and by words, where the form allows it."""

    tags: Sequence[str]
    items: Sequence[Item]


Part = Heading | Paragraph | Table | Chart | Code | Details | Listing | Link


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a report."""

    title: str
    parts: Sequence[Part]


def visible(text: str) -> str:
    """Write characters that nobody would see, or that disturb what is around them, as their escapes (`\\u202e`)."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
