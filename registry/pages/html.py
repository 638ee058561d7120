"""A page as one HTML file: no script, no network, light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape as quoted

from registry.pages.document import (
    Cell,
    Code,
    Details,
    Heading,
    Link,
    Number,
    Page,
    Paragraph,
    Part,
    Status,
    Table,
    visible,
)

STYLE = """
:root { color-scheme: light dark; --line: #d8dee4; --soft: #f6f8fa; --good: #1a7f37; --bad: #cf222e; --quiet: #656d76; }
@media (prefers-color-scheme: dark) {
  :root { --line: #30363d; --soft: #161b22; --good: #3fb950; --bad: #f85149; --quiet: #8b949e; }
  body { background: #0d1117; color: #e6edf3; }
}
body { font: 15px/1.5 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; } h3 { font-size: 1rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.9rem; }
th, td { text-align: left; vertical-align: top; padding: 0.3rem 0.7rem; border-bottom: 1px solid var(--line); }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
code, pre { font: 0.85em/1.45 ui-monospace, monospace; background: var(--soft); border-radius: 4px; }
code { padding: 0.1em 0.3em; overflow-wrap: anywhere; white-space: pre-wrap; }
pre { padding: 0.6rem 0.8rem; overflow-x: auto; }
details { border: 1px solid var(--line); border-radius: 6px; padding: 0.4rem 0.8rem; margin: 0.5rem 0; }
summary { cursor: pointer; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.quiet { color: var(--quiet); }
a { color: inherit; }
@media print {
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; }
}
""".strip()


def html(page: Page) -> str:
    """Write a page; everything it says is text, whatever it holds."""
    body = "\n".join(line for part in page.parts for line in _part(part))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(page.title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{_text(page.title)}</h1>\n{body}\n</body>\n</html>\n"
    )


def _part(part: Part) -> Iterator[str]:
    match part:
        case Heading(text, level):
            yield f"<h{level}>{_text(text)}</h{level}>"
        case Paragraph(text):
            yield f"<p>{_text(text)}</p>"
        case Code(text):
            yield f"<pre>{_text(text)}</pre>"
        case Table():
            yield from _table(part)
        case Details(summary, parts):
            yield f"<details><summary>{_text(summary)}</summary>"
            yield from (line for inner in parts for line in _part(inner))
            yield "</details>"
        case Link():
            yield f"<p>{_cell(part)}</p>"


def _table(table: Table) -> Iterator[str]:
    heads = "".join(
        f"<th{_as_number(right)}>{_text(name)}</th>" for name, right in zip(table.columns, table.numeric, strict=True)
    )
    yield f'<div class="scroll"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>'
    for row in table.rows:
        cells = zip(row, table.numeric, strict=True)
        yield f"<tr>{''.join(f'<td{_as_number(right)}>{_cell(cell)}</td>' for cell, right in cells)}</tr>"
    yield "</tbody>\n</table></div>"


def _as_number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


def _cell(cell: Cell) -> str:
    match cell:
        case Link(text, page):
            return f'<a href="{_text(page)}.html">{_text(text)}</a>'
        case Status(word, is_good):
            kind = "quiet" if is_good is None else "good" if is_good else "bad"
            return f'<span class="{kind}">{_text(word)}</span>'
        case Code(text):
            return f"<code>{_text(text)}</code>" if text else ""
        case Number(text):
            return _text(text)
        case _:
            return _text(str(cell))


def _text(text: str) -> str:
    return quoted(visible(text))
