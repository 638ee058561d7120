"""Where a file came from: the npm or pip package that it lies in, unpacked."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from email.parser import HeaderParser
from pathlib import Path

import orjson

_MOST_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """A published package with its version, and the path of a file inside it."""

    package: str
    path: str


def origin_of(path: Path) -> Origin | None:
    """Find the nearest folder above a file that is an unpacked package; None if there is none.

    An npm package has a `package.json` with name and version that is not `private`; a pip package has a `PKG-INFO`
    above the file, or a `.dist-info` whose `RECORD` lists it.
    """
    place = path.resolve()
    for folder in place.parents:
        inside = place.relative_to(folder).as_posix()
        package = _npm(folder) or _source(folder) or _wheel(folder, inside)
        if package:
            return Origin(package, inside)
    return None


def _npm(folder: Path) -> str:
    try:
        found = orjson.loads(_content(folder / "package.json"))
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(found, Mapping) or found.get("private"):
        return ""
    name, version = found.get("name"), found.get("version")
    return f"npm:{name}@{version}" if isinstance(name, str) and isinstance(version, str) and name and version else ""


def _source(folder: Path) -> str:
    return _pip(_content(folder / "PKG-INFO"))


def _wheel(folder: Path, inside: str) -> str:
    """Look for the installed package that lists the file; other packages may lie in the same folder."""
    for about in sorted(folder.glob("*.dist-info")):
        lines = _content(about / "RECORD").decode("utf-8", "replace").splitlines()
        if any(row and row[0] == inside for row in csv.reader(lines)):
            return _pip(_content(about / "METADATA"))
    return ""


def _pip(content: bytes) -> str:
    found = HeaderParser().parsestr(content.decode("utf-8", "replace"))
    name, version = found.get("Name", ""), found.get("Version", "")
    return f"pypi:{name}=={version}" if name and version else ""


def _content(path: Path) -> bytes:
    """Give a file's first bytes, none if it is not there: a package that cannot be told is no error."""
    try:
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES)
    except OSError:
        return b""
