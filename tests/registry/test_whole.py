from pathlib import Path

import pytest

from registry.whole import write_whole


def test_a_file_is_written_and_replaced_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    for content in (b"one", b"two"):
        write_whole(tmp_path / "file.json", content)

    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("file.json", b"two")]


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    (tmp_path / "place" / "kept").touch()

    with pytest.raises(OSError, match="place"):
        write_whole(tmp_path / "place", b"content")

    assert [each.name for each in tmp_path.iterdir()] == ["place"]
