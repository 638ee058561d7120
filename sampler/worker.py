"""A worker that makes draws: orders come in as lines, draws go out as lines, and it ends when its input does."""

from __future__ import annotations

import asyncio
import logging
import os
import queue
import sys
import threading
import traceback
from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import BinaryIO, NoReturn

import orjson
from pydantic import BaseModel, ConfigDict

from farm.errors import FarmError, leaves
from farm.farm import Farm
from registry.crew import listen
from sampler.draw import Commission, Stage, draw
from sampler.edges import GraphEdge
from sampler.shape import Shape
from sampler.stage import stage_for
from sampler.task import Kind
from sampler.uses import Goal, Refusal, Uses

HANDS = 2
"""How many draws a worker makes at a time: while one waits for the farm, another goes on."""


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def line(self) -> bytes:
        """Return it as a line."""
        return self.model_dump_json().encode() + b"\n"


class Outfit(_Line):
    """What a worker needs before its first draw: where the farm is, and the environments with their proven graphs."""

    url: str
    token: str
    folders: tuple[str, ...]
    cache: str


class Order(_Line):
    """A commission, with the counts that decide what is rare."""

    number: int
    environments: tuple[str, ...]
    seed: int
    kind: Kind
    turns: int
    calls: int
    goals: tuple[tuple[Goal, int], ...]
    granted: tuple[tuple[Goal, int], ...]
    refusals: tuple[tuple[Refusal, int], ...]
    edges: tuple[tuple[GraphEdge, int], ...]

    @classmethod
    def of(cls, commission: Commission, uses: Uses) -> Order:
        """Write a commission down; only the counts of its own environments go with it."""
        own, shape = commission.environments, commission.shape
        return cls(
            number=commission.number,
            environments=own,
            seed=commission.seed,
            kind=shape.kind,
            turns=shape.turns,
            calls=shape.calls,
            goals=tuple((goal, count) for goal, count in uses.goals.items() if goal[0] in own),
            granted=tuple((goal, count) for goal, count in uses.granted.items() if goal[0] in own),
            refusals=tuple((refusal, count) for refusal, count in uses.refusals.items() if refusal[0] in own),
            edges=tuple((edge, count) for edge, count in uses.edges.items() if edge.environment in own),
        )

    @property
    def commission(self) -> Commission:
        """The commission."""
        return Commission(self.number, self.environments, self.seed, Shape(self.kind, self.turns, self.calls))

    @property
    def uses(self) -> Uses:
        """The counts."""
        return Uses(
            goals=Counter(dict(self.goals)),
            granted=Counter(dict(self.granted)),
            refusals=Counter(dict(self.refusals)),
            edges=Counter(dict(self.edges)),
        )


async def serve(outfit: Outfit, orders: queue.SimpleQueue[bytes], out: BinaryIO, hands: int = HANDS) -> None:
    """Make the draws that are ordered, so many at a time, for ever."""
    async with AsyncExitStack() as stack:
        farm = await stack.enter_async_context(Farm.attach(outfit.url, token=outfit.token or None))
        stage = await stack.enter_async_context(stage_for([*map(Path, outfit.folders)], farm, Path(outfit.cache)))
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(hands):
                    group.create_task(_work(orders, stage, out))
        except BaseExceptionGroup as errors:
            raise next(leaves(errors)) from errors


async def _work(orders: queue.SimpleQueue[bytes], stage: Stage, out: BinaryIO) -> None:
    while True:
        order = Order.model_validate_json(await asyncio.to_thread(orders.get))
        drawn = await draw(order.commission, stage, order.uses)
        task = drawn.task.model_dump(mode="json") if drawn.task else None
        out.write(orjson.dumps({"number": order.number, "task": task, "reason": drawn.reason}) + b"\n")
        out.flush()


async def _serve_to_the_end(orders: queue.SimpleQueue[bytes], out: BinaryIO) -> NoReturn:
    """Serve until something goes wrong, tell of it and end: a loop would wait for the thread that waits for orders."""
    try:
        await serve(Outfit.model_validate_json(orders.get()), orders, out)
    except FarmError as error:
        out.write(orjson.dumps({"trouble": str(error)}) + b"\n")
        out.flush()
    except Exception:  # noqa: BLE001  # whatever it is, it is told
        traceback.print_exc()
        sys.stderr.flush()
    os._exit(1)


def main() -> None:
    """Work until the input ends, which a thread hears also while a draw is made."""
    logging.getLogger().addHandler(logging.NullHandler())  # what goes wrong is said on the line, once
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(sys.stdin.buffer, orders), daemon=True).start()
    asyncio.run(_serve_to_the_end(orders, sys.stdout.buffer))


if __name__ == "__main__":
    main()
