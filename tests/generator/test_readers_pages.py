import codecs
import hashlib
from pathlib import Path

import pytest

from generator.draft.material import material_of
from generator.readers import read
from generator.readers.capture import Capture, keep
from generator.readers.pages import MOST_BYTES, MOST_DEPTH, MOST_TAGS, page_of, read_page
from generator.resource import ResourceError

SHELF = """<!doctype html><html><head><title>Shelf API
 reference</title><script>var menu = "<h1>no</h1>"</script></head><body>
<nav><a href="/">Home</a></nav><form><main><h1>Shelf</h1><p>Books &amp; loans. Use <code>GET /books/:id</code>.</p>
<h2>Loans</h2><table><thead><tr><th>Method</th><th>Path</th><th>What</th></tr></thead>
<tr><td>GET</td><td><code>/loans</code></td><td>List | all loans.</td></tr>
<tr><td>POST</td><td><code>/loans</code></td><td>Lend a book.</td></tr></table>
<h2>Bring back</h2><pre><code class="language-sh">curl -X POST \\
  https://shelf.example/loans/7/return</code></pre>
<button>Try it</button></main></form><footer>Imprint</footer></body></html>"""
MARKDOWN = "# Shelf\n\n```\nGET /books\n```\n"


def capture_of(content: bytes, **changes: object) -> Capture:
    known: dict[str, object] = {
        "kind": "page",
        "format": "documentation",
        "title": "Shelf",
        "url": "https://shelf.example/docs",
        "final_url": "https://shelf.example/docs/",
        "date": "2025-03-03",
        "content_type": "text/html",
        "size_bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "CC-BY-4.0",
    }
    return Capture.model_validate(known | changes)


def written(folder: Path, content: bytes, name: str = "shelf.html") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_page_keeps_headings_tables_and_code_and_drops_what_is_around_them() -> None:
    page = page_of(SHELF.encode(), "text/html", "shelf")

    assert page.title == "Shelf API reference"
    assert page.text.startswith(
        "# Shelf\n\nBooks & loans. Use `GET /books/:id`.\n\n## Loans\n\n| Method | Path | What |"
    )
    assert "```sh\ncurl -X POST \\\n  https://shelf.example/loans/7/return\n```" in page.text
    for around in ("menu", "Home", "Try it", "Imprint"):
        assert around not in page.text


def test_the_operations_of_a_page_are_told_with_a_few_words() -> None:
    page = page_of(SHELF.encode(), "text/html", "shelf")

    assert [(one.method, one.path, one.summary) for one in page.endpoints] == [
        ("GET", "/books/{id}", "Shelf"),
        ("GET", "/loans", "List all loans"),
        ("POST", "/loans", "Lend a book"),
        ("POST", "/loans/7/return", "Bring back"),
    ]


@pytest.mark.parametrize(("content_type", "name"), [("text/markdown", "a"), ("", "shelf.md"), ("text/plain", "b")])
def test_markdown_and_plain_text_pass_as_they_are(content_type: str, name: str) -> None:
    page = page_of(MARKDOWN.encode(), content_type, name)

    assert (page.title, page.text) == ("Shelf", MARKDOWN.strip())
    assert [(one.method, one.path) for one in page.endpoints] == [("GET", "/books")]


def test_html_is_known_by_how_it_begins_where_nobody_says_so() -> None:
    assert page_of(SHELF.encode(), "", "shelf").text.startswith("# Shelf")
    assert page_of(b"<!-- made by hand --><html><p>Hello</html>", "", "shelf").text == "Hello"


def test_a_page_in_a_file_is_a_resource_whose_document_a_draft_can_use(tmp_path: Path) -> None:
    resource = read(str(written(tmp_path, SHELF.encode())))

    assert (resource.format, resource.title, resource.licence) == ("documentation", "Shelf API reference", "")
    assert resource.sha256 == hashlib.sha256(SHELF.encode()).hexdigest()
    assert set(resource.document) == {"title", "url", "text", "endpoints"}
    assert resource.document["endpoints"][1] == {"method": "GET", "path": "/loans", "summary": "List all loans"}


def test_a_capture_is_read_with_the_words_of_its_sidecar(tmp_path: Path) -> None:
    path = keep(tmp_path / "explore", SHELF.encode(), capture_of(SHELF.encode()))

    source = read(str(path)).source

    assert (source.url, source.licence, source.retrieved) == ("https://shelf.example/docs/", "CC-BY-4.0", "2025-03-03")
    assert path.name == source.sha256


def test_a_licence_that_is_given_goes_before_one_that_was_found(tmp_path: Path) -> None:
    path = keep(tmp_path, SHELF.encode(), capture_of(SHELF.encode()))

    assert read_page(path, licence="MIT").licence == "MIT"


def test_a_description_that_was_explored_has_its_place_from_its_sidecar(tmp_path: Path) -> None:
    content = (
        b'{"kind":"discovery#restDescription","name":"a","version":"1","resources":{},"schemas":{},"revision":"7"}'
    )
    path = keep(tmp_path, content, capture_of(content, kind="description", format="google-discovery-v1"))

    resource = read(str(path))

    assert (resource.url, resource.licence) == ("https://shelf.example/docs/", "CC-BY-4.0")
    assert resource.retrieved == "revision 7, 2025-03-03"


def test_a_description_that_was_explored_belongs_to_no_package_around_it(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "shop", "version": "1.0.0"}')
    content = b'{"openapi":"3.0.0","info":{"title":"Shelf"},"paths":{}}'
    path = keep(tmp_path, content, capture_of(content, kind="description", format="openapi-3.0"))

    assert (read(str(path)).package, read(str(path)).path) == ("", path.name)


def test_a_description_that_was_changed_since_it_was_explored_is_refused(tmp_path: Path) -> None:
    content = b'{"openapi":"3.0.0","info":{"title":"Shelf"},"paths":{}}'
    path = keep(tmp_path, content, capture_of(content, kind="description", format="openapi-3.0"))
    path.write_bytes(content.replace(b"Shelf", b"Bench"))

    with pytest.raises(ResourceError, match="changed since it was fetched from"):
        read(str(path))


def test_a_page_without_a_title_is_called_by_its_place(tmp_path: Path) -> None:
    content = b"<html><p>GET /a</html>"

    assert read(str(written(tmp_path, content, "quiet.html"))).title == "quiet"
    kept = keep(tmp_path, content, capture_of(content, final_url="https://a.example/the%20way/"))
    assert read(str(kept)).title == "the way"


def test_a_page_is_told_to_a_model_by_its_operations_and_its_text(tmp_path: Path) -> None:
    material = material_of(read(str(written(tmp_path, SHELF.replace("Lend a book.", "word " * 900).encode()))))

    lines = material.text.splitlines()
    assert lines[1] == "operation GET /loans: List all loans"
    assert "The page says:" in lines
    assert max(map(len, lines)) < 700
    assert material.source is not None


@pytest.mark.parametrize(
    ("content", "content_type", "sentence"),
    [
        (b"<html>" + b"<div>" * (MOST_DEPTH + 1), "", "elements are nested 514 deep, 512 at most"),
        (b" " * (MOST_BYTES + 1), "", "larger than 20 MB"),
        (b"<html>" + b"<br>" * MOST_TAGS, "", "more than 500,000 tags"),
        ("Grüße".encode("latin-1"), "text/html", r"not the UTF-8 text it should be: .* at byte 2; save it as UTF-8"),
        (b"x", "text/html; charset=klingon", "an encoding that is not known, klingon"),
        (b"x", "text/html; charset=rot13", "names rot13, which is no encoding of text"),
        (b"x", "text/html; charset=punycode", "names punycode, which is no encoding of text"),
        (b"<html>\0\0\0", "", "got binary content"),
    ],
)
def test_hostile_pages_are_refused_with_one_sentence(content: bytes, content_type: str, sentence: str) -> None:
    with pytest.raises(ResourceError, match=sentence) as caught:
        page_of(content, content_type, "page")

    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("Grüße".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
        ("Grüße".encode("utf-16"), ""),
        (codecs.BOM_UTF32_BE + "Grüße".encode("utf-32-be"), ""),
        ("\ufeffGrüße".encode(), ""),
        ("Grüße".encode(), 'text/plain; charset="UTF-8"'),
    ],
)
def test_other_encodings_are_read_where_they_are_named(content: bytes, content_type: str) -> None:
    assert page_of(content, content_type, "page").text == "Grüße"


def test_a_page_may_name_its_own_encoding() -> None:
    content = '<html><head><meta charset="windows-1252"></head><p>“Grüße”</html>'.encode("cp1252")

    assert page_of(content, "text/html", "page").text == "“Grüße”"


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match=r"gone\.html: no such file"):
        read("gone.html")
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(ResourceError, match=r"folder\.html: cannot be read"):
        read(str(tmp_path / "folder.html"))


def test_a_capture_that_was_changed_is_refused(tmp_path: Path) -> None:
    path = keep(tmp_path, SHELF.encode(), capture_of(SHELF.encode()))
    path.write_bytes(b"other")

    with pytest.raises(ResourceError, match=r"changed since it was fetched from https://shelf\.example/docs/"):
        read(str(path))


def test_a_broken_sidecar_is_named_with_its_fault(tmp_path: Path) -> None:
    path = keep(tmp_path, SHELF.encode(), capture_of(SHELF.encode()))
    path.with_name(path.name + ".json").write_text('{"capture": 2}')

    with pytest.raises(ResourceError, match="not the sidecar of a capture: capture: "):
        read(str(path))
