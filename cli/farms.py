"""The farm a command works on: one that is up already, or one of its own for as long as it takes."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from cli.output import ComplaintError
from cli.settings import Settings
from farm.errors import DeadlineError
from farm.farm import Farm
from registry.entry import Entry

WATCH_S = 1.0
"""How often a command that serves looks whether its farm is still there."""


@asynccontextmanager
async def farm_for(entries: Sequence[Entry], settings: Settings, *, lean: bool = False) -> AsyncIterator[Farm]:
    """Give the farm that the settings name, which must host those environments, or launch one over them.

    `lean` as for `Farm.launch`.
    """
    token = settings.token or None
    if not settings.farm:
        async with Farm.launch([each.folder for each in entries], token=token, lean=lean) as farm:
            yield farm
        return
    async with Farm.attach(settings.farm, token=token, lean=lean) as farm:
        _require_hosted(entries, farm)
        yield farm


async def until_interrupted(farm: Farm) -> None:
    """Wait for Ctrl-C or SIGTERM; what was printed so far is out. ServerGoneError if the farm's process ends first."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    sys.stdout.flush()
    while not stopped.is_set():
        with suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), WATCH_S)
        with suppress(DeadlineError):  # busy is alive
            await farm.capacity()


def _require_hosted(entries: Sequence[Entry], farm: Farm) -> None:
    hosted = {(each.slug, each.version) for each in farm.hosted}
    missing = [f"{each.slug} version {each.version}" for each in entries if (each.slug, each.version) not in hosted]
    if missing:
        held = ", ".join(f"{slug} version {version}" for slug, version in sorted(hosted))
        raise ComplaintError(f"{farm.url} does not host {', '.join(missing)}; it hosts {held}")
