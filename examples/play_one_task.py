"""Sample one task in an environment and let three policies play it: the truth, nobody, and one written here.

python examples/play_one_task.py servers/travel/skyline_air
python examples/play_one_task.py servers/travel/skyline_air 7      # another seed, another task
"""

import asyncio
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from envkit.calls import ToolCall
from farm import Farm
from rollouts.lineup import line_up
from rollouts.play import play
from rollouts.policy import Move, Policy, Scene
from sampler.sample import Order, sample


@dataclass(frozen=True)
class Curious:
    """Calls every tool that needs no argument, then reads the last answer out."""

    name: str = "curious"

    async def act(self, scene: Scene) -> Move:
        """Look around once, then answer."""
        if scene.steps:
            return Move(answer=scene.steps[-1].observation.text)
        offered = [(slug, tool) for slug, tools in scene.tools.items() for tool in tools]
        free = [(slug, tool.name) for slug, tool in offered if not tool.input_schema.get("required")]
        return Move(tuple(ToolCall(slug, name, {}) for slug, name in free))


async def main(folder: Path, seed: int) -> None:
    """Serve the folder, sample a task, play it."""
    async with Farm.launch([folder]) as farm:
        with tempfile.TemporaryDirectory() as runs:
            sampled = await sample([folder], farm, Order(1, seed), Path(runs) / "tasks.jsonl")
            (task,) = sampled.tasks
        print("\n".join(turn.query for turn in task.turns))
        policies: list[Policy] = [*line_up(["replay", "null"], [task]), Curious()]
        for policy in policies:
            episode = await play(task, policy, farm, seed=0, trial=0, budget=40, timeout_s=60.0)
            print(f"{policy.name}: {episode.counts.calls} calls, reward {episode.reward.total} {episode.reward.reason}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 0))
