"""What an export writes is what the golden files hold.

After an intended change: `GOLDEN=write pytest tests/rollouts/export`, then read the difference in git.
"""

import os
from pathlib import Path

import orjson
import pyarrow.parquet as pq
import pytest

from rollouts.export.example import ExportError
from rollouts.export.formats import FORMATS
from rollouts.export.source import Source
from tests.rollouts.export.conftest import Exporting, json_lines

GOLDEN = Path(__file__).parents[2] / "golden" / "exports"


def readable(path: Path) -> bytes:
    """Return a file as a person can compare it: parquet as JSON."""
    if path.suffix != ".parquet":
        return path.read_bytes()
    return orjson.dumps(pq.read_table(path).to_pylist(), option=orjson.OPT_INDENT_2) + b"\n"


def test_all_formats_are_what_the_golden_files_hold(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    done = exporting(tasks, tmp_path / "out", *FORMATS)

    assert done.rows == dict.fromkeys(FORMATS, 2)
    for name in done.files:
        written = readable(tmp_path / "out" / name)
        known = GOLDEN / f"{name}.json" if name.endswith(".parquet") else GOLDEN / name
        if os.environ.get("GOLDEN") == "write":
            known.parent.mkdir(parents=True, exist_ok=True)
            known.write_bytes(written)
        assert written == known.read_bytes(), name


def test_the_same_input_gives_the_same_bytes(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    files = [exporting(tasks, tmp_path / out, *FORMATS).files for out in ("one", "two")]

    assert files[0] == files[1]
    for name in files[0]:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes(), name


def test_an_export_again_takes_the_place_of_the_first(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    exporting(tasks, tmp_path / "out", "trl")
    tasks.write_bytes(tasks.read_bytes().splitlines(keepends=True)[0])

    exporting(tasks, tmp_path / "out", "trl")

    assert len(json_lines(tmp_path / "out" / "trl" / "train.jsonl")) == 1


@pytest.mark.parametrize(("name", "split"), [("openai", "train"), ("trl", "test")])
def test_files_of_another_export_are_not_left_beside(
    name: str, split: str, tasks: Path, exporting: Exporting, tmp_path: Path
) -> None:
    exporting(tasks, tmp_path / "out", "trl")

    with pytest.raises(ExportError, match=r"out holds trl/train\.jsonl of another export"):
        exporting(Source(tasks, split=split), tmp_path / "out", name)


def test_what_a_killed_export_left_does_no_harm(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    (tmp_path / "out" / "trl").mkdir(parents=True)
    (tmp_path / "out" / "trl" / ".train.jsonl.partial").write_text("half a row", "utf-8")

    exporting(tasks, tmp_path / "out", "trl")

    assert [path.name for path in (tmp_path / "out" / "trl").iterdir()] == ["train.jsonl"]


def test_llamafactory_is_told_of_the_file(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    exporting(Source(tasks, split="dev"), tmp_path, "llamafactory")

    info = orjson.loads((tmp_path / "llamafactory" / "dataset_info.json").read_bytes())
    assert (tmp_path / "llamafactory" / info["envfarm_dev"]["file_name"]).is_file()


def test_no_tasks_are_nothing_to_export(exporting: Exporting, tmp_path: Path) -> None:
    (tmp_path / "none.jsonl").write_bytes(b"")

    with pytest.raises(ExportError, match=r"none\.jsonl: holds no tasks"):
        exporting(tmp_path / "none.jsonl", tmp_path / "out", "trl")

    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]


def test_no_episode_that_counts_is_nothing_to_export(tasks: Path, exporting: Exporting, tmp_path: Path) -> None:
    (tmp_path / "episodes.jsonl").write_bytes(b"")

    with pytest.raises(ExportError, match=r"no episode answered every turn and earned 0\.95 or more"):
        exporting(Source(tasks, tmp_path / "episodes.jsonl"), tmp_path / "out", "trl")
