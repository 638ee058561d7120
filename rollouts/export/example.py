"""The example: what a row is made of, whatever the format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject
from envkit.manifest import Manifest
from farm.farm import Farm
from farm.link import Tool
from registry.entry import Entry, intact
from rollouts.briefing import LONGEST_NAME, briefing, is_callable, tool_name
from rollouts.episode import Turn
from sampler.task import Task, Version


class ExportError(Exception):
    """An export that cannot be made, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one version of an environment is, and the tools as its server offers them."""

    manifest: Manifest
    digest: str
    tools: tuple[Tool, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A task with what its environments offer, in the task's order, and the turns that a policy is to learn from.

    `index` is its place in the export, from 0.
    """

    task: Task
    offers: Mapping[str, Offer]
    turns: tuple[Turn, ...]
    index: int
    split: str

    @property
    def place(self) -> str:
        """The environments as one name: `orbit_calendar+skyline_air`."""
        return "+".join(self.task.environments)

    @property
    def queries(self) -> list[str]:
        """The user's words, a text for each turn."""
        return [turn.query for turn in self.task.turns]

    @property
    def tools(self) -> Iterator[tuple[str, Tool]]:
        """All tools offered, each with its environment."""
        for environment, offer in self.offers.items():
            for tool in offer.tools:
                if (environment, tool.name) not in self.task.hidden_tools:
                    yield environment, tool


def system(task: Task) -> str:
    """Return the system prompt of a task: what every policy is told, and the rules of this task."""
    return briefing([rule.text for rule in task.rules])


async def offers(farm: Farm, entries: Mapping[Version, Entry]) -> Mapping[Version, Offer]:
    """Ask the farm for what the environments offer; no two of them may be versions of one environment."""
    slugs = [slug for slug, _ in entries]
    async with await farm.open(slugs, seed=0) as session:
        listed = await session.tools()
    return {
        version: Offer(intact(entry.folder), entry.digest, listed[version[0]]) for version, entry in entries.items()
    }


def callable_name(name: str, consumer: str) -> str:
    """Return a tool's name if the consumer can take it; ExportError if not."""
    if not is_callable(name):
        sentence = f"{consumer} takes tool names of 1 to {LONGEST_NAME} letters, digits, - and _, not {name!r}"
        raise ExportError(f"{sentence}; leave out --format {consumer}")
    return name


def function_of(environment: str, tool: Tool) -> JsonObject:
    """Describe a tool as chat templates and APIs want it, with its schema exactly as the server gives it."""
    described: dict[str, Json] = {
        "name": tool_name(environment, tool.name),
        "description": tool.description,
        "parameters": tool.input_schema,
    }
    return described


def function_tools(example: Example) -> Sequence[JsonObject]:
    """Describe all tools of an example as functions."""
    return [{"type": "function", "function": function_of(slug, tool)} for slug, tool in example.tools]
