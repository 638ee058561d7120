"""Measure the proof of tool graphs: edges of each kind, how many are proven, and what that took.

    python benchmarks/proving.py [SLUG]...

Nothing is read from a cache. Processor seconds are those of this process and of the host together.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections import Counter
from pathlib import Path

from envkit.manifest import is_kept, read_manifest
from farm.farm import Farm
from sampler.edges import KINDS
from sampler.proven import proven_graphs

SERVERS = Path(__file__).parents[1] / "servers"


async def main() -> None:
    """Prove one environment after the other and print a line for each, then the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("slugs", nargs="*", metavar="SLUG")
    asked = parser.parse_args().slugs
    folders = sorted(path.parent for path in SERVERS.glob("*/*/manifest.json") if not is_kept(path.parent))
    chosen = [folder for folder in folders if not asked or folder.name in asked]
    sums: Counter[str] = Counter()
    print("| environment | tools |", " | ".join(KINDS), "| seconds | processor |")
    print(f"|---|---|{'---|' * len(KINDS)}---|---|")
    async with Farm.launch(chosen) as farm, farm.scout() as scout:
        for folder in chosen:
            await _measure(folder, farm, scout, sums)
    told = " | ".join(f"{sums[f'{kind} proven']:,} of {sums[kind]:,}" for kind in KINDS)
    print(f"| all | {sums['tools']} | {told} | {sums['ms'] / 1000:.0f} | {sums['processor ms'] / 1000:.0f} |")


async def _measure(folder: Path, farm: Farm, scout: Farm, sums: Counter[str]) -> None:
    begun, worked = time.perf_counter(), _processor_s(farm)
    with tempfile.TemporaryDirectory() as cache:
        graph = (await proven_graphs({folder.name: folder}, scout, Path(cache)))[folder.name]
    seconds, processor = time.perf_counter() - begun, _processor_s(farm) - worked
    tools = len(read_manifest(folder).tools)
    sums.update({"tools": tools, "ms": round(seconds * 1000), "processor ms": round(processor * 1000)})
    told = []
    for kind, (there, proven) in graph.counts(folder.name).items():
        sums.update({kind: there, f"{kind} proven": proven})
        told.append(f"{proven} of {there}")
    print(f"| {folder.name} | {tools} | {' | '.join(told)} | {seconds:.1f} | {processor:.1f} |", flush=True)


def _processor_s(farm: Farm) -> float:
    """Return what this process and the host have worked so far."""
    ticks = Path(f"/proc/{farm.pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:13]
    return time.process_time() + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    asyncio.run(main())
