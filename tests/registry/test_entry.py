"""Entries say what stands in a folder, and in one sentence why it is not admitted."""

import json
import shutil
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from registry.certificate import Certificate, read_certificate, write_certificate
from registry.entry import Entry, entries, entry
from registry.folder import file_digests, folder_digest


def certified(folder: Path) -> Path:
    files = file_digests(folder)
    manifest = read_manifest(folder)
    certificate = Certificate(
        environment=manifest.slug,
        version=manifest.version,
        tier="partial",
        digest=folder_digest(files),
        files=files,
        envkit="0.1.0",
        checks=(),
    )
    write_certificate(folder, certificate)
    return folder


def test_a_certified_folder_is_admitted(by_hand: Path) -> None:
    found = entry(certified(by_hand))

    digest = folder_digest(file_digests(by_hand))
    assert found == Entry("tiny_air", "travel", 1, 8, by_hand, digest, "admitted", "")


def test_a_folder_without_certificate_is_unproven(by_hand: Path) -> None:
    found = entry(by_hand)

    assert (found.status, found.reason) == (
        "unproven",
        "tiny_air has no certificate; run `envfarm verify tiny_air`",
    )


def test_a_changed_folder_is_no_longer_admitted_and_says_which_files_differ(by_hand: Path) -> None:
    certified(by_hand)
    (by_hand / "server.py").write_text("changed")
    (by_hand / "extra.txt").write_text("new")

    found = entry(by_hand)

    assert found.status == "changed"
    assert found.reason == "tiny_air differs from what was admitted: server.py changed, extra.txt is new"


def test_a_certificate_of_another_environment_admits_nothing(by_hand: Path) -> None:
    certified(by_hand)
    text = (by_hand / "certificate.json").read_text().replace('"tiny_air"', '"other_air"')
    (by_hand / "certificate.json").write_text(text)

    assert entry(by_hand).reason == "the certificate is about other_air, not tiny_air"


def test_a_certificate_with_a_forged_digest_admits_nothing(by_hand: Path) -> None:
    certified(by_hand)
    certificate = json.loads((by_hand / "certificate.json").read_text())
    (by_hand / "certificate.json").write_text(json.dumps({**certificate, "digest": "0" * 64}))

    assert entry(by_hand).status == "changed"


def test_a_certificate_that_is_none_counts_as_none(by_hand: Path) -> None:
    (by_hand / "certificate.json").write_text('{"certificate": 1')

    assert read_certificate(by_hand) is None
    assert entry(by_hand).status == "unproven"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("server.py", None, "server.py missing; build the environment again"),
        ("manifest.json", '{"slug": ', "Invalid JSON"),
        ("manifest.json", "[]", "should be an object"),
        ("manifest.json", "\udcff", "build the environment again"),
        ("cast.json", '{"cast": 2}', "cast.json: cast: Input should be 1"),
    ],
)
def test_a_tampered_folder_is_one_sentence(by_hand: Path, name: str, content: str | None, sentence: str) -> None:
    (by_hand / name).unlink(missing_ok=True)
    if content is not None:
        (by_hand / name).write_bytes(content.encode(errors="surrogateescape"))

    found = entry(by_hand)

    assert found.status == "unproven"
    assert sentence in found.reason
    assert "\n" not in found.reason


def test_entries_are_ordered_by_domain_and_slug(by_hand: Path) -> None:
    root = by_hand.parents[1]
    shutil.copytree(by_hand, root / "commerce" / "shop")

    assert [(each.folder.parent.name, each.folder.name) for each in entries(root)] == [
        ("commerce", "shop"),
        ("travel", "tiny_air"),
    ]


def test_an_empty_root_has_no_entries(tmp_path: Path) -> None:
    assert entries(tmp_path) == ()
