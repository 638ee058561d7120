"""The first rows of an environment's worlds, as `seed.jsonl` has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import orjson

from envkit.calls import Json

Record = tuple[str, Mapping[str, Json]]
"""A table and one of its rows."""


def seed_rows(folder: Path) -> Iterator[Record]:
    """Yield the first rows of an environment folder, each after those it refers to."""
    for line in (folder / "seed.jsonl").read_bytes().splitlines():
        record = orjson.loads(line)
        yield record["entity"], record["row"]
