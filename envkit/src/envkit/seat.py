"""A seat: the worlds of one task, opened as the task begins, at addresses that are known beforehand.

    python -m envkit.seat servers seat.json --http 127.0.0.1:8931 --token-file token --steps steps.jsonl

Harnesses that take a fixed URL for each server are given `/<environment>/episodes/seat/mcp`. All else, the control
plane and the default worlds, is guarded by the token. Every call made there is kept with its answer, one a line.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, JsonValue

from envkit.calls import Json
from envkit.environment import Answer
from envkit.episodes import Episode
from envkit.host import Host
from envkit.hosted import Hosted
from envkit.realism import PROFILES, ProfileName
from envkit.serve import ServeError, find_folders, listen, make_host, serve_http

SEAT = "seat"
"""The id of the episode in each environment."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetupCall(_Frozen):
    """A call that is made before anybody looks; `code` is that of the refusal it must meet, None if it must succeed."""

    environment: str
    tool: str
    arguments: Mapping[str, JsonValue]
    code: str | None = None


class Seating(_Frozen):
    """How a task begins: its environments, the seed of their worlds, calls made in them, and tools left out.

    `realism` names the profile that holds from then on.
    """

    seating: int = 1
    environments: tuple[str, ...]
    seed: int
    setup: tuple[SetupCall, ...] = ()
    hidden_tools: tuple[tuple[str, str], ...] = ()
    realism: ProfileName | None = None


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve a seat until the process is told to stop."""
    parser = argparse.ArgumentParser(prog="python -m envkit.seat", description="Serve the worlds of one task.")
    parser.add_argument("folder", type=Path, help="holds the environments' folders")
    parser.add_argument("seating", type=Path, help="how the task begins, as JSON")
    parser.add_argument("--http", metavar="HOST:PORT", required=True)
    parser.add_argument("--token-file", type=Path, required=True, help="holds the token that guards all else")
    parser.add_argument("--steps", type=Path, required=True, metavar="FILE", help="where calls are kept")
    asked = parser.parse_args(arguments)
    host = make_host(find_folders([asked.folder]), token=asked.token_file.read_text("utf-8").strip())
    seat(host, Seating.model_validate_json(asked.seating.read_bytes()), asked.steps)
    serve_http(host, listen(asked.http))


def seat(host: Host, seating: Seating, steps: Path) -> None:
    """Open the worlds of a task in a host, as SEAT, and keep the calls made there in the file `steps`.

    ServeError if a call of the setup goes otherwise than recorded.
    """
    hosted = {slug: host.environments[slug] for slug in seating.environments}
    before = {slug: each.episodes.open(seating.seed) for slug, each in hosted.items()}
    for call in seating.setup:
        answer = hosted[call.environment].call(before[call.environment], call.tool, dict(call.arguments))
        if answer.code != (call.code or ""):
            said = answer.sentence or "it succeeded"
            raise ServeError(f"{call.environment}: {call.tool} of the setup was recorded otherwise: {said}")
    for slug, each in hosted.items():
        each.episodes.fork(before[slug], math.inf, SEAT, seating.realism and PROFILES[seating.realism])
        each.episodes.close(before[slug].id)
        each.watch = partial(_keep, steps, each)
    for slug, tool in seating.hidden_tools:
        hosted[slug].environment.tools.pop(tool, None)


def _keep(
    steps: Path, hosted: Hosted, episode: Episode, name: str, arguments: Mapping[str, Json], answer: Answer
) -> None:
    """Append a call of the seat's own world to the file, as a step."""
    if episode.id != SEAT:
        return
    step = {
        "environment": hosted.manifest.slug,
        "tool": name,
        "arguments": arguments,
        "content": None if answer.code else orjson.loads(answer.body),
        "code": answer.code or None,
        "text": f"{answer.code}: {answer.sentence}" if answer.code else "",
        "writes": not answer.code and not hosted.environment.tools[name].is_read_only,
    }
    with steps.open("ab") as lines:
        lines.write(orjson.dumps(step) + b"\n")


if __name__ == "__main__":
    main()
