"""Inspect on the gym: a task whose samples are the gym's, a solver that plays them, and the farm's reward as score.

    inspect eval examples/inspect_task.py -T gym=http://127.0.0.1:8090 --model MODEL

Source of the form: `Task`, `@solver` and `@scorer` of inspect-ai 0.3. What cannot be scored is an error of the sample,
which `--retry-on-error` plays again; it is never a score of 0.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from inspect_ai import Task as InspectTask
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    get_model,
)
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import ToolInfo

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.forms import Call, Json, Outcome

OUTCOME = "envfarm/outcome"
"""Where a sample's store keeps how its rollout ended."""


def farm_task(gym: str) -> InspectTask:
    """Make a task of all that a gym offers."""
    samples = [
        Sample(
            id=task.task,
            input=task.prompt,
            metadata={"task": task.task, "environments": list(task.environments), "requests": task.requests},
        )
        for task in Gym(gym).tasks()
    ]
    return InspectTask(dataset=MemoryDataset(samples, name="envfarm"), solver=play(gym), scorer=reward())


@solver
def play(gym: str) -> Solver:
    """Play a sample's task, in worlds of its own, until it is over."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        task, policy = state.metadata["task"], f"inspect:{state.model}"
        rollout = await asyncio.to_thread(Gym(gym).open, task, policy=policy, seed=state.epoch)
        try:
            state.messages = list(_messages(rollout.messages))
            await _play(rollout, state)
            if rollout.outcome is None:
                await asyncio.to_thread(rollout.stop, "tokens")
        finally:
            await asyncio.to_thread(rollout.close)
        outcome = rollout.outcome
        assert outcome is not None, "a rollout that was stopped is over"
        state.store.set(OUTCOME, {**asdict(outcome), "reward": outcome.earned})
        state.completed = True
        return state

    return solve


@scorer(metrics=[mean(), stderr()])
def reward() -> Scorer:
    """Score a sample by what its rollout earned."""

    async def score(state: TaskState, target: Target) -> Score:
        outcome = Outcome.of(state.store.get(OUTCOME))
        told = {"stop": outcome.stop, "progress": outcome.progress, "findings": list(outcome.findings)}
        return Score(value=outcome.earned, explanation=outcome.reason, metadata=told)

    return score


async def _play(rollout: Rollout, state: TaskState) -> None:
    """Let the model go on as long as the rollout, and the limits of the sample, allow."""
    model, tools = get_model(), [ToolInfo.model_validate(tool["function"]) for tool in rollout.tools]
    while not rollout.is_over and not state.completed:
        state.output = await model.generate(state.messages, tools=tools)
        said = state.output.message
        state.messages.append(said)
        calls = list(_calls(said))
        told = await asyncio.to_thread(rollout.say, said.text, calls, is_cut=state.output.stop_reason == "max_tokens")
        state.messages += _messages(told, calls)


def _calls(said: ChatMessageAssistant) -> Iterator[Call]:
    """Yield the calls of a message; of one that could not be read, the text."""
    for call in said.tool_calls or ():
        yield Call(call.function, call.parse_error or call.arguments, call.id)


def _messages(told: Sequence[Json], calls: Sequence[Call] = ()) -> Iterator[ChatMessage]:
    names = {call.id: call.name for call in calls}
    for message in told:
        text = str(message["content"])
        if message["role"] == "tool":
            answered = str(message["tool_call_id"])
            yield ChatMessageTool(content=text, tool_call_id=answered, function=names.get(answered))
        else:
            yield ChatMessageSystem(content=text) if message["role"] == "system" else ChatMessageUser(content=text)
