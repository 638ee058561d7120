import pytest

from generator.readers import read
from generator.resource import pointer, resolve

DOCUMENT = {"a": {"b/c": [10, {"~": "deep"}]}, "": "empty"}


@pytest.mark.parametrize(
    ("at", "value"),
    [("", DOCUMENT), ("/a/b~1c/0", 10), ("/a/b~1c/1/~0", "deep"), ("/", "empty")],
)
def test_a_pointer_resolves_as_rfc_6901_says(at: str, value: object) -> None:
    assert resolve(DOCUMENT, at) == value


@pytest.mark.parametrize("at", ["/b", "/a/b~1c/2", "/a/b~1c/x", "/a/b~1c/²", "/a/b~1c/0/deeper"])
def test_a_pointer_to_nothing_is_a_lookup_error(at: str) -> None:
    with pytest.raises(LookupError, match="nothing at"):
        resolve(DOCUMENT, at)


def test_a_written_pointer_resolves_to_what_it_was_written_for() -> None:
    assert resolve(DOCUMENT, pointer("a", "b/c", "1", "~")) == "deep"


def test_a_resource_hands_its_provenance_on() -> None:
    resource = read("google:tasks.v1")

    source = resource.source

    assert source.title == "Google Tasks API"
    assert source.licence == "Apache-2.0"
    assert source.sha256 == resource.sha256
    assert source.package.startswith("pypi:google-api-python-client==")
