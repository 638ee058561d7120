"""The policies that need no model: the true calls, the true calls but for one in each turn, and none."""

from __future__ import annotations

import random
from collections.abc import Sequence

from envkit.calls import ToolCall
from envkit.clock import derive
from evaluation.bfcl.tasks import BfclTask
from rollouts.policy import Move, NullPolicy, Policy, Scene


class TruePolicy:
    """Makes the true calls of each turn at once: what the checker does not take from it, it takes from nobody."""

    name = "replay"

    def __init__(self, tasks: Sequence[BfclTask]) -> None:
        self._tasks = {task.id: task for task in tasks}

    async def act(self, scene: Scene) -> Move:
        """Make the calls of this turn, then end it."""
        return Move() if scene.steps else Move(self.calls(scene))

    def calls(self, scene: Scene) -> tuple[ToolCall, ...]:
        """Return the calls to make in this turn."""
        return self._tasks[scene.task].truth(scene.request)


class DroppingPolicy(TruePolicy):
    """Leaves one call of each turn out, drawn by chance: the checker should notice."""

    name = "dropping"

    def calls(self, scene: Scene) -> tuple[ToolCall, ...]:
        """Return the calls of this turn but for one."""
        true = super().calls(scene)
        if not true:
            return ()
        left_out = random.Random(derive(scene.seed, scene.task, scene.request)).randrange(len(true))
        return true[:left_out] + true[left_out + 1 :]


def controls(tasks: Sequence[BfclTask]) -> dict[str, Policy]:
    """Return these policies by their names."""
    made: tuple[Policy, ...] = (TruePolicy(tasks), DroppingPolicy(tasks), NullPolicy())
    return {policy.name: policy for policy in made}
