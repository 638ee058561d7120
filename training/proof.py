"""The proof that the farm's rewards teach: a tiny policy learns on generated servers, and is examined on others.

python training/proof.py [--out FOLDER] [--seed N]... [--report-only]

Needs envfarm, torch and matplotlib (training/requirements.txt). Makes 64 small servers with the generator, samples
tasks in them, and trains four arms for each seed: `sft` on 150 demonstrations; then, each from its weights,
`more_sft` on the same, `grpo` on the farm's rewards, and `placebo`, which is `grpo` with the rewards of each group dealt
to its rollouts by chance. Rollouts go over MCP to one farm, a group from forks of one world. Each arm is examined on the
tasks of 16 servers that no arm saw. A run that was broken off goes on. The table in docs/training.md and the pictures in
docs/images are written from the results.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from pathlib import Path

import torch
from tiny.arms import Course, Recipe, run_seed
from tiny.learn import Tools
from tiny.report import write_report
from tiny.tasks import Field, Plot, demonstrations, prepare

from farm.farm import Farm

ROOT = Path(__file__).resolve().parent.parent
PLOT = Plot(training=48, held_out=16, draws=16, seed=0)


def main() -> None:
    """Run the seeds that are asked for, and report on all that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "training")
    parser.add_argument("--seed", type=int, action="append", help="again for another; 0, 1 and 2 by default")
    parser.add_argument("--report-only", action="store_true", help="write table and pictures of what is there")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    torch.set_num_threads(1)
    field = asyncio.run(prepare(asked.out, PLOT))
    if not asked.report_only:
        asyncio.run(run(field, asked.seed or [0, 1, 2], asked.out))
    write_report(asked.out, field.held_out, ROOT / "docs")


async def run(field: Field, seeds: list[int], out: Path) -> None:
    """Run all arms of some seeds on one farm."""
    recipe = Recipe()
    async with Farm.launch(field.folders, lean=True, timeout_s=120.0) as farm:
        tools = await listed(farm)
        for seed in seeds:
            shown = demonstrations(field.training, recipe.demonstrations, seed)
            where = out / f"seed-{seed}"
            await run_seed(Course(farm, tools, shown, field.training, field.held_out, recipe, seed, where))


async def listed(farm: Farm) -> Tools:
    """Ask each environment for its tools."""
    tools: dict[str, tuple[object, ...]] = {}
    for slug in farm.environments:
        async with await farm.open([slug]) as session:
            tools |= await session.tools()
    return tools


if __name__ == "__main__":
    main()
