"""OpenEnv on the gym: a server that speaks its protocol, a session a rollout, and the client for it.

    python -m envfarm_gym.openenv http://127.0.0.1:8090 --port 8000

Source of the form: `Environment`, `create_fastapi_app` and `EnvClient` of openenv 0.10. Actions are whole messages of
the policy, so no name of a tool can meet one of OpenEnv's own.
"""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

import uvicorn
from fastapi import FastAPI
from openenv.core.client_types import StepResult
from openenv.core.env_client import EnvClient
from openenv.core.env_server.http_server import create_fastapi_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, Observation, State
from pydantic import BaseModel, Field

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.errors import UnscoredError
from envfarm_gym.forms import Call, Task

POLICY = "openenv"
SPLIT = "gym"
"""The one split there is: the tasks that the gym was started with."""

MOST_SESSIONS = 256


class FarmCall(BaseModel):
    """A tool call; arguments as an object, or as the text that the model wrote."""

    name: str
    arguments: dict[str, Any] | str = Field(default_factory=dict)
    id: str = ""


class FarmAction(Action):
    """A message of the policy: its calls, or without any its answer."""

    content: str = ""
    tool_calls: list[FarmCall] = Field(default_factory=list)


class FarmObservation(Observation):
    """What the policy is told: all messages and the tools at first, later what is new.

    `reward` is None until the end, and stays so if the rollout could not be scored; then `trouble` says why.
    """

    messages: list[dict[str, Any]] = Field(default_factory=list)
    tools: list[dict[str, Any]] = Field(default_factory=list)
    calls_left: int = 0
    progress: float | None = None
    trouble: str = ""


class FarmState(State):
    """Which task is played."""

    task: str = ""


class FarmEnvironment(Environment[FarmAction, FarmObservation, FarmState]):
    """A session of OpenEnv: one rollout at a time."""

    SUPPORTS_CONCURRENT_SESSIONS = True

    def __init__(self, gym: Gym) -> None:
        super().__init__()
        self._gym = gym
        self._rollout: Rollout | None = None
        self._steps = 0

    def reset(
        self,
        seed: int | None = None,
        episode_id: str | None = None,
        *,
        task: str | None = None,
        split: str | None = None,
        index: int | None = None,
        **more: Any,
    ) -> FarmObservation:
        """Begin a rollout: of the `task`, of that at the `index`, or of that which the seed picks."""
        self.close()
        self._steps = 0
        chosen = task or self._task(index, seed or 0)
        self._rollout = rollout = self._gym.open(chosen, policy=POLICY, seed=seed or 0, name=episode_id)
        return _observed(rollout, rollout.messages, tools=rollout.tools)

    async def reset_async(self, seed: int | None = None, episode_id: str | None = None, **more: Any) -> FarmObservation:
        """Do as `reset`, without holding up other sessions."""
        return await asyncio.to_thread(self.reset, seed, episode_id, **more)

    def step(self, action: FarmAction, timeout_s: float | None = None, **more: Any) -> FarmObservation:
        """Play a message of the policy."""
        assert self._rollout is not None, "OpenEnv resets an environment before it steps"
        self._steps += 1
        calls = [Call(call.name, call.arguments, call.id) for call in action.tool_calls]
        return _observed(self._rollout, self._rollout.say(action.content, calls))

    async def step_async(self, action: FarmAction, timeout_s: float | None = None, **more: Any) -> FarmObservation:
        """Do as `step`, without holding up other sessions."""
        return await asyncio.to_thread(self.step, action, timeout_s, **more)

    @property
    def state(self) -> FarmState:
        """Say which rollout this is, and how far it is."""
        rollout = self._rollout
        if rollout is None:
            return FarmState()
        return FarmState(episode_id=rollout.name, step_count=self._steps, task=rollout.task)

    def close(self) -> None:
        """Close the worlds."""
        if self._rollout is not None:
            self._rollout.close()
            self._rollout = None

    def _task(self, index: int | None, seed: int) -> str:
        tasks = self._gym.tasks()
        return tasks[seed % len(tasks) if index is None else index].task

    def list_splits(self) -> list[str]:
        """Name the one split."""
        return [SPLIT]

    def list_tasks(self, split: str) -> list[dict[str, Any]]:
        """List the tasks."""
        return [_spec(place, task) for place, task in enumerate(self._gym.tasks())]

    def num_tasks(self, split: str) -> int:
        """Count the tasks."""
        return len(self._gym.tasks())

    def get_task(self, split: str, index: int) -> dict[str, Any]:
        """Return one task; IndexError if there is none at that place."""
        return _spec(index, self._gym.tasks()[index])


class FarmClient(EnvClient[FarmAction, FarmObservation, FarmState]):
    """OpenEnv's client for such a server. A rollout that could not be scored is raised as an UnscoredError."""

    def _step_payload(self, action: FarmAction) -> dict[str, Any]:
        payload: dict[str, Any] = action.model_dump()
        return payload

    def _parse_result(self, payload: dict[str, Any]) -> StepResult[FarmObservation]:
        done, reward = bool(payload.get("done")), payload.get("reward")
        observation = FarmObservation.model_validate({**payload["observation"], "done": done, "reward": reward})
        if observation.trouble:
            raise UnscoredError(observation.trouble)
        return StepResult(observation=observation, reward=reward, done=done)

    def _parse_state(self, payload: dict[str, Any]) -> FarmState:
        state: FarmState = FarmState.model_validate(payload)
        return state


def application(gym: str) -> FastAPI:
    """Make OpenEnv's application over the gym at a URL."""
    return create_fastapi_app(
        lambda: FarmEnvironment(Gym(gym)),
        FarmAction,
        FarmObservation,
        max_concurrent_envs=MOST_SESSIONS,
        state_cls=FarmState,
    )


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m envfarm_gym.openenv", description="Serve a gym to OpenEnv.")
    parser.add_argument("gym", help="URL of `envfarm gym`")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    given = parser.parse_args()
    uvicorn.run(application(given.gym), host=given.host, port=given.port, log_level="warning")


def _observed(
    rollout: Rollout, messages: list[Any], *, tools: list[Any] | None = None
) -> FarmObservation:  # Any: JSON as it comes
    outcome = rollout.outcome
    trouble = "" if outcome is None or outcome.reward is not None else f"{outcome.stop}: {outcome.trouble}"
    return FarmObservation(
        done=rollout.is_over,
        reward=None if outcome is None else outcome.reward,
        messages=messages,
        tools=tools or [],
        calls_left=rollout.calls_left,
        progress=rollout.progress,
        trouble=trouble,
    )


def _spec(place: int, task: Task) -> dict[str, Any]:
    return {"id": task.task, "index": place, "environments": list(task.environments), "requests": task.requests}


if __name__ == "__main__":
    main()
