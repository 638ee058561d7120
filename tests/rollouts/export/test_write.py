import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from rollouts.export.example import ExportError
from rollouts.export.parquet import GROUP_ROWS
from rollouts.export.write import drafting
from tests.rollouts.export.conftest import csv_rows

COLUMNS = {"word": "string", "number": "int64"}


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_block_that_fails_leaves_the_folder_as_it_was(ending: str, tmp_path: Path) -> None:
    (tmp_path / "rows").write_text("before", "utf-8")

    with pytest.raises(KeyError), drafting(tmp_path) as folder:  # noqa: PT012  # what came before is the point
        folder.rows("rows", ending, COLUMNS).write({"word": "a", "number": 1})  # type: ignore[arg-type]
        folder.text("card", "new")
        raise KeyError(ending)

    assert [path.name for path in tmp_path.iterdir()] == ["rows"]
    assert (tmp_path / "rows").read_text("utf-8") == "before"


def test_nothing_is_there_before_the_block_ends(tmp_path: Path) -> None:
    with drafting(tmp_path) as folder:
        folder.rows("a.jsonl", "jsonl", COLUMNS).write({"word": "é", "number": 1})
        assert not (tmp_path / "a.jsonl").exists()

    assert (tmp_path / "a.jsonl").read_bytes() == '{"word":"é","number":1}\n'.encode()


def test_commas_quotes_and_lines_survive_in_csv(tmp_path: Path) -> None:
    words = ['a,"b"\r\nc', "æøå", ""]

    with drafting(tmp_path) as folder:
        rows = folder.rows("a.csv", "csv", {"word": "string"})
        for word in words:
            rows.write({"word": word})

    assert [row["word"] for row in csv_rows(tmp_path / "a.csv")] == words


def test_parquet_is_written_a_group_at_a_time(tmp_path: Path) -> None:
    with drafting(tmp_path) as folder:
        rows = folder.rows("a.parquet", "parquet", COLUMNS)
        for number in range(GROUP_ROWS + 1):
            rows.write({"word": "w", "number": number})

    written = pq.ParquetFile(tmp_path / "a.parquet")
    assert written.num_row_groups == 2
    assert [row["number"] for row in written.read().to_pylist()] == [*range(GROUP_ROWS + 1)]


def test_a_member_that_a_row_lacks_is_null_in_parquet(tmp_path: Path) -> None:
    with drafting(tmp_path) as folder:
        folder.rows("a.parquet", "parquet", {"kwargs": {"a": {"n": "int64"}, "b": {"n": "int64"}}}).write(
            {"kwargs": {"a": {"n": 1}}}
        )

    (row,) = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert row == {"kwargs": {"a": {"n": 1}, "b": None}}


def test_parquet_without_its_library_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "rollouts.export.parquet")
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    with pytest.raises(ExportError, match=r"takes pyarrow, .* install envfarm\[export\]"), drafting(tmp_path) as folder:
        folder.rows("a.parquet", "parquet", COLUMNS)


def test_lines_hold_the_columns_that_the_card_tells_of(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="number"), drafting(tmp_path) as folder:
        folder.rows("a.jsonl", "jsonl", COLUMNS).write({"word": "a"})

    assert not [*tmp_path.iterdir()]
