"""What runs on a node of a cluster: a farm of its own, and beside it a worker that plays rollouts on it."""

from __future__ import annotations

import asyncio
import io
import tarfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from farm.errors import DeadlineError, FarmError
from farm.farm import Farm
from registry.folder import file_digests
from rollouts.engines.engine import EngineError, Rollout, Seating, Terms, play_under
from rollouts.episode import line_of
from rollouts.policy import Policy
from rollouts.start import Group, Start

PATIENCE_S = 1.0
"""How long an exchange waits for an episode to end."""

LINGER_S = 0.2
"""How long it then waits for more of them, so that few messages carry many episodes."""


@dataclass(frozen=True, slots=True)
class Servers:
    """Environment folders as they travel: one tar archive, and the version of envfarm that the run is under."""

    archive: bytes
    version: str


@dataclass(frozen=True, slots=True)
class Table:
    """How a worker plays: who sits there, under which terms, on which client, and how many rollouts at once."""

    seating: Seating
    terms: Terms
    is_lean: bool
    concurrency: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Rollouts of one start as they travel: the names of their policies, and their trials."""

    start: Start
    rollouts: tuple[tuple[str, int], ...]


def packed(folders: Sequence[Path]) -> Servers:
    """Pack what was emitted in some environment folders."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for number, folder in enumerate(folders):
            for name in file_digests(folder):
                tar.add(folder / name, f"{number}/{folder.name}/{name}")
    return Servers(archive.getvalue(), version("envfarm"))


def bundled(rollouts: Sequence[Rollout]) -> tuple[Bundle, ...]:
    """Bundle rollouts, of which those of one start stand side by side."""
    bundles: list[Bundle] = []
    for rollout in rollouts:
        one = (rollout.policy.name, rollout.trial)
        if bundles and bundles[-1].start is rollout.start:
            bundles[-1] = Bundle(rollout.start, (*bundles[-1].rollouts, one))
        else:
            bundles.append(Bundle(rollout.start, (one,)))
    return tuple(bundles)


class EnvShard:
    """Owns the server processes of a shard: one farm over all environments of a run."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self.farm: Farm | None = None

    async def open(self, servers: Servers, token: str | None) -> str:
        """Unpack the servers, start them and return their URL; EngineError, or LaunchError if they do not come up."""
        if (here := version("envfarm")) != servers.version:
            sentence = f"the node has envfarm {here}, but the run is under {servers.version}"
            raise EngineError(f"{sentence}; install the same on every node")
        folder = self._stack.enter_context(TemporaryDirectory(prefix="envfarm-"))
        folders = _unpacked(servers, Path(folder))
        self.farm = await self._stack.enter_async_context(Farm.launch(folders, token=token))
        return self.farm.url

    async def is_up(self) -> bool:
        """Whether the servers still answer."""
        assert self.farm is not None, "open the shard first"
        try:
            await self.farm.capacity()
        except DeadlineError:  # busy is alive
            return True
        except FarmError:
            return False
        return True

    async def close(self) -> None:
        """Stop the servers."""
        await self._stack.aclose()


class RolloutWorker:
    """Plays rollouts on the farm of its shard; the episodes are fetched by the exchange of work for what is done."""

    def __init__(self) -> None:
        self._stack = AsyncExitStack()
        self._tasks: set[asyncio.Task[bytes]] = set()

    async def open(self, url: str, token: str | None, table: Table) -> None:
        """Sit down at a table, beside the servers at that URL."""
        self._table = table
        self._places = asyncio.Semaphore(table.concurrency)
        self._farm = await self._stack.enter_async_context(Farm.attach(url, token=token, lean=table.is_lean))

    async def exchange(self, bundles: Sequence[Bundle]) -> tuple[bytes, ...]:
        """Take more rollouts; return the episodes, as lines of their file, that have ended since the last exchange.

        Waits a while for the first of them, and a moment for more; there may be none.
        """
        for bundle in bundles:
            policies = {each.name: each for each in self._table.seating([bundle.start.task])}
            group = Group(bundle.start, self._farm, len(bundle.rollouts))
            for name, trial in bundle.rollouts:
                self._tasks.add(asyncio.create_task(self._play(group, policies[name], trial)))
        if not self._tasks:
            return ()
        await asyncio.wait(self._tasks, timeout=PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
        done, self._tasks = await asyncio.wait(self._tasks, timeout=LINGER_S)
        return tuple(task.result() for task in done)

    async def close(self) -> None:
        """Stop playing; what has not ended is lost."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._stack.aclose()

    async def _play(self, group: Group, policy: Policy, trial: int) -> bytes:
        async with self._places:
            return line_of(await play_under(self._table.terms, group, policy, trial))


def _unpacked(servers: Servers, folder: Path) -> list[Path]:
    """Unpack environment folders, and return them in their order."""
    with tarfile.open(fileobj=io.BytesIO(servers.archive)) as tar:
        tar.extractall(folder, filter="data")
    return sorted(folder.glob("*/*"), key=lambda path: int(path.parent.name))
