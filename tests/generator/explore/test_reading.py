import gzip

import pytest

from generator.explore.errors import RefusedError
from generator.explore.fetch import Fetched
from generator.explore.reading import Reading, reading_of
from generator.explore.url import parse

SHELF = (
    b'{"openapi": "3.0.0", "info": {"title": "Shelf", "version": "1"}, "paths": {"/books": {"get": {"responses": {}}}}}'
)
YAML = b'# ours\nopenapi: 3.0.0\ninfo: {title: Shelf, version: "1"}\npaths: {/books: {get: {responses: {}}}}\n'


def read(content: bytes, content_type: str = "", path: str = "/x", links: tuple[str, ...] = ()) -> Reading:
    url = parse(f"https://shelf.example{path}")
    return reading_of(Fetched(url, url, content_type, content, links), 100)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (SHELF, "application/json"),
        (SHELF, "text/plain; charset=utf-8"),
        (SHELF, "text/html"),
        (YAML, "application/yaml"),
        (YAML, "text/plain"),
        (YAML, ""),
        (gzip.compress(SHELF), "application/octet-stream"),
    ],
)
def test_a_description_is_told_by_what_it_holds_whatever_it_is_called(content: bytes, content_type: str) -> None:
    reading = read(content, content_type)

    assert reading.said == "openapi-3.0: Shelf, 1 operation"
    assert (reading.operations, reading.licence.name) == (1, "")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (SHELF.replace(b'"get"', b'"x-get"'), "openapi-3.0 without operations; nothing to compile"),
        (SHELF[:40], "not JSON, or cut short"),
        (b'{"name": "shelf"}', "no description of an API: expected .*, got an object with name"),
        (b"\x89PNG\0\0", "got binary content|it should be"),
        (b'{"openapi": "3.0.0", "paths": {"/a": {"$ref": "./a.yaml"}}}', r"\$ref '\./a\.yaml' names a file"),
    ],
)
def test_what_does_not_read_as_a_description_with_operations_counts_for_nothing(content: bytes, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        read(content)


def test_a_description_may_have_its_licence_in_a_header() -> None:
    assert read(SHELF, links=('<https://opensource.org/licenses/MIT>; rel="license"',)).licence.name == "MIT"


def test_what_the_answer_declares_goes_with_what_the_page_says() -> None:
    reading = read(b"<html><a href='/b'>x</a></html>", "text/html", links=('</spec>; rel="service-desc"',))

    assert [place for _, place in reading.pointers.descriptions] == ["/spec"]
    assert reading.pointers.pages == ("/b",)


@pytest.mark.parametrize(
    ("content", "content_type", "why"),
    [
        ("<html><a href='/b'>Grüße</a>".encode("latin-1"), "text/html; charset=utf-8", "not the UTF-8 text"),
        (b"<html><a href='/b'>x</a>", "text/html; charset=klingon", "an encoding that is not known, klingon"),
        (b"<html><a href='/b'>x</a>" + b"<div>" * 600, "text/html", "elements are nested 601 deep, 512 at most"),
    ],
)
def test_a_page_that_cannot_be_used_is_followed_all_the_same(content: bytes, content_type: str, why: str) -> None:
    reading = read(content, content_type)

    assert reading.said.startswith("followed, but not used: ")
    assert why in reading.said
    assert (reading.is_documentation, reading.pointers.pages) == (False, ("/b",))


def test_a_page_is_documentation_by_its_operations_or_by_its_words() -> None:
    words = b"# Our API\n\nEach request has a bearer header, query parameters and JSON; see the response schema.\n"

    assert read(b"# Shelf\n\n`GET /books`\n", "text/markdown").is_documentation
    assert read(words, "text/markdown").is_documentation
    assert not read(b"# Tulips\n\nWe have many requests for them.\n", "text/markdown").is_documentation


def test_scripts_of_viewers_are_read_for_where_they_point() -> None:
    reading = read(b"window.ui = SwaggerUIBundle({url: '/v1/spec'})", "text/javascript", "/swagger-initializer.js")

    assert reading.said == "a script"
    assert [place for _, place in reading.pointers.descriptions] == ["/v1/spec"]


def test_a_catalog_is_read_for_what_it_lists() -> None:
    reading = read(b'{"linkset": [{"service-desc": [{"href": "/spec"}]}]}', "application/linkset+json")

    assert reading.said == "a catalog of 1 place"
    assert [place for _, place in reading.pointers.descriptions] == ["https://shelf.example/spec"]
