"""The one way in for the bytes of a description: unpacked, decoded and parsed within bounds."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from generator.readers.charset import marked
from generator.readers.yaml_text import MOST_DEPTH, MOST_VALUES, YamlError, parse_yaml
from generator.resource import Document, ResourceError

MOST_BYTES = 20_000_000
"""Of one description, unpacked. Of 2,639 published ones two of Microsoft Graph are larger; the next has 6.3 MB."""

_CUT_DOWN = "cut it down to the operations that are wanted"
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_SUFFIXES = (".json", ".yaml", ".yml")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)


def file_content(path: Path, where: str) -> bytes:
    """Read a file and open it if it is a gzip or zip file. Raises ResourceError."""
    content = file_bytes(path, where)
    if content.startswith(_GZIP):
        return _gunzipped(content, where)
    return _unzipped(content, where) if content.startswith(_ZIP) else content


def file_bytes(path: Path, where: str) -> bytes:
    """Read a file as it is. Raises ResourceError."""
    try:
        if path.exists() and not path.is_file():
            raise ResourceError(f"{where}: cannot be read: it is no file")
        with path.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise ResourceError(f"{where}: no such file; name a file, or an API as google:tasks.v1") from error
    except (OSError, ValueError) as error:
        raise ResourceError(f"{where}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    _check_size(content, where)
    return content


def parsed(content: bytes, where: str) -> Document:
    """Parse JSON or YAML, told apart by how the text begins, to an object. Raises ResourceError.

    A bare list of MCP tools is read as the result that it was taken out of.
    """
    text = _text(content, where)
    start = text.lstrip()[:1]
    if start == "<":
        raise ResourceError(f"{where}: a page of HTML or XML, where JSON or YAML was expected; save the raw document")
    found = _json(text, where) if start in ("", "{", "[") else _yaml(text, where)
    if isinstance(found, list) and found and all(isinstance(one, Mapping) and "inputSchema" in one for one in found):
        return {"tools": found}
    if not isinstance(found, Mapping):
        raise ResourceError(f"{where}: no description of an API: expected an object, got {_kind(found)}")
    return found


def _check_size(content: bytes, where: str) -> None:
    if len(content) > MOST_BYTES:
        raise ResourceError(f"{where}: larger than {MOST_BYTES // 1_000_000} MB; {_CUT_DOWN}")


def _gunzipped(content: bytes, where: str) -> bytes:
    opener = zlib.decompressobj(wbits=31)
    try:
        made = opener.decompress(content, MOST_BYTES + 1)
    except zlib.error as error:
        raise ResourceError(f"{where}: a gzip file that cannot be opened: {error}") from error
    _check_size(made, where)
    if not opener.eof:
        raise ResourceError(f"{where}: a gzip file that is cut short")
    if opener.unused_data:
        raise ResourceError(f"{where}: a gzip file with more behind its end; name a file that holds one document")
    return made


def _unzipped(content: bytes, where: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if PurePosixPath(name).suffix.lower() in _SUFFIXES]
            if len(names) != 1:
                raise ResourceError(
                    f"{where}: a zip file with {len(names)} JSON or YAML files; unpack it and name the first file"
                )
            with archive.open(names[0]) as stream:
                made = stream.read(MOST_BYTES + 1)
    except (*_BROKEN, RuntimeError) as error:  # RuntimeError: encrypted, or packed by a method that is not known
        raise ResourceError(f"{where}: a zip file that cannot be opened: {error}") from error
    _check_size(made, where)
    return made


def _text(content: bytes, where: str) -> str:
    """Decode UTF-8, or whatever the byte order mark at the start announces."""
    encoding = marked(content) or "utf-8"
    if encoding == "utf-8" and b"\0" in content[:4]:
        raise ResourceError(f"{where}: UTF-16 or binary without a byte order mark; save it as UTF-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise ResourceError(f"{where}: not {encoding.upper()} text: {error.reason} at byte {error.start}") from error


# Any: what a parser gives, which the caller looks at.
def _json(text: str, where: str) -> Any:
    if text.count(",") > MOST_VALUES:
        raise ResourceError(f"{where}: more than {MOST_VALUES:,} values; {_CUT_DOWN}")
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ResourceError(f"{where}: not JSON, or cut short: {error.msg} at {place}") from error
    level = [found] if isinstance(found, dict | list) else []
    for _ in range(MOST_DEPTH):
        if not level:
            return found
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
    raise ResourceError(f"{where}: more than {MOST_DEPTH} levels deep")


def _yaml(text: str, where: str) -> Any:
    try:
        return parse_yaml(text)
    except YamlError as error:
        raise ResourceError(f"{where}: not YAML that can be read: {error}") from error


def _kind(found: object) -> str:
    return "a list" if isinstance(found, list) else "nothing" if found is None else "text"
