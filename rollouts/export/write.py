"""Write rows one after another into files that appear whole, all together, or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol

import orjson

from envkit.calls import JsonObject
from rollouts.export.example import ExportError
from rollouts.export.formats import Ending
from rollouts.export.shape import Shape


class RowWriter(Protocol):
    """Writes rows into an open file, which it owns, one at a time."""

    def write(self, row: JsonObject) -> None:
        """Write a row."""

    def finish(self) -> None:
        """Write what is still owed."""

    def close(self) -> None:
        """Let go of the file, finished or not."""


class Folder:
    """A folder whose files are drafted beside their places, and put there together once the block ends well."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._drafts: dict[Path, Path] = {}
        self._writers: list[RowWriter] = []

    def rows(self, name: str, ending: Ending, columns: Mapping[str, Shape]) -> RowWriter:
        """Open a file for rows; ExportError if the kind of file takes a library that is not there."""
        writer_of = writers_of(ending)
        writer = writer_of(self._draft(name).open("wb"), columns)
        self._writers.append(writer)
        return writer

    def text(self, name: str, text: str) -> None:
        """Draft a file of text."""
        self._draft(name).write_text(text, "utf-8")

    def commit(self) -> None:
        """Put all files in their places."""
        for writer in self._writers:
            writer.finish()
        for writer in self._writers:
            writer.close()
        for path, draft in self._drafts.items():
            draft.replace(path)

    def discard(self) -> None:
        """Take away what was drafted."""
        for writer in self._writers:
            writer.close()
        for draft in self._drafts.values():
            draft.unlink(missing_ok=True)

    def _draft(self, name: str) -> Path:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return self._drafts.setdefault(path, path.with_name(f".{path.name}.partial"))


@contextmanager
def drafting(root: Path) -> Iterator[Folder]:
    """Give a folder to write into; its files stand there when the block ends, or none of them if it fails."""
    folder = Folder(root)
    try:
        yield folder
        folder.commit()
    except BaseException:
        folder.discard()
        raise


class _JsonLines:
    """JSON, a row a line."""

    def __init__(self, file: BinaryIO, columns: Mapping[str, Shape]) -> None:
        self._file, self._columns = file, columns.keys()

    def write(self, row: JsonObject) -> None:
        assert row.keys() == self._columns, f"{row.keys() ^ self._columns} in the row or the columns, not in both"
        self._file.write(orjson.dumps(row) + b"\n")

    def finish(self) -> None:
        """Owe nothing."""

    def close(self) -> None:
        self._file.close()


class _Csv:
    """Comma-separated values in UTF-8 under their names; lines end as on Unix."""

    def __init__(self, file: BinaryIO, columns: Mapping[str, Shape]) -> None:
        self._text = io.TextIOWrapper(file, "utf-8", newline="", write_through=True)
        self._rows = csv.DictWriter(self._text, [*columns], lineterminator="\n")
        self._rows.writeheader()

    def write(self, row: JsonObject) -> None:
        self._rows.writerow(row)

    def finish(self) -> None:
        self._text.flush()

    def close(self) -> None:
        self._text.close()


def writers_of(ending: Ending) -> Callable[[BinaryIO, Mapping[str, Shape]], RowWriter]:
    """Return what writes files of that ending; ExportError if it takes a library that is not there."""
    match ending:
        case "jsonl":
            return _JsonLines
        case "csv":
            return _Csv
        case "parquet":
            return _parquet()


def _parquet() -> Callable[[BinaryIO, Mapping[str, Shape]], RowWriter]:
    """Load the door to parquet only when it is used, since its library is large and an extra of ours."""
    try:
        module = import_module("rollouts.export.parquet")
    except ModuleNotFoundError as error:
        if error.name != "pyarrow":
            raise
        sentence = "a parquet file takes pyarrow, which is not installed; install envfarm[export]"
        raise ExportError(f"{sentence}, or leave out --format verl and --parquet") from error
    writers: Callable[[BinaryIO, Mapping[str, Shape]], RowWriter] = module.ParquetRows
    return writers
