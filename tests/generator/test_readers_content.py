import gzip
import io
import os
import zipfile
from pathlib import Path

import orjson
import pytest

from generator.readers import read
from generator.readers.content import MOST_BYTES, file_content, parsed
from generator.readers.yaml_text import MOST_DEPTH, YamlError, parse_yaml
from generator.resource import ResourceError

SMALL = b'{"openapi": "3.0.0", "info": {"title": "Shelf"}, "paths": {}}'


def zipped(**members: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name.replace("_", ".")), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def placed(folder: Path, content: bytes, name: str = "shelf.json") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("~", None),
        ("0x1F", 31),
        ("012", 12),
        ("-1.5e3", -1500.0),
        ("1.2.3", "1.2.3"),
        ('"5"', "5"),
        ("!!str 5", "5"),
        ("22:30", "22:30"),
    ],
)
def test_plain_words_of_yaml_are_read_as_version_1_2_says(text: str, value: object) -> None:
    assert parse_yaml(f"a: {text}") == {"a": value}


def test_keys_of_yaml_are_text() -> None:
    assert parse_yaml("200: a\nno: b\ntrue: c") == {"200": "a", "no": "b", "true": "c"}


def test_aliases_and_merges_are_filled_in() -> None:
    assert parse_yaml("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a") == {
        "a": {"x": 1, "y": 2},
        "b": {"x": 1, "y": 3},
        "c": {"x": 1, "y": 2},
    }


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: 1\na: 2", 'key "a" is there twice at line 2, column 1'),
        ("&a [*a]", r'alias "\*a" repeats nothing that is complete at line 1'),
        ("a: *b", r'alias "\*b" repeats nothing'),
        ("a: !Sub x", 'tag "!Sub" has no meaning here at line 1'),
        ("? [a]\n: b", "a key that is no text"),
        ("---\na: 1\n---\nb: 2", "more than one document at line 3"),
        ("a: [", "did not find expected node content"),
        ("a: \x01", "a character that YAML does not allow"),
        ("a: {<<: 1}", "merges something that is no mapping"),
        ("[" * (MOST_DEPTH + 1), "more than 200 levels deep"),
    ],
)
def test_yaml_that_is_not_taken_is_told_with_the_place(text: str, complaint: str) -> None:
    with pytest.raises(YamlError, match=complaint):
        parse_yaml(text)


def test_aliases_of_aliases_are_counted_before_they_fill_the_memory() -> None:
    lines = ["a0: &a0 [1, 2, 3, 4, 5, 6, 7, 8, 9]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]

    with pytest.raises(YamlError, match="more than 3,000,000 values, with those that aliases repeat"):
        parse_yaml("\n".join(lines))


def test_aliases_do_not_hide_depth() -> None:
    lines = ["a0: &a0 [1]", *(f"a{n}: &a{n} [[[[*a{n - 1}]]]]" for n in range(1, 60))]

    with pytest.raises(YamlError, match="levels deep"):
        parse_yaml("\n".join(lines))


def test_json_is_bounded_in_depth() -> None:
    deep = b'{"a": ' + b"[" * MOST_DEPTH + b"]" * MOST_DEPTH + b"}"

    with pytest.raises(ResourceError, match=r"shelf: more than 200 levels deep"):
        parsed(deep, "shelf")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_tells_the_encoding(encoding: str) -> None:
    assert parsed('{"a": "ü"}'.encode(encoding), "shelf") == {"a": "ü"}


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ('{"a": 1}'.encode("utf-16-le"), "UTF-16 or binary without a byte order mark"),
        (b'{"a": "\xff"}', "not UTF-8 text: .* at byte 7"),
        (b"<html>", "a page of HTML or XML, where JSON or YAML was expected"),
        (b"[1]", "expected an object, got a list"),
        (b"hello", "expected an object, got text"),
        (b"# nothing", "expected an object, got nothing"),
        (b"", "not JSON, or cut short: .* at line 1, column 1"),
        (b'{"a": "\\ud800"}', "not JSON, or cut short"),
        (b"a: [", "not YAML that can be read: .* line"),
    ],
)
def test_bytes_that_hold_no_object_are_refused(content: bytes, complaint: str) -> None:
    with pytest.raises(ResourceError, match=complaint):
        parsed(content, "shelf")


def test_gzip_and_zip_files_are_opened(tmp_path: Path) -> None:
    packed = placed(tmp_path, gzip.compress(SMALL), "shelf.json.gz")
    archive = placed(tmp_path, zipped(shelf_json=SMALL, readme_txt=b"x"), "shelf.zip")

    assert file_content(packed, "a") == file_content(archive, "b") == SMALL


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (gzip.compress(b" " * (MOST_BYTES + 1), mtime=0), "larger than 20 MB"),
        (zipped(a_json=b" " * (MOST_BYTES + 1)), "larger than 20 MB"),
        (gzip.compress(SMALL, mtime=0)[:-9], "a gzip file that is cut short"),
        (gzip.compress(SMALL, mtime=0) * 2, "a gzip file with more behind its end"),
        (b"\x1f\x8b nothing", "a gzip file that cannot be opened"),
        (zipped(a_json=SMALL)[:40], "a zip file that cannot be opened"),
        (zipped(a_json=SMALL, b_yaml=SMALL), "a zip file with 2 JSON or YAML files; unpack it"),
        (zipped(a_txt=SMALL), "a zip file with 0 JSON or YAML files"),
        (b" " * (MOST_BYTES + 1), "larger than 20 MB"),
    ],
)
def test_packed_files_are_bounded_and_whole(tmp_path: Path, content: bytes, complaint: str) -> None:
    with pytest.raises(ResourceError, match=complaint):
        file_content(placed(tmp_path, content), "shelf")


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(ResourceError, match="cannot be read: it is no file"):
            file_content(path, "shelf")
    with pytest.raises(ResourceError, match=r"no such file; name a file, or an API as google:tasks\.v1"):
        file_content(tmp_path / "gone", "shelf")
    with pytest.raises(ResourceError, match="cannot be read"):
        file_content(Path("a\0b"), "shelf")


def test_a_document_of_no_known_kind_is_told_what_is_known(tmp_path: Path) -> None:
    with pytest.raises(
        ResourceError, match=r'Google Discovery .*, OpenAPI 3 \("openapi"\), .*, got an object with kind'
    ):
        read(str(placed(tmp_path, b'{"kind": "discovery#list"}')))


def test_a_licence_is_the_documents_unless_one_is_given(tmp_path: Path) -> None:
    stated = {**orjson.loads(SMALL), "info": {"title": "Shelf", "license": {"name": "MIT"}}}
    path = placed(tmp_path, orjson.dumps(stated))

    assert (read(str(path)).licence, read(str(path), licence="CC0-1.0").licence) == ("MIT", "CC0-1.0")
    assert read(str(placed(tmp_path, SMALL, "other.json"))).licence == ""


def test_a_file_of_an_unpacked_npm_package_names_it(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"name": "@shelf/api", "version": "1.2.3"}')
    (tmp_path / "api").mkdir()

    resource = read(str(placed(tmp_path / "api", SMALL)))

    assert (resource.package, resource.path) == ("npm:@shelf/api@1.2.3", "api/shelf.json")
    assert resource.retrieved == "package 1.2.3, version unknown"


@pytest.mark.parametrize("about", ['{"name": "app", "version": "1", "private": true}', '{"name": "app"}', "{", "[]"])
def test_a_folder_that_is_no_published_package_names_none(tmp_path: Path, about: str) -> None:
    (tmp_path / "package.json").write_text(about)

    resource = read(str(placed(tmp_path, SMALL)))

    assert (resource.package, resource.path) == ("", "shelf.json")


def test_a_file_of_a_pip_package_names_the_one_that_lists_it(tmp_path: Path) -> None:
    for name, listed in (("other", "other/shelf.json"), ("shelf", "shelf/shelf.json")):
        about = tmp_path / f"{name}-2.0.dist-info"
        about.mkdir()
        (about / "RECORD").write_text(f"{listed},sha256=x,1\n")
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 2.0\n\ntext")
    (tmp_path / "shelf").mkdir()

    resource = read(str(placed(tmp_path / "shelf", SMALL)))

    assert (resource.package, resource.path) == ("pypi:shelf==2.0", "shelf/shelf.json")
