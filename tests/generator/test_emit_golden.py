"""The whole emission of one small blueprint, file by file.

After an intended change: `GOLDEN=write pytest tests/generator/test_emit_golden.py`, then read the difference in git.
"""

import os

import pytest

from generator.emit import folder
from tests.generator.emitting import GOLDEN, emitted, lending

EXPECTED = GOLDEN / "expected"
FILES = ("README.md", "cases.jsonl", "manifest.json", "schema.sql", "seed.jsonl", "server.py")


@pytest.mark.parametrize("name", FILES)
def test_a_blueprint_emits_what_is_written_down(name: str) -> None:
    text = emitted("lending")[name]
    if os.environ.get("GOLDEN") == "write":
        EXPECTED.mkdir(exist_ok=True)
        (EXPECTED / name).write_text(text, encoding="utf-8")

    assert text == (EXPECTED / name).read_text(encoding="utf-8")


def test_the_folder_holds_these_files_and_no_other() -> None:
    assert sorted(emitted("lending")) == sorted(FILES)


def test_the_same_blueprint_emits_the_same_bytes() -> None:
    assert folder(lending()) == emitted("lending")
