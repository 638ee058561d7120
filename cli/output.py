"""How commands speak: results on stdout as text or JSON, progress on stderr while somebody watches."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import click
import orjson
from tqdm import tqdm

json_option = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")


class Advance(Protocol):
    """Tells how much is done, and how much there is; `note` stands behind the bar."""

    def __call__(self, done: int, total: int, note: str = "") -> None:
        """Move the bar."""


class ComplaintError(click.ClickException):
    """What went wrong with how the command was used, in one sentence; exit 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        """Print the sentences on stderr, one a line."""
        for sentence in self.format_message().splitlines():
            click.echo(f"error: {sentence}", err=True)


class FindingsError(ComplaintError):
    """What was found wrong with the thing a command is about; exit 1."""

    exit_code = 1


def write(path: Path, text: str) -> None:
    """Write a file, and the folders it lies in where they are missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def remark(sentence: str) -> None:
    """Say on stderr what is worth knowing and stops nothing."""
    click.echo(f"note: {sentence}", err=True)


def show(content: object, lines: Iterable[str], *, as_json: bool) -> None:
    """Print a result: `content` as JSON, or the lines."""
    if as_json:
        sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS).decode() + "\n")
        return
    for line in lines:
        click.echo(line)


def columns(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> Iterator[str]:
    """Lay rows out under their column names; numbers to the right."""
    cells = [[str(row[column]) for column in names] for row in rows]
    widths = [max(len(text) for text in texts) for texts in zip(names, *cells, strict=True)]
    numeric = [bool(rows) and all(isinstance(row[column], (int, float)) for row in rows) for column in names]
    for texts in ([*names], *cells):
        placed = [
            text.rjust(width) if right else text.ljust(width)
            for text, width, right in zip(texts, widths, numeric, strict=True)
        ]
        yield "  ".join(placed).rstrip()


@contextmanager
def progress(label: str) -> Iterator[Advance]:
    """Show a bar on stderr, on a terminal only; the block tells how far it is."""
    with tqdm(desc=label, file=sys.stderr, disable=None, leave=False) as bar:

        def advance(done: int, total: int, note: str = "") -> None:
            bar.total = total
            bar.set_postfix_str(note, refresh=False)
            bar.update(done - bar.n)

        yield advance
