"""Where a command plays rollouts: the options that say so, and what is opened for it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial, wraps
from importlib import import_module
from types import ModuleType
from typing import Literal

import click

from chat.client import Chat
from cli.farms import farm_for
from cli.output import ComplaintError
from cli.players import Players, chats, roles, seats
from cli.settings import Settings
from cli.versions import Cast
from rollouts.engines.desk import DeskChat
from rollouts.engines.engine import Engine, EngineError, Seating
from rollouts.engines.local import LocalEngine
from rollouts.engines.pool import ANY, Bounds, PoolEngine, Site
from rollouts.engines.shard import Servers, packed
from rollouts.lineup import line_up
from rollouts.user import User

Kind = Literal["local", "ray"]

AT_ONCE = {"local": 8, "ray": 64}
"""How many rollouts are in play at once, in this process or on each shard."""


@dataclass(frozen=True, slots=True)
class EngineWish:
    """Where rollouts are played: the engine, the address of its cluster (None: one of its own), and its shards."""

    kind: Kind = "local"
    address: str | None = None
    shards: Bounds = ANY


HERE = EngineWish()
"""In this process."""


class _BoundsType(click.ParamType[Bounds]):
    name = "bounds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Bounds:
        """Read N or N..M."""
        if isinstance(value, Bounds):
            return value
        found = re.fullmatch(r"(\d+)(?:\.\.(\d+))?", str(value))
        least, most = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not 1 <= least <= most:
            self.fail(f"expected N or N..M, such as 2 or 1..4, not {value!r}", param, ctx)
        return Bounds(least, most)


_OPTIONS = (
    click.option(
        "--engine",
        "kind",
        type=click.Choice([*AT_ONCE]),
        default="local",
        show_default=True,
        help="Play in this process, or on the nodes of a Ray cluster; takes envfarm[ray].",
    ),
    click.option(
        "--ray-address", "address", metavar="HOST:PORT", help="The cluster's, or auto; one is started here by default."
    ),
    click.option(
        "--shards",
        type=_BoundsType(),
        metavar="N[..M]",
        help="Of the cluster; from 1 to what it has room for by default.",
    ),
)


def engine_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options; the command takes them as one `engine`."""

    @wraps(command)
    def gathered(*arguments: object, kind: Kind, address: str | None, shards: Bounds | None, **others: object) -> None:
        if kind == "local" and (address is not None or shards is not None):
            option = "--shards" if address is None else "--ray-address"
            raise ComplaintError(f"{option} is for another engine than local; add --engine ray")
        command(*arguments, engine=EngineWish(kind, address, shards or ANY), **others)

    decorated: Callable[..., None] = gathered
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


@dataclass(frozen=True, slots=True)
class Venue:
    """An engine that is open: who plays there, and what gives it the environments of a cast."""

    seating: Seating
    user: User
    over: Callable[[Cast], AbstractAsyncContextManager[Engine]]


@asynccontextmanager
async def venue(
    wish: EngineWish, policies: Sequence[str], players: Players, concurrency: int, settings: Settings, *, lean: bool
) -> AsyncIterator[Venue]:
    """Open what an engine and its players need; `policies` by their names in a lineup, the rest as in one.

    Raises EngineError if there is no such engine here, ComplaintError if it cannot play on the farm of the settings.
    """
    async with AsyncExitStack() as stack:
        door = None if wish.kind == "local" else stack.enter_context(_joined(wish, settings))
        opening = chats(players, settings) if door is None else _desk(door, players, settings)
        asked = await stack.enter_async_context(opening)
        chat, user = seats(players, asked)
        seating = partial(line_up, tuple(policies), chat=chat)
        if door is None:
            over = partial(_here, settings, concurrency, lean)
        else:
            token = settings.token or None
            site = partial(door.RaySite, seating=seating, token=token, is_lean=lean, concurrency=concurrency)
            over = partial(_there, site, wish.shards, concurrency)
        yield Venue(seating, user, over)


@asynccontextmanager
async def _here(settings: Settings, concurrency: int, lean: bool, cast: Cast) -> AsyncIterator[Engine]:
    async with farm_for([*cast.entries.values()], settings, lean=lean) as farm:
        yield LocalEngine(farm, concurrency)


@asynccontextmanager
async def _there(
    site: Callable[[Servers], Site], shards: Bounds, concurrency: int, cast: Cast
) -> AsyncIterator[Engine]:
    servers = packed([entry.folder for entry in cast.entries.values()])
    yield PoolEngine(site(servers), concurrency, shards)


@contextmanager
def _joined(wish: EngineWish, settings: Settings) -> Iterator[ModuleType]:
    """Join the cluster; yield the door to it."""
    if settings.farm:
        raise ComplaintError("--engine ray starts farms of its own, beside those who play; unset ENVFARM_FARM")
    door = _door()
    with door.joined(wish.address, settings.jobs):
        yield door


@asynccontextmanager
async def _desk(door: ModuleType, players: Players, settings: Settings) -> AsyncIterator[Mapping[str, Chat]]:
    """Ask the models at one desk, wherever is played: it keeps to the budget, and keys stay on this machine."""
    if not roles(players):
        yield {}
        return
    opening = partial(chats, players, replace(settings, runs=settings.runs.resolve()))
    async with door.desk(opening) as asking:
        yield {role: DeskChat(role, asking) for role in roles(players)}


def _door() -> ModuleType:
    """Load the door to Ray only when it is used, since the library is large and an extra of ours."""
    try:
        return import_module("rollouts.engines.cluster")
    except ModuleNotFoundError as error:
        if error.name != "ray":
            raise
        raise EngineError("--engine ray takes Ray, which is not installed; install envfarm[ray]") from error
