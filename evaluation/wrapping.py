"""Functions of another benchmark as tools of an environment of ours: what all such environments have in common."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import orjson

from envkit.calls import JsonObject
from envkit.manifest import Manifest
from envkit.rows import Result
from envkit.tool import Schema, Tool
from envkit.world import World

FAILED = "execution_error"
"""The code of a call that a function raised an exception for."""

_TEXT = "text"
"""The member of an answer that holds what is no JSON object."""

START = "2024-01-01T00:00:00Z"
"""When the clock of such a world starts, which no function ever asks for."""


class Said(Result):
    """What a function returned, written as its own harness writes it."""

    text: str


@dataclass(frozen=True)
class Function(Tool):
    """A tool that is a function: it takes what the function takes, and answers as a model is told elsewhere."""

    parameters: Schema

    @cached_property
    def input_schema(self) -> Schema:
        """The JSON Schema of the arguments."""
        return self.parameters

    @cached_property
    def output_schema(self) -> Schema:
        """The JSON Schema of the answer, which nobody holds the functions to."""
        return {"type": "object"}

    def check(self, arguments: JsonObject) -> dict[str, object]:
        """Return the arguments as they are: it is the function that says no to them."""
        return dict(arguments)

    def run(self, world: World, arguments: dict[str, object]) -> bytes:
        """Run the function and return its answer as JSON."""
        said = self.body(world, **arguments)
        assert isinstance(said, Said)
        return said.text.encode() if _is_object(said.text) else orjson.dumps({_TEXT: said.text})


def write_server(
    folder: Path, manifest: Manifest, schema: str, rows: Iterable[tuple[str, Mapping[str, object]]], server: str
) -> Path:
    """Write the folder of an environment: its tables, the rows of a fresh world as (table, row), and its program."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "manifest.json": manifest.model_dump_json(indent=2),
        "schema.sql": schema,
        "seed.jsonl": "".join(f"{json.dumps({'entity': table, 'row': row})}\n" for table, row in rows),
        "server.py": server,
    }
    for file, text in files.items():
        (folder / file).write_text(text, "utf-8")
    return folder


def _is_object(text: str) -> bool:
    """Whether a text is a JSON object that every reader takes, without NaN."""
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False
