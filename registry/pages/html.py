"""A page as one HTML file: no network, no script but to choose from a listing, light or dark as the system is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape as quoted

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
td .long { display: inline-block; min-width: 13rem; }
pre { padding: 0.6rem 0.8rem; overflow-x: auto; }
details { border: 1px solid var(--line); border-radius: 6px; padding: 0.4rem 0.8rem; margin: 0.5rem 0; }
summary { cursor: pointer; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.quiet { color: var(--quiet); }
svg { width: 100%; max-width: 46rem; font-size: 13px; margin-bottom: 0.8rem; }
svg text { fill: currentColor; }
svg .bar { fill: #3b82c4; } svg .whole { fill: var(--line); } svg .whisker { stroke: currentColor; stroke-width: 1.5; }
select { max-width: 14rem; }
.scroll + .scroll { margin-top: 0.8rem; }
.choose { display: flex; flex-wrap: wrap; gap: 0.6rem 1rem; align-items: center; margin: 0.8rem 0; }
a { color: inherit; }
@media print {
  details::details-content { content-visibility: visible; block-size: auto; }
  .scroll { overflow: visible; }
}
""".strip()

SCRIPT = """
for (const listing of document.querySelectorAll('.listing')) {
  const choices = [...listing.querySelectorAll('.choose [data-by]')], told = listing.querySelector('output');
  const items = [...listing.querySelectorAll('.item')];
  const choose = () => {
    let shown = 0;
    for (const item of items) {
      const fits = choices.every(({ dataset, value }) => !value || (dataset.by === '*'
        ? item.textContent.toLowerCase().includes(value.toLowerCase()) : item.dataset[dataset.by] === value));
      item.hidden = !fits;
      shown += fits;
    }
    told.value = `${shown} of ${items.length}`;
  };
  listing.addEventListener('input', choose);
  choose();
}
""".strip()

_LABEL, _WIDTH, _ROW, _FIGURES = 190, 640, 24, 150
"""Pixels of a chart: where bars begin, how wide it is, how high a row is, and what the figures at its right take."""

_LONG = 20
"""Characters from which on code in a table takes a width of its own, so that other columns do not crush it."""

_MOST_LABEL = 27
"""Characters of a label that there is room for."""


def html(page: Page) -> str:
    """Write a page; everything it says is text, whatever it holds."""
    body = "\n".join(line for part in page.parts for line in _part(part))
    script = f"<script>\n{SCRIPT}\n</script>\n" if any(isinstance(part, Listing) for part in page.parts) else ""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(page.title)}</title>\n<style>\n{STYLE}\n</style>\n</head>\n<body>\n"
        f"<h1>{_text(page.title)}</h1>\n{body}\n{script}</body>\n</html>\n"
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
        case Details(summary, parts, mark):
            yield f"<details><summary>{f'{_cell(mark)} ' if mark else ''}{_text(summary)}</summary>"
            yield from (line for inner in parts for line in _part(inner))
            yield "</details>"
        case Chart(bars):
            yield from _chart(bars)
        case Listing():
            yield from _listing(part)
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


def _chart(bars: Sequence[Bar]) -> Iterator[str]:
    """Draw a bar for each share with its interval as a whisker, and its figures at the right."""
    room = _WIDTH - _LABEL - _FIGURES
    yield f'<svg viewBox="0 0 {_WIDTH} {_ROW * len(bars)}" role="img" aria-label="Shares with their intervals">'
    for number, bar in enumerate(bars):
        top, middle = number * _ROW + 5, number * _ROW + _ROW // 2
        low, high = (_LABEL + room * each for each in (bar.low, bar.high))
        yield (
            f'<text x="{_LABEL - 8}" y="{middle + 4}" text-anchor="end">{_label(bar.label)}</text>'
            f'<rect class="whole" x="{_LABEL}" y="{top}" width="{room}" height="14"/>'
            f'<rect class="bar" x="{_LABEL}" y="{top}" width="{room * bar.value:.1f}" height="14"/>'
            f'<line class="whisker" x1="{low:.1f}" x2="{high:.1f}" y1="{middle}" y2="{middle}"/>'
            f'<text x="{_LABEL + room + 8}" y="{middle + 4}">{bar.value:.3f} [{bar.low:.3f}, {bar.high:.3f}]</text>'
        )
    yield "</svg>"


def _label(label: str) -> str:
    """Write a label that fits beside its bar; what is cut off is told where a reader points."""
    if len(label) <= _MOST_LABEL:
        return _text(label)
    return f"{_text(label[: _MOST_LABEL - 1])}…<title>{_text(label)}</title>"


def _listing(listing: Listing) -> Iterator[str]:
    yield '<div class="listing"><div class="choose">'
    for place, tag in enumerate(listing.tags):
        values = sorted({item.tags[tag] for item in listing.items})
        options = "".join(f"<option>{_text(value)}</option>" for value in values)
        yield f'<label>{_text(tag)} <select data-by="t{place}"><option value="">all</option>{options}</select></label>'
    yield '<label>words <input type="search" data-by="*"></label><output></output></div>'
    for item in listing.items:
        data = "".join(f' data-t{place}="{_text(item.tags[tag])}"' for place, tag in enumerate(listing.tags))
        yield f'<div class="item"{data}>'
        yield from _part(item.details)
        yield "</div>"
    yield "</div>"


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
            long = ' class="long"' if len(text) > _LONG else ""
            return f"<code{long}>{_text(text)}</code>" if text else ""
        case Number(text):
            return _text(text)
        case _:
            return _text(str(cell))


def _text(text: str) -> str:
    return quoted(visible(text))
