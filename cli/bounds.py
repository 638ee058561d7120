"""The options by which a verb that goes to the web is told its bounds, and the fetcher that keeps them."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click

from cli.output import ComplaintError
from generator.explore import Bounds, Reach
from generator.explore.fetch import Fetcher, Time
from generator.explore.web import Web

_DEFAULT = Bounds()
_MB = 1_000_000
_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?")
_PLACE = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\]):\d{1,5}")
_POSITIVE = click.FloatRange(0, min_open=True)

_OPTIONS = (
    click.option("--allow-host", "hosts", multiple=True, metavar="HOST", help="Go there too; may be given again."),
    click.option(
        "--allow-private",
        "private",
        multiple=True,
        metavar="HOST:PORT",
        help="Exactly this place may be at an address that is not public.",
    ),
    click.option("--depth", type=click.IntRange(0), default=_DEFAULT.depth, show_default=True, help="Links followed."),
    click.option(
        "--documents", type=click.IntRange(1), default=_DEFAULT.documents, show_default=True, help="Asked for in all."
    ),
    click.option(
        "--megabytes", type=_POSITIVE, default=_DEFAULT.size_bytes // _MB, show_default=True, help="Received in all."
    ),
    click.option(
        "--seconds", type=_POSITIVE, default=_DEFAULT.seconds, show_default=True, help="Spent on fetching in all."
    ),
    click.option("--rate", type=_POSITIVE, default=_DEFAULT.rate, show_default=True, help="Requests a second."),
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How far the web may be gone into, and where; see the options."""

    bounds: Bounds
    hosts: frozenset[str]
    private: frozenset[str]


def limit_options(verb: Callable[..., None]) -> Callable[..., None]:
    """Add the options; the verb takes them as one `limits`."""

    @wraps(verb)
    def wrapped(
        *arguments: object,
        hosts: tuple[str, ...],
        private: tuple[str, ...],
        depth: int,
        documents: int,
        megabytes: float,
        seconds: float,
        rate: float,
        **others: Any,  # Any: the verb's own options
    ) -> None:
        for each in hosts:
            if not _HOST.fullmatch(each):
                raise ComplaintError(f"--allow-host expects HOST or HOST:PORT, such as api.shelf.example, got {each!r}")
        for each in private:
            if not _PLACE.fullmatch(each):
                raise ComplaintError(f"--allow-private expects HOST:PORT, such as 127.0.0.1:8080, got {each!r}")
        bounds = Bounds(depth, documents, round(megabytes * _MB), seconds=seconds, rate=rate)
        places = (frozenset(each.lower() for each in named) for named in (hosts, private))
        verb(*arguments, limits=Limits(bounds, *places), **others)

    decorated: Callable[..., None] = wrapped
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


@asynccontextmanager
async def fetching(reach: Reach, bounds: Bounds) -> AsyncIterator[Fetcher]:
    """Open a fetcher that stays within reach and bounds, by this machine's own time."""
    async with Web.open(reach.private) as web:
        yield Fetcher(web, reach, bounds, Time(time.monotonic, asyncio.sleep))
