"""Verifiers on the gym: a taskset of its tasks, and the harness that plays them in the environment's own process.

    vf-eval envfarm_verifiers --env.taskset.gym http://127.0.0.1:8090 --env.agent.runtime.type subprocess -m MODEL

A rollout has the name of its trace, so the task that opens and scores it and the harness that plays it find the same
one. What cannot be scored is an error of the trace, and so no reward.
Source of the form: `Taskset`, `Task` and `Harness` of verifiers 0.4 (`verifiers.v1`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import verifiers.v1 as vf
from openai import AsyncOpenAI

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.forms import Call, Json, Outcome

POLICY = "verifiers"


class FarmData(vf.TaskData):
    """A task as a trace records it; `gym` is where it is played, `toolset` and `requests` as in `forms.Task`."""

    gym: str
    toolset: str
    requests: int


class FarmTasksetConfig(vf.TasksetConfig):
    """Where the gym is; its token comes from ENVFARM_TOKEN."""

    gym: str = "http://127.0.0.1:8090"


class FarmTask(vf.Task[FarmData, vf.State, vf.TaskConfig]):
    """One task of the gym."""

    @property
    def key(self) -> str:
        """The task's id, which is a digest of its content and the same in every gym."""
        return str(self.data.id)

    async def setup(self, trace: vf.Trace, runtime: vf.Runtime) -> None:
        """Open the worlds, so that trouble with the farm shows before a model is asked."""
        await asyncio.to_thread(_open, self.data, trace)

    @vf.reward
    async def farm(self, trace: vf.Trace) -> float:
        """Return what the rollout earned; a rollout that was broken off is scored by what it did."""
        return (await asyncio.to_thread(_outcome, self.data, trace)).earned

    @vf.metric
    async def progress(self, trace: vf.Trace) -> float:
        """Return the graded reading beside the reward; 0 for a task that has none."""
        return (await asyncio.to_thread(_outcome, self.data, trace)).progress or 0.0


class FarmTaskset(vf.Taskset[FarmTask, FarmTasksetConfig]):
    """The tasks of a gym."""

    def load(self) -> Iterator[FarmTask]:
        """Ask the gym for its tasks."""
        config = self.config
        for task in Gym(config.gym).tasks():
            data = FarmData(
                id=task.task,
                name=task.toolset,
                prompt=task.prompt,
                system_prompt=task.system,
                gym=config.gym,
                toolset=task.toolset,
                requests=task.requests,
            )
            yield FarmTask(data, config.task)


class FarmHarness(vf.Harness[vf.HarnessConfig]):
    """Asks the model for each message and plays it on the gym, without a process of its own."""

    APPENDS_SYSTEM_PROMPT = True
    EXECUTES_CODE = False
    NEEDS_CONTAINER = False

    async def launch(
        self,
        ctx: vf.ModelContext,
        trace: vf.Trace,
        runtime: vf.Runtime,
        endpoint: str,
        secret: str,
        mcp_urls: dict[str, str],
        data: FarmData,
    ) -> vf.ProgramResult:
        """Play until the rollout is over."""
        rollout = await asyncio.to_thread(_open, data, trace)
        messages, tools = list[Any](rollout.messages), list[Any](rollout.tools)  # Any: the library's own types
        async with AsyncOpenAI(base_url=endpoint, api_key=secret) as model:
            while not rollout.is_over:
                answer = await model.chat.completions.create(model=ctx.model, messages=messages, tools=tools)
                choice = answer.choices[0]
                messages.append(choice.message.model_dump(exclude_none=True))
                messages += await asyncio.to_thread(_say, rollout, choice)
        return vf.ProgramResult(exit_code=0, stdout="", stderr="")


def _open(data: FarmData, trace: vf.Trace) -> Rollout:
    return Gym(data.gym).open(str(data.id), policy=POLICY, name=str(trace.id))


def _outcome(data: FarmData, trace: vf.Trace) -> Outcome:
    return Gym(data.gym).outcome(str(trace.id)) or _open(data, trace).stop("tokens")


def _say(rollout: Rollout, choice: Any) -> list[Json]:  # Any: a choice of the library's
    calls = [Call(call.function.name, call.function.arguments, call.id) for call in choice.message.tool_calls or ()]
    return rollout.say(choice.message.content or "", calls, is_cut=choice.finish_reason == "length")
