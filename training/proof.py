"""The proof that the farm's rewards teach: a tiny policy learns on generated servers, and is examined on others.

python training/proof.py [--out FOLDER] [--seed N]... [--docs FOLDER] [--small]

Needs envfarm, and what training/requirements.txt lists. Makes 64 small servers with the generator, samples tasks in
them, and trains four arms for each seed: `sft` on 150 demonstrations; then, each from its weights, `grpo` on the
farm's rewards, `more_sft` on the same demonstrations, and `placebo`, which is `grpo` with the rewards of each group
dealt to its rollouts by chance. Rollouts go over MCP to one farm, a group from forks of one world. Each arm is
examined on the tasks of 16 servers that no arm saw. Results are kept in the folder, and a run that was broken off
goes on; other seeds may run beside it. `--docs` has the table and the picture written into training.md and images/
there. `--small` takes four servers and a few steps: it shows that all parts work, and nothing else.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
from pathlib import Path

import torch
from tiny.arms import Course, Recipe, run_seed
from tiny.learn import Tools
from tiny.report import lines, publish, read_results
from tiny.tasks import Field, Plot, demonstrations, prepare

from farm.farm import Farm
from farm.link import Tool

ROOT = Path(__file__).resolve().parent.parent
PLOT, SMALL_PLOT = Plot(training=48, held_out=16, draws=16, seed=0), Plot(training=3, held_out=1, draws=6, seed=0)
SMALL = Recipe(demonstrations=6, sft_steps=3, grpo_steps=2, more_steps=2, batch=3, tasks=2, trials=2)


def main() -> None:
    """Run the seeds that are asked for, and report on all that are there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "training")
    parser.add_argument("--seed", type=int, action="append", help="again for another; 0, 1 and 2 by default")
    parser.add_argument("--docs", type=Path, help="folder of training.md and images/")
    parser.add_argument("--small", action="store_true", help="a minute's run that shows that all parts work")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    torch.set_num_threads(1)
    field = asyncio.run(prepare(asked.out, SMALL_PLOT if asked.small else PLOT))
    recipe = SMALL if asked.small else Recipe()
    asyncio.run(run(field, [0, 1, 2] if asked.seed is None else asked.seed, recipe, asked.out))
    results = read_results(asked.out, field.held_out)
    print(table := "\n".join(lines(results)))
    if asked.docs:
        publish(results, table, asked.docs)


async def run(field: Field, seeds: list[int], recipe: Recipe, out: Path) -> None:
    """Run all arms of some seeds on one farm."""
    async with Farm.launch(field.folders, lean=True, timeout_s=120.0) as farm:
        tools = await listed(farm)
        for seed in seeds:
            shown = demonstrations(field.training, recipe.demonstrations, seed)
            where = out / f"seed-{seed}"
            await run_seed(Course(farm, tools, shown, field.training, field.held_out, recipe, seed, where))


async def listed(farm: Farm) -> Tools:
    """Ask each environment for its tools."""
    tools: dict[str, tuple[Tool, ...]] = {}
    for slug in farm.environments:
        async with await farm.open([slug]) as session:
            tools |= await session.tools()
    return tools


if __name__ == "__main__":
    main()
