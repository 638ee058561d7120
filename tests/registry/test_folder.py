"""A folder's digest is that of what was emitted, and of nothing else."""

from pathlib import Path

from registry.folder import differences, file_digests, folder_digest


def test_equal_folders_have_equal_digests_wherever_they_are(by_hand: Path, tiny_air_folder: Path) -> None:
    assert folder_digest(file_digests(by_hand)) == folder_digest(file_digests(tiny_air_folder))


def test_one_changed_byte_changes_the_digest(by_hand: Path) -> None:
    before = folder_digest(file_digests(by_hand))

    (by_hand / "server.py").write_text((by_hand / "server.py").read_text() + "\n")

    assert folder_digest(file_digests(by_hand)) != before


def test_a_renamed_file_changes_the_digest(by_hand: Path) -> None:
    before = folder_digest(file_digests(by_hand))

    (by_hand / "seed.jsonl").rename(by_hand / "seeds.jsonl")

    assert folder_digest(file_digests(by_hand)) != before


def test_what_running_leaves_behind_does_not_count(by_hand: Path) -> None:
    before = file_digests(by_hand)

    (by_hand / "__pycache__").mkdir()
    (by_hand / "__pycache__" / "server.cpython-311.pyc").write_bytes(b"x")
    (by_hand / "certificate.json").write_text("{}")
    (by_hand / ".hidden").write_text("x")

    assert file_digests(by_hand) == before


def test_differences_name_each_file_and_what_happened_to_it() -> None:
    admitted = {"a": "1", "b": "2", "c": "3"}
    present = {"a": "1", "b": "9", "d": "4"}

    assert differences(admitted, present) == ("b changed", "c is missing", "d is new")
