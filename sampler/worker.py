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
from typing import BinaryIO

import orjson
from pydantic import BaseModel, ConfigDict

from farm.errors import FarmError
from farm.farm import Farm
from registry.crew import listen
from sampler.draw import Commission, Stage, draw
from sampler.edges import GraphEdge
from sampler.shape import Shape
from sampler.stage import stage_for
from sampler.task import Kind
from sampler.uses import Goal, Refusal, Uses


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
        return Uses(Counter(dict(self.goals)), Counter(dict(self.refusals)), edges=Counter(dict(self.edges)))


async def serve(outfit: Outfit, orders: queue.SimpleQueue[bytes], out: BinaryIO) -> None:
    """Make the draws that are ordered, one after the other, for ever."""
    async with AsyncExitStack() as stack:
        farm = await stack.enter_async_context(Farm.attach(outfit.url, token=outfit.token or None))
        stage = await stack.enter_async_context(stage_for([*map(Path, outfit.folders)], farm, Path(outfit.cache)))
        while True:
            order = Order.model_validate_json(await asyncio.to_thread(orders.get))
            await _answer(order, stage, out)


async def _answer(order: Order, stage: Stage, out: BinaryIO) -> None:
    drawn = await draw(order.commission, stage, order.uses)
    task = drawn.task.model_dump(mode="json") if drawn.task else None
    out.write(orjson.dumps({"task": task, "reason": drawn.reason}) + b"\n")
    out.flush()


def main() -> None:
    """Work until the input ends, which a thread hears also while a draw is made."""
    logging.getLogger().addHandler(logging.NullHandler())  # what goes wrong is said on the line, once
    orders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=listen, args=(sys.stdin.buffer, orders), daemon=True).start()
    try:
        asyncio.run(serve(Outfit.model_validate_json(orders.get()), orders, sys.stdout.buffer))
    except FarmError as error:
        sys.stdout.buffer.write(orjson.dumps({"trouble": str(error)}) + b"\n")
        sys.stdout.buffer.flush()
        os._exit(1)
    except Exception:  # noqa: BLE001  # a thread still reads the input, which an ordinary end of the interpreter would wait for
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)


if __name__ == "__main__":
    main()
