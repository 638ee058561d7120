from pathlib import Path

import pytest

from generator.build import Built, build, find_blueprints
from generator.lock import LOCK

NOTES = """
blueprint: 1
name: notes
title: Notes
clock: {start: "2025-03-03T09:00:00", tick_seconds: 60}
entities:
  note:
    prefix: nte
    seed: 3
    fields:
      text: {type: str, seed: topic}
tools:
  list_notes: {kind: list, entity: note, doc: List notes.}
  write_note: {kind: create, entity: note, set: [text], doc: Write a note.}
"""


@pytest.fixture
def blueprints(tmp_path: Path) -> Path:
    root = tmp_path / "blueprints"
    (root / "desk").mkdir(parents=True)
    (root / "desk" / "notes.yaml").write_text(NOTES)
    return root


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "servers"


def one(blueprints: Path, out: Path, *, check: bool = False) -> Built:
    (built,) = build(find_blueprints(blueprints), out, check=check)
    return built


def test_a_blueprint_is_written_below_its_domain(blueprints: Path, out: Path) -> None:
    built = one(blueprints, out)

    assert (built.folder, built.is_written, built.findings) == (out / "desk" / "notes", True, ())
    assert {file.name for file in (out / "desk" / "notes").iterdir()} == {
        ".lock.json", "README.md", "cases.jsonl", "manifest.json", "schema.sql", "seed.jsonl", "server.py",
    }  # fmt: skip
    assert [entry.name for entry in (out / "desk").iterdir()] == ["notes"]


def test_an_unchanged_emission_leaves_the_folder_and_its_certificate_alone(blueprints: Path, out: Path) -> None:
    folder = one(blueprints, out).folder
    assert folder is not None
    (folder / "certificate.json").write_text("{}")

    assert one(blueprints, out).is_written is False
    assert (folder / "certificate.json").exists()


def test_a_changed_emission_replaces_the_folder_and_drops_its_certificate(blueprints: Path, out: Path) -> None:
    folder = one(blueprints, out).folder
    assert folder is not None
    (folder / "certificate.json").write_text("{}")
    (folder / "server.py").write_text("changed by hand")

    assert one(blueprints, out).is_written is True
    assert not (folder / "certificate.json").exists()
    assert one(blueprints, out, check=True).findings == ()


def test_a_lock_that_differs_is_written_and_the_certificate_stays(blueprints: Path, out: Path) -> None:
    folder = one(blueprints, out).folder
    assert folder is not None
    (folder / "certificate.json").write_text("{}")
    (folder / LOCK).unlink()

    assert [finding.path for finding in one(blueprints, out, check=True).findings] == [LOCK]
    assert one(blueprints, out).is_written is True
    assert (folder / "certificate.json").exists()
    assert one(blueprints, out, check=True).findings == ()


@pytest.mark.parametrize("fresh", [False, True])
def test_check_finds_a_case_that_was_changed_by_hand(blueprints: Path, out: Path, fresh: bool) -> None:
    folder = one(blueprints, out).folder
    assert folder is not None
    cases = folder / "cases.jsonl"
    whole = cases.read_text()

    for spoilt in (whole.replace('"code":"', '"code":"not_', 1), "".join(whole.splitlines(keepends=True)[1:])):
        cases.write_text(spoilt)
        (built,) = build(find_blueprints(blueprints), out, check=True, fresh=fresh)
        assert "cases.jsonl" in [finding.path for finding in built.findings]


def test_check_reports_every_difference_and_writes_nothing(blueprints: Path, out: Path) -> None:
    folder = one(blueprints, out).folder
    assert folder is not None
    (folder / "server.py").write_text("changed by hand")
    (folder / "seed.jsonl").unlink()
    (folder / "notes.txt").write_text("extra")

    findings = one(blueprints, out, check=True).findings

    assert [(finding.path, finding.message.split(";")[0]) for finding in findings] == [
        ("server.py", "differs from what its blueprint emits"),
        ("seed.jsonl", "is missing"),
        ("notes.txt", "is not emitted"),
    ]
    assert (folder / "server.py").read_text() == "changed by hand"


def test_check_of_a_server_that_was_never_built_reports_its_files(blueprints: Path, out: Path) -> None:
    assert len(one(blueprints, out, check=True).findings) == 7
    assert not out.exists()


def test_a_broken_blueprint_is_reported_and_stops_no_other(blueprints: Path, out: Path) -> None:
    (blueprints / "desk" / "broken.yaml").write_text("blueprint: 1\nname: broken\n")
    heard: list[Built] = []

    built = build(find_blueprints(blueprints), out, jobs=2, progress=heard.append)

    assert [bool(each.findings) for each in built] == [True, False]
    assert tuple(heard) == built
    assert not (out / "desk" / "broken").exists()


def _raise_version(blueprints: Path) -> None:
    path = blueprints / "desk" / "notes.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Notes", "title: Notes\nversion: 2"), "utf-8")


def test_an_admitted_folder_of_an_older_version_is_kept_beside_the_new_one(blueprints: Path, out: Path) -> None:
    folder = one(blueprints, out).folder
    assert folder is not None
    (folder / "certificate.json").write_text("{}")
    before = (folder / "manifest.json").read_bytes()

    _raise_version(blueprints)
    one(blueprints, out)

    assert (out / "desk" / "notes@1" / "manifest.json").read_bytes() == before
    assert (out / "desk" / "notes@1" / "certificate.json").exists()
    assert not (folder / "certificate.json").exists()
    assert sorted(entry.name for entry in (out / "desk").iterdir()) == ["notes", "notes@1"]


def test_a_folder_that_was_never_admitted_is_not_kept(blueprints: Path, out: Path) -> None:
    one(blueprints, out)

    _raise_version(blueprints)
    one(blueprints, out)

    assert [entry.name for entry in (out / "desk").iterdir()] == ["notes"]
