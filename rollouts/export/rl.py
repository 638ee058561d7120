"""Rows to play: prompts with all that opens the worlds and scores the end, for TRL's GRPO, verl and verifiers.

Sources of the forms: TRL's `GRPOTrainer(environment_factory=...)`, verl's `RLHFDataset` and `ToolAgentLoop`, and
verifiers' `TaskData`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from envkit.calls import Json, JsonObject
from rollouts.briefing import tool_name
from rollouts.export.example import Example, Offer, system
from rollouts.export.lesson import answer
from rollouts.export.shape import Shape
from sampler.task import Task

ABILITY = "tool_use"
_MESSAGES: Shape = [{"role": "string", "content": "string"}]
_CREATE: Shape = {"create_kwargs": {"environment": "string", "tool": "string", "task": "string", "seed": "int64"}}


def trl_rl_row(example: Example) -> JsonObject:
    """Write a row for TRL's GRPO: `environment` picks the factory, all columns go to its `reset`."""
    task = example.task
    return {
        "prompt": _prompt(example),
        "environment": example.place,
        "task": task.id,
        "environments": task.environments,
        "seed": task.seed,
        "queries": example.queries,
        "ground_truth": ground_truth(task),
    }


def verl_row(example: Example) -> JsonObject:
    """Write a row for verl: `tool_selection` shows a rollout the tools of this task only."""
    task = example.task
    names = [tool_name(environment, tool.name) for environment, tool in example.tools]
    created: dict[str, Json] = {
        name: {"create_kwargs": {"environment": slug, "tool": tool.name, "task": task.id, "seed": task.seed}}
        for name, (slug, tool) in zip(names, example.tools, strict=True)
    }
    return {
        "data_source": f"envfarm/{example.place}",
        "agent_name": "tool_agent",
        "prompt": _prompt(example),
        "ability": ABILITY,
        "reward_model": {"style": "rule", "ground_truth": ground_truth(task)},
        "extra_info": {
            "index": example.index,
            "split": example.split,
            "task": task.id,
            "environments": task.environments,
            "seed": task.seed,
            "queries": example.queries,
            "need_tools_kwargs": True,
            "tool_selection": names,
            "tools_kwargs": created,
        },
    }


def verl_shape(offers: Iterable[Offer]) -> Mapping[str, Shape]:
    """Return the types of verl's columns; `tools_kwargs` has a member for each tool of the whole file."""
    names = sorted({tool_name(offer.manifest.slug, tool.name) for offer in offers for tool in offer.tools})
    return {
        "data_source": "string",
        "agent_name": "string",
        "prompt": _MESSAGES,
        "ability": "string",
        "reward_model": {"style": "string", "ground_truth": "string"},
        "extra_info": {
            "index": "int64",
            "split": "string",
            "task": "string",
            "environments": ["string"],
            "seed": "int64",
            "queries": ["string"],
            "need_tools_kwargs": "bool",
            "tool_selection": ["string"],
            "tools_kwargs": dict.fromkeys(names, _CREATE),
        },
    }


def verifiers_row(example: Example) -> JsonObject:
    """Write a row for verifiers: the fields of its `TaskData`, which keeps what it does not know."""
    task = example.task
    info: Json = {
        "environments": task.environments,
        "environment_versions": task.environment_versions,
        "environment_digests": task.environment_digests,
        "seed": task.seed,
        "queries": example.queries,
        "tools": [tool_name(environment, tool.name) for environment, tool in example.tools],
    }
    return {
        "id": task.id,
        "name": example.place,
        "prompt": example.queries[0],
        "system_prompt": system(task),
        "answer": "\n".join(answer(task, turn) for turn in range(len(task.turns))),
        "info": info,
        "ground_truth": ground_truth(task),
    }


def ground_truth(task: Task) -> str:
    """Write the whole task, as a tasks file holds it: what `rollouts.reward.score` needs beside an episode."""
    return task.model_dump_json()


def _prompt(example: Example) -> list[Json]:
    return [{"role": "system", "content": system(example.task)}, {"role": "user", "content": example.queries[0]}]
