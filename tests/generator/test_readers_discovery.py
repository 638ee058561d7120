import hashlib
from pathlib import Path

import orjson
import pytest

from generator.readers import read
from generator.readers.discovery import installed_library, read_api
from generator.resource import ResourceError

MINIMAL = {
    "kind": "discovery#restDescription",
    "name": "shelf",
    "version": "v1",
    "title": "Shelf API",
    "revision": "20250101",
    "documentationLink": "https://shelf.example",
    "resources": {},
    "schemas": {},
}


def written(folder: Path, content: bytes) -> Path:
    path = folder / "shelf.json"
    path.write_bytes(content)
    return path


def test_an_api_of_the_package_is_read_with_its_version_and_digest() -> None:
    library = installed_library()
    assert library is not None

    resource = read("google:tasks.v1")

    content = (library.documents / "tasks.v1.json").read_bytes()
    assert resource.sha256 == hashlib.sha256(content).hexdigest()
    assert resource.package == f"pypi:google-api-python-client=={library.version}"
    assert resource.path.endswith("documents/tasks.v1.json")
    assert resource.document["id"] == "tasks:v1"


def test_reading_twice_gives_the_same_resource() -> None:
    assert read("google:calendar.v3") == read("google:calendar.v3")


def test_a_file_is_read_as_the_package_would_be(tmp_path: Path) -> None:
    path = written(tmp_path, orjson.dumps(MINIMAL))

    resource = read(str(path))

    assert (resource.title, resource.format, resource.path) == ("Shelf API", "google-discovery-v1", "shelf.json")
    assert (resource.retrieved, resource.package, resource.licence) == ("revision 20250101", "", "")


def test_an_unknown_api_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(ResourceError, match=r'not among the \d+ APIs .*; did you mean "google:calendar.v3"\?'):
        read("google:calender.v3")


def test_an_api_like_no_other_is_answered_with_how_names_look() -> None:
    with pytest.raises(ResourceError, match=r"names look like google:tasks.v1"):
        read("google:!!!")


def test_without_the_package_the_error_says_what_to_install() -> None:
    with pytest.raises(ResourceError, match=r"is not installed; pip install 'envfarm\[resources\]'"):
        read_api("tasks.v1", None)


def test_a_document_without_schemas_is_refused(tmp_path: Path) -> None:
    partial = {key: value for key, value in MINIMAL.items() if key != "schemas"}

    with pytest.raises(ResourceError, match="a Discovery document without schemas"):
        read(str(written(tmp_path, orjson.dumps(partial))))


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"kind": "x"}', orjson.dumps(MINIMAL)[:-20], b"a: ["])
def test_every_complaint_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ResourceError) as caught:
        read(str(written(tmp_path, content)))

    assert "\n" not in str(caught.value)
