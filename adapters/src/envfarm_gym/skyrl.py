"""SkyRL-Gym on the gym: an environment that reads what the model wrote, with a reward for each step.

    skyrl_gym.register("envfarm", "envfarm_gym.skyrl:FarmEnv")
    env = skyrl_gym.make("envfarm", env_config={"gym": URL}, extras={"task": ID})

Source of the form: `BaseTextEnv` of skyrl-gym 0.4, and how SkyRL's generator calls it: a new one for each rollout.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput, ConversationType

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.forms import Task
from envfarm_gym.hermes import heard, observed, told

POLICY = "skyrl"


class FarmEnv(BaseTextEnv):
    """One rollout. The steps' rewards are what each request was worth, and sum to the reward of the farm.

    `env_config` has the URL of the `gym`; `extras` is the row of the dataset, of which `task` is read, and `max_turns`.
    """

    def __init__(self, env_config: Mapping[str, Any], extras: Mapping[str, Any]) -> None:
        super().__init__()
        self._gym, self._task = Gym(env_config["gym"]), str(extras["task"])
        self.max_turns = int(extras.get("max_turns", 0))
        self._rollout: Rollout | None = None
        self._start = self._paid = 0.0

    def init(self, prompt: ConversationType) -> tuple[ConversationType, dict[str, Any]]:
        """Open the worlds, and return the first messages with the tools in them, whatever the dataset's prompt was.

        UnscoredError, here and in `step`, if the rollout could not be scored.
        """
        self._rollout = rollout = self._gym.open(self._task, policy=POLICY)
        rollout.require_begun()
        self._start = rollout.progress or 0.0
        system, *rest = rollout.messages
        first = {**system, "content": f"{system['content']}{told(rollout.tools)}"}
        return [dict(message) for message in (first, *rest)], {"task": self._task, "rollout": rollout.name}

    def step(self, action: str) -> BaseTextEnvStepOutput:
        """Play what the model wrote."""
        rollout = self._rollout
        assert rollout is not None, "SkyRL calls init before step"
        self.turns += 1
        said = heard(action)
        messages = rollout.say(said.text, said.calls)
        if not rollout.is_over and 0 < self.max_turns <= self.turns:
            rollout.stop("tokens")
        metadata = {"task": self._task, "rollout": rollout.name, "progress": rollout.progress}
        if rollout.outcome is not None:
            metadata |= {"stop": rollout.outcome.stop, "reason": rollout.outcome.reason}
        return BaseTextEnvStepOutput(
            observations=observed(messages),
            reward=self._pay(rollout),
            done=rollout.is_over,
            metadata=metadata,
        )

    def close(self) -> None:
        """Close the worlds."""
        if self._rollout is not None:
            self._rollout.close()

    def get_metrics(self) -> dict[str, float]:
        """Return what the rollout earned, how far it came, and in how many steps."""
        rollout = self._rollout
        if rollout is None or rollout.outcome is None:
            return {}
        outcome = rollout.outcome
        return {"reward": outcome.earned, "progress": outcome.progress or 0.0, "steps": float(self.turns)}

    def _pay(self, rollout: Rollout) -> float:
        """Return what this step is worth: progress since the last one, and at the end what is left of the reward."""
        if rollout.outcome is not None:
            due = rollout.outcome.earned - self._paid
        else:
            due = (rollout.progress or 0.0) - self._start - self._paid
        self._paid += due
        return due


def rows(tasks: list[Task], gym: str) -> list[dict[str, Any]]:  # Any: rows of a dataset
    """Return the dataset's rows for SkyRL: the prompt as it begins, the environment, and the task."""
    return [{"prompt": task.messages, "env_class": "envfarm", "task": task.task, "gym": gym} for task in tasks]
