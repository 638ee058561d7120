"""OpenAPI's references: from one place of a document to another, in the same file or in one beside it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from generator.readers.content import MOST_BYTES, file_content, parsed
from generator.resource import Document, ResourceError, pointer

FILES = "x-envfarm-files"
"""The key of a joined document under which the files that its references name lie, by path."""

_MOST_FILES = 2_000
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_MOST_HOPS = 100

# Any: a part of the document as its publisher wrote it; every value is looked at before it is used.
Node = Any


class Spot(NamedTuple):
    """A part of a document, and the JSON pointer to it; a tuple, since they are made by the hundred thousand."""

    node: Node
    at: str

    def inside(self, *keys: str) -> Spot:
        """Go to the part under these keys; nothing is there if there is no such part."""
        found = self.node
        for key in keys:
            found = found.get(key) if isinstance(found, dict) else None
        return Spot(found, self.at + pointer(*keys) if found is not None else self.at)

    def members(self, *keys: str) -> list[tuple[str, Spot]]:
        """Give the members of the object under these keys; what is no object has none."""
        around = self.inside(*keys) if keys else self
        if not isinstance(around.node, dict):
            return []
        return [(name, Spot(one, around.at + pointer(name))) for name, one in around.node.items()]

    def entries(self, key: str) -> list[Spot]:
        """Give the entries of the list under a key; what is no list has none."""
        found = self.node.get(key) if isinstance(self.node, dict) else None
        if not isinstance(found, list):
            return []
        return [Spot(one, f"{self.at}/{key}/{place}") for place, one in enumerate(found)]

    def text(self, key: str) -> str:
        """Give the text under a key; empty if there is none."""
        found = self.node.get(key) if isinstance(self.node, dict) else None
        return found if isinstance(found, str) else ""


class Files:
    """The first file of a description, and those beside it that its references lead to.

    A file is read when a reference that is followed names it: one inside the first one's folder, never elsewhere, and
    none for a document that lies in no file.
    """

    def __init__(self, path: Path | None, document: Document, where: str, sha256: str) -> None:
        self.where = where
        self._path, self._document, self._sha256 = path, document, sha256
        self._read: dict[str, Document] = {}
        self._digests: dict[str, str] = {}
        self._spots: dict[str, Spot] = {}
        self._defined: dict[str, Spot] = {}
        self._ways = 0
        self._left = MOST_BYTES

    @property
    def root(self) -> Spot:
        """The first file."""
        return Spot(self._document, "")

    @property
    def document(self) -> Document:
        """The first file with the others that were read under `x-envfarm-files`, by path."""
        if not self._read:
            return self._document
        return {**self._document, FILES: dict(sorted(self._read.items()))}

    @property
    def sha256(self) -> str:
        """The digest of the one file; of several, that of lines `<digest>  <path>` sorted by path, the first as `.`."""
        if not self._digests:
            return self._sha256
        lines = [f"{digest}  {name}\n" for name, digest in sorted({".": self._sha256, **self._digests}.items())]
        return hashlib.sha256("".join(lines).encode()).hexdigest()

    def follow(self, spot: Spot) -> Spot:
        """Follow `$ref` from a part to what is defined; nothing is there if it leads nowhere. Raises ResourceError."""
        for _ in range(_MOST_HOPS):
            ref = spot.text("$ref")
            if not ref:
                self._defined[spot.at] = spot
                return spot
            spot = self._target(spot.at, ref)
        return Spot(None, spot.at)

    def spot(self, at: str) -> Spot:
        """Give the definition that a reference was followed to."""
        return self._defined[at]

    def _target(self, at: str, ref: str) -> Spot:
        name, _, fragment = ref.partition("#")
        home = self._home(at)
        file = self._beside(home, unquote(name), ref) if name else home
        key = f"{file}#{fragment}"
        if key not in self._spots:
            if self._ways >= _MOST_HOPS:
                raise ResourceError(f"{self.where}: {at}: references lead through more than {_MOST_HOPS} others")
            self._spots[key] = Spot(None, at)  # where a reference that passes through itself ends
            self._ways += 1
            self._spots[key] = self._found(file, unquote(fragment), at)
            self._ways -= 1
        return self._spots[key]

    def _found(self, file: str, fragment: str, at: str) -> Spot:
        """Walk from the top of a file; a part on the way that is a reference itself is followed."""
        spot = Spot(self._read[file], pointer(FILES, file)) if file else self.root
        tokens = fragment.split("/")
        if tokens[0]:
            return Spot(None, at)
        for token in tokens[1:]:
            if spot.text("$ref"):
                spot = self.follow(spot)
            key = token.replace("~1", "/").replace("~0", "~")
            if isinstance(spot.node, list):
                place = int(key) if key.isascii() and key.isdigit() and len(key) < 8 else len(spot.node)
                spot = Spot(spot.node[place] if place < len(spot.node) else None, f"{spot.at}/{key}")
            else:
                spot = spot.inside(key)
            if spot.node is None:
                return Spot(None, at)
        return spot

    def _home(self, at: str) -> str:
        """Name the file that a part stands in; empty for the first."""
        if not at.startswith(f"/{FILES}/"):
            return ""
        name = at.split("/")[2].replace("~1", "/").replace("~0", "~")
        return name if name in self._read else ""

    def _beside(self, home: str, name: str, ref: str) -> str:
        """Read the file that a reference in another one names, and name it by its path from the first."""
        where = f"{self.where}: $ref {ref[:120]!r}"
        if _REMOTE.match(name) or self._path is None:
            raise ResourceError(f"{where} lies elsewhere, and nothing is fetched; bundle the description first")
        folder = self._path.resolve().parent
        try:
            path = (folder / home).parent / name if home else folder / name
            path = path.resolve()
        except (OSError, ValueError, RuntimeError) as error:
            raise ResourceError(f"{where} names no file: {error}") from error
        if not path.is_relative_to(folder):
            raise ResourceError(f"{where} leads out of the description's folder; bundle the description first")
        if path == self._path.resolve():
            return ""
        inside = path.relative_to(folder).as_posix()
        if inside not in self._read:
            self._read_one(path, inside, where)
        return inside

    def _read_one(self, path: Path, inside: str, where: str) -> None:
        if len(self._read) >= _MOST_FILES:
            raise ResourceError(f"{where} is one file more than {_MOST_FILES:,}; bundle the description first")
        if not path.is_file():
            raise ResourceError(f"{where} names a file that is not there; put it there, or bundle the description")
        content = file_content(path, where)
        self._left -= len(content)
        if self._left < 0:
            raise ResourceError(f"{where} makes the files larger than {MOST_BYTES // 1_000_000} MB together")
        self._read[inside] = parsed(content, where)
        self._digests[inside] = hashlib.sha256(content).hexdigest()
