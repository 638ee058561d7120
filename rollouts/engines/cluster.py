"""The door to Ray: each shard is two actors in a placement group, and a placement group lies on one node."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import ray
from ray._common.usage.usage_lib import set_usage_stats_enabled_via_env_var
from ray.exceptions import RayError, RayTaskError
from ray.util.placement_group import PlacementGroup, placement_group, remove_placement_group
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy, PlacementGroupSchedulingStrategy

from chat.errors import ChatError, EndpointError
from chat.messages import ChatRequest, Reply
from farm.errors import FarmError
from rollouts.engines.desk import Asking, Desk, Opening
from rollouts.engines.engine import EngineError, Seating, Terms
from rollouts.engines.pool import LostError, Shard
from rollouts.engines.shard import Bundle, EnvShard, RolloutWorker, Servers, Table

logger = logging.getLogger(__name__)

T = TypeVar("T")
Actor = Any
"""A handle on an actor, whose methods Ray makes as it goes."""

CPUS = 2
"""How many CPUs of a node a shard takes: one for its farm, one for its worker."""

STORE_BYTES = 256 << 20
"""The object store of a cluster that is started here; what travels is small."""

CONNECT_S = 5.0
"""How long the head of a cluster may take to let a connection in."""

CLOSE_S = 10.0
"""How long a shard is given to stop by itself."""


@contextmanager
def joined(address: str | None, cpus: int) -> Iterator[None]:
    """Join the cluster at that address, or start one of so many CPUs on this machine for the length of the block.

    Raises EngineError if no cluster answers, or does not let this process in.
    """
    if address not in (None, "auto"):
        _require_listener(str(address))
    set_usage_stats_enabled_via_env_var(False)  # Ray would tell its makers of a cluster that it starts
    logging.getLogger("ray").setLevel(logging.ERROR)
    own = {"num_cpus": max(cpus, CPUS), "object_store_memory": STORE_BYTES, "include_dashboard": False}
    before = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(
            address or "local", configure_logging=False, log_to_driver=False, **({} if address is not None else own)
        )
    except (ConnectionError, RuntimeError, RayError) as error:
        said = str(error).strip().split("\n")[0]
        where = f"no Ray cluster lets us in at {address}" if address else "Ray does not start on this machine"
        raise EngineError(f"{where}: {said}") from error
    finally:
        signal.signal(signal.SIGTERM, before)  # Ray's own would end us before what was started is stopped
    try:
        yield
    finally:
        ray.shutdown()


def _require_listener(address: str) -> None:
    """Raise EngineError unless somebody listens there: Ray itself would go on trying for minutes."""
    host, _, port = address.rpartition(":")
    if "/" in address or not host or not port.isdecimal():
        raise EngineError(f"{address}: expected HOST:PORT or auto; run on a node of the cluster, not as its client")
    try:
        socket.create_connection((host, int(port)), CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise EngineError(f"no Ray cluster lets us in at {address}: {error}") from error


@asynccontextmanager
async def desk(opening: Opening) -> AsyncIterator[Asking]:
    """Set up a desk on this node, where the answers of models are kept; yield what asks there."""
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    actor: Actor = ray.remote(Desk).options(num_cpus=0, scheduling_strategy=here).remote()
    try:
        await _answer(actor.open.remote(opening))
        yield _Asking(actor)
    finally:
        with suppress(RayError, TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await actor.close.remote()
        ray.kill(actor)


@dataclass(frozen=True, slots=True)
class _Asking:
    desk: Actor

    async def __call__(self, role: str, request: ChatRequest) -> Reply | ChatError:
        """Ask at the desk; one that is gone is trouble with the endpoint."""
        try:
            answer: Reply | ChatError = await _answer(self.desk.ask.remote(role, request))
            return answer
        except LostError as error:
            return EndpointError(f"the process that asks the language models is gone: {error}")


class RaySite:
    """Places shards on the nodes of the cluster that was joined."""

    def __init__(
        self, servers: Servers, seating: Seating, *, token: str | None, is_lean: bool, concurrency: int
    ) -> None:
        self._servers, self._token = ray.put(servers), token
        self._seating, self._is_lean, self._concurrency = seating, is_lean, concurrency

    def room(self) -> int:
        """Count the shards that fit on the nodes that are alive."""
        return sum(int(node["Resources"].get("CPU", 0)) // CPUS for node in ray.nodes() if node["Alive"])

    async def place(self, terms: Terms) -> Shard:
        """Bring a shard up; a cluster that scales sees by what waits for room that more nodes are wanted."""
        if not self.room():
            logger.warning("waiting for a node: a shard takes %d CPUs of one, which none of the cluster has", CPUS)
        group = placement_group([{"CPU": 1}] * CPUS, strategy="STRICT_PACK")
        shard = _RayShard(group)
        try:
            await _answer(group.ready())
            await shard.open(self._servers, self._token, self._table(terms))
        except FarmError as error:
            await shard.close()
            raise LostError(str(error)) from error
        except BaseException:
            await shard.close()
            raise
        return shard

    def _table(self, terms: Terms) -> Table:
        return Table(self._seating, terms, self._is_lean, self._concurrency)


class _RayShard:
    def __init__(self, group: PlacementGroup) -> None:
        self._group = group
        self._farm: Actor = None
        self._worker: Actor = None

    async def open(self, servers: Actor, token: str | None, table: Table) -> None:
        """Start both actors in the room that the group has."""
        self._farm, self._worker = _actor(EnvShard, self._group), _actor(RolloutWorker, self._group)
        url = await _answer(self._farm.open.remote(servers, token))
        await _answer(self._worker.open.remote(url, token, table))

    async def exchange(self, bundles: Sequence[Bundle]) -> Sequence[bytes]:
        """Hand over rollouts, and get the episodes that have ended."""
        lines: Sequence[bytes] = await _answer(self._worker.exchange.remote(bundles))
        return lines

    async def is_up(self) -> bool:
        """Whether the actor of the farm is there, and its servers answer."""
        try:
            return bool(await _answer(self._farm.is_up.remote()))
        except LostError:
            return False

    async def close(self) -> None:
        """Stop both actors, kindly if they can be."""
        try:
            with suppress(RayError, TimeoutError):
                async with asyncio.timeout(CLOSE_S):
                    for actor in (self._worker, self._farm):
                        if actor is not None:
                            await actor.close.remote()
        finally:
            remove_placement_group(self._group)


def _actor(kind: type[EnvShard] | type[RolloutWorker], group: PlacementGroup) -> Actor:
    return ray.remote(kind).options(num_cpus=1, scheduling_strategy=PlacementGroupSchedulingStrategy(group)).remote()


async def _answer(reference: Awaitable[T]) -> T:
    """Wait for an actor: what it raised is raised as it was there; LostError if it is gone."""
    try:
        return await reference
    except RayTaskError as error:
        raise error.cause from error
    except RayError as error:
        said = str(error).strip().split("\n")[0]
        raise LostError(f"a shard is gone ({type(error).__name__}): {said}") from error
