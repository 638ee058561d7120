"""A page as Markdown, for a repository, a pull request or a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from registry.pages.document import (
    Bar,
    Cell,
    Chart,
    Code,
    Details,
    Heading,
    Link,
    Listing,
    Number,
    Page,
    Paragraph,
    Part,
    Status,
    Table,
    visible,
)

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&]|:(?=//)|(?<=www)\.)", re.IGNORECASE)
_BEGINS_A_BLOCK = re.compile(r"^(?:(?=[-+=])|(\d+)(?=[.)](?:\s|$)))")
_FENCE = "`" * 4


def markdown(page: Page) -> str:
    """Write a page; everything it says is text, whatever it holds."""
    lines = [f"# {_text(page.title)}", ""]
    for part in page.parts:
        lines += [*_part(part), ""]
    return "\n".join(lines).rstrip() + "\n"


def _part(part: Part) -> Iterator[str]:
    match part:
        case Heading(text, level):
            yield f"{'#' * level} {_text(text)}"
        case Paragraph(text):
            yield _BEGINS_A_BLOCK.sub(r"\1\\", _text(text))
        case Link():
            yield _cell(part)
        case Code(text):
            yield from (_FENCE, visible(text).replace(_FENCE, "```"), _FENCE)
        case Table():
            yield from _table(part)
        case Chart(bars):
            rows: list[list[Cell]] = [[bar.label, Number(f"{bar.value:.3f}"), _interval(bar)] for bar in bars]
            yield from _table(Table(["", "share", "interval"], rows))
        case Listing(_, items):
            for item in items:
                yield from _part(item.details)
                yield ""
        case Details(summary, parts, mark):
            yield f"{f'{_cell(mark)}: ' if mark else ''}**{_text(summary)}**"
            for inner in parts:
                yield ""
                yield from _part(inner)


def _interval(bar: Bar) -> str:
    return f"{bar.low:.3f} to {bar.high:.3f}"


def _table(table: Table) -> Iterator[str]:
    yield _row(_text(name) for name in table.columns)
    yield _row("---:" if right else "---" for right in table.numeric)
    yield from (_row(_cell(cell) for cell in row) for row in table.rows)


def _row(cells: Iterator[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    match cell:
        case Link(text, page):
            return f"[{_text(text)}]({page}.md)"
        case Status(word, _):
            return _text(word)
        case Code(text):
            return _code(text)
        case Number(text):
            return _text(text)
        case _:
            return _text(str(cell))


def _code(text: str) -> str:
    """Write code inside a line: the fence is longer than any run of backticks in it, and a bar does not end a cell."""
    if not text:
        return ""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{_in_line(text).replace('|', chr(92) + '|')}{pad}{fence}"


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", " ".join(visible(text).split()))


def _in_line(text: str) -> str:
    """Keep every space of a program's text, but end no line."""
    return re.sub(r"[\n\t]", " ", visible(text))
