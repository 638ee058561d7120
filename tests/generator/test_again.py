from pathlib import Path

import pytest

from envkit.manifest import Source
from generator.again import read_again
from generator.outline import Outline
from generator.resource import ResourceError
from tests.generator.depot import depot, write_depot

PACKAGE = Source(title="Depot", package="npm:@depot/api@1.0.0", path="specs/depot.json", licence="MIT")


def compiled(reference: str) -> Outline:
    return Outline(maker="compiled", reference=reference, sources=())


def test_an_installed_package_is_read_as_it_is_now() -> None:
    path = "googleapiclient/discovery_cache/documents/tasks.v1.json"
    source = Source(package="pypi:google-api-python-client==1.0.0", path=path)

    assert read_again(source, None, "", []).reference == "google:tasks.v1"


def test_a_file_of_an_npm_package_is_found_where_npm_puts_it(tmp_path: Path) -> None:
    folder = tmp_path / "node_modules" / "@depot" / "api" / "specs"
    folder.mkdir(parents=True)
    write_depot(folder / "depot.json", depot())

    assert read_again(PACKAGE, None, "", [tmp_path / "elsewhere", tmp_path]).title == "Depot"


def test_what_was_read_at_first_is_read_again(tmp_path: Path) -> None:
    path = write_depot(tmp_path / "depot.json", depot())

    assert read_again(PACKAGE, compiled(str(path)), "", []).title == "Depot"
    assert read_again(PACKAGE, compiled("google:tasks.v1"), "", []).reference == "google:tasks.v1"


def test_what_a_person_names_comes_first(tmp_path: Path) -> None:
    path = write_depot(tmp_path / "depot.json", depot())

    assert read_again(PACKAGE, compiled("google:tasks.v1"), str(path), []).title == "Depot"


def test_a_source_that_is_not_at_hand_is_one_sentence(tmp_path: Path) -> None:
    message = r"npm:@depot/api@1\.0\.0 specs/depot\.json: is not at hand; name it with --source"
    with pytest.raises(ResourceError, match=message):
        read_again(PACKAGE, compiled("gone.json"), "", [tmp_path])
