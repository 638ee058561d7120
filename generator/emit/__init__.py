"""From a blueprint to the folder of its server: `folder(blueprint)` gives every file's text, and touches no disk.

Start reading at `server.py`, the text of the emitted server; `code.py` turns expressions into Python, `layout.py`
breaks lines as `ruff format` would.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from envkit.calls import JsonObject
from envkit.cast import CAST_FILE
from generator.blueprint import Blueprint
from generator.cases import explore
from generator.casting import cast_spec
from generator.emit.edge_cases import edge_cases, shown
from generator.emit.manifest import manifest, manifest_text
from generator.emit.readme import readme
from generator.emit.schema import schema
from generator.emit.server import server
from generator.lock import NO_LOCK, Lock, written
from generator.seeds import seed_rows

__all__ = ["Emission", "emission", "folder"]


@dataclass(frozen=True, slots=True)
class Emission:
    """The files of a server by name, and the lock of the search for its cases."""

    files: Mapping[str, str]
    lock: str


def folder(blueprint: Blueprint) -> dict[str, str]:
    """Write the files of a blueprint's server by name: the same blueprint gives the same text, byte for byte."""
    return dict(emission(blueprint).files)


def emission(blueprint: Blueprint, lock: Lock = NO_LOCK) -> Emission:
    """Emit a server: the same blueprint and the same lock give the same text, byte for byte.

    Of all files only the cases, and the edges that cases prove, turn on the lock.
    """
    rows = seed_rows(blueprint)
    fitting = manifest(blueprint)
    book = explore(blueprint, rows, is_judged=False, lock=lock)
    told = book.cases + edge_cases(blueprint, rows, fitting.edges, book.cases)
    known = shown(fitting.edges, told)
    proven = tuple(edge for edge in fitting.edges if edge in known)
    files = {
        "server.py": server(blueprint),
        "manifest.json": manifest_text(fitting.model_copy(update={"edges": proven})),
        "schema.sql": schema(blueprint),
        "seed.jsonl": _json_lines({"entity": entity, "row": row} for entity, row in rows),
        "cases.jsonl": _json_lines(told),
        "README.md": readme(blueprint),
    }
    cast = cast_spec(blueprint, rows)
    if cast.people or cast.things:
        files[CAST_FILE] = orjson.dumps(cast.model_dump(mode="json"), option=orjson.OPT_INDENT_2).decode() + "\n"
    return Emission(files, written(blueprint, book.left))


def _json_lines(objects: Iterable[JsonObject]) -> str:
    return "".join(orjson.dumps(each).decode() + "\n" for each in objects)
