"""Print what a farm says when its environments are played by chance, one JSON line a step: `python -m` with folders."""

import asyncio
import json
import random
import sys
from pathlib import Path

from envkit.clock import derive
from envkit.manifest import read_manifest
from farm.farm import Farm
from tests.proofs.chance import Caller, as_json, play

SEEDS, CALLS = (0, 7), 60


async def transcript(folders: list[Path]) -> None:
    """Play every environment from every seed and print steps, rows, diff and digest."""
    async with Farm.launch(folders) as farm:
        for folder in folders:
            manifest = read_manifest(folder)
            for seed in SEEDS:
                caller = Caller(manifest, random.Random(derive("transcript", manifest.slug, seed)), mark="é ı İ ß 夜")
                async with await farm.open([manifest.slug], seed=seed) as session:
                    for step in await play(caller, CALLS, session.call):
                        show(as_json(step))
                    show(dict(await session.advance(90)))
                    show({name: diff.to_json() for name, diff in (await session.diff()).items()})
                    show(dict(await session.state()))
                    show({**await session.digest(), "seed": seed})


def show(content: object) -> None:
    """Print a line of JSON in ASCII, members in the order they came."""
    print(json.dumps(content, default=dict))  # noqa: T201  # a program of its own


if __name__ == "__main__":
    asyncio.run(transcript([Path(name) for name in sys.argv[1:]]))
