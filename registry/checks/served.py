"""Serving a folder for verification: two processes that differ in all but the seed, and the recordings made on one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from envkit.manifest import Manifest
from farm.errors import FarmError
from farm.farm import Farm
from registry.case import Case
from registry.checks.host import Host
from registry.checks.plays import play_cases
from registry.checks.recording import Walk
from registry.checks.retelling import Retold
from registry.checks.subject import Subject
from registry.checks.walk import record_walk

WALKS = (0, 0, 1)
"""World seeds of the walks, on top of the verification's own. Two share theirs: a leak shows where ids are equal."""
WALK_CALLS = 60


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What must not matter to a server: its process environment and its working directory."""

    variables: Mapping[str, str]
    folder: Path


Side = Literal["here", "there"]
_SIDES: Mapping[Side, Surroundings] = {
    "here": Surroundings({"PYTHONHASHSEED": "1", "TZ": "Etc/GMT+12", "LC_ALL": "C"}, Path("/")),
    "there": Surroundings({"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"}, Path("/usr")),
}
"""The two clocks on the wall are 26 hours apart, so that even a date read from the machine differs."""


@asynccontextmanager
async def served(
    folder: Path, manifest: Manifest, cases: tuple[Case, ...] | None, *, seed: int, ready_s: float
) -> AsyncIterator[Subject]:
    """Start both processes, record walks and cases on the first, and lend the subject; both end on the way out.

    Raises farm's LaunchError if the server does not come up within `ready_s`.
    """
    start = partial(_started, folder, manifest.slug, ready_s)
    async with AsyncExitStack() as stack:
        here, there = await _both(stack, folder, ready_s)
        host, twin = Host(here, manifest.slug), Host(there, manifest.slug)
        async with await here.open([manifest.slug]) as session:
            tools = {tool.name: tool for tool in (await session.tools())[manifest.slug]}
        walks = await _walks(host, manifest, cases or (), seed)
        recorded_at_s = time.monotonic()
        plays = await play_cases(host, manifest, cases or ())
        retold = Retold(twin, start, walks, plays, recorded_at_s)
        yield Subject(folder, manifest, seed, host, retold, tools, cases, walks, plays)


async def _both(stack: AsyncExitStack, folder: Path, ready_s: float) -> tuple[Farm, Farm]:
    """Start both processes at the same time; the first that cannot start is the error."""
    farms = (_farm(folder, "here", ready_s), _farm(folder, "there", ready_s))

    async def entered(farm: Farm) -> FarmError | None:
        try:
            await stack.enter_async_context(farm)
        except FarmError as error:
            return error
        return None

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(entered(farm)) for farm in farms]
    for task in tasks:
        if (error := task.result()) is not None:
            raise error
    return farms


@asynccontextmanager
async def _started(folder: Path, slug: str, ready_s: float, side: Side) -> AsyncIterator[Host]:
    async with _farm(folder, side, ready_s) as farm:
        yield Host(farm, slug)


def _farm(folder: Path, side: Side, ready_s: float) -> Farm:
    surroundings = _SIDES[side]
    return Farm.launch([folder], env=surroundings.variables, cwd=surroundings.folder, ready_s=ready_s, lean=True)


async def _walks(host: Host, manifest: Manifest, cases: Sequence[Case], first: int) -> tuple[Walk, ...]:
    async def one(part: int, seed: int) -> Walk:
        async with host.probe(seed) as probe:
            return await record_walk(probe, manifest, cases, seed=seed, part=part, length=WALK_CALLS)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(part, first + each)) for part, each in enumerate(WALKS)]
    return tuple(task.result() for task in tasks)
