"""Calls by chance: valid-looking ones, from an environment's manifest and the ids that its answers showed."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from envkit.calls import Json, JsonObject, Observation, Step, ToolCall
from envkit.manifest import ArgumentSpec, Manifest, ToolSpec

OPTIONAL_SHARE = 0.3
WORDS = ("Alpha", "Harbour", "North", "Review", "Spring", "Delta")
ID = re.compile(r"[a-z]{3}_[0-9a-z]{6}")

Play = Callable[[ToolCall], Awaitable[Observation]]


@dataclass(slots=True)
class Caller:
    """Chooses the next call of one episode; `mark` goes into every text it writes."""

    manifest: Manifest
    chance: random.Random
    mark: str = ""
    seen: dict[str, list[str]] = field(default_factory=dict)

    def see(self, content: Json) -> None:
        """Remember the ids of an answer, by their prefix, in the order they came."""
        for text in strings(content):
            if ID.fullmatch(text):
                known = self.seen.setdefault(text[:3], [])
                if text not in known:
                    known.append(text)

    def choose(self) -> ToolCall:
        """Choose a call whose required ids are known; until there is one, a list."""
        ready = [tool for tool in self.manifest.tools if self._is_ready(tool)]
        unknown = [tool for tool in ready if tool.kind == "list" and self._prefix(tool.entity) not in self.seen]
        tool = self.chance.choice(unknown or ready)
        return ToolCall(self.manifest.slug, tool.name, dict(self._arguments(tool)))

    def _is_ready(self, tool: ToolSpec) -> bool:
        return all(self._prefix(each.to) in self.seen for each in tool.arguments if each.required and each.to)

    def _prefix(self, entity: str) -> str:
        return self.manifest.entity(entity).prefix if entity else ""

    def _arguments(self, tool: ToolSpec) -> Iterator[tuple[str, Json]]:
        for each in tool.arguments:
            is_wanted = each.required or self.chance.random() < OPTIONAL_SHARE
            if (
                is_wanted
                and each.role not in ("cursor", "search")
                and (not each.to or self._prefix(each.to) in self.seen)
            ):
                value = (
                    [self._value(each) for _ in range(self.chance.randint(1, 2))] if each.many else self._value(each)
                )
                yield each.name, value

    def _value(self, argument: ArgumentSpec) -> Json:
        if argument.to:
            return self.chance.choice(self.seen[self._prefix(argument.to)])
        if argument.values:
            return self.chance.choice(argument.values)
        match argument.type:
            case "bool":
                return self.chance.random() < 0.5
            case "int" | "money":
                low = argument.minimum or 0
                return self.chance.randint(low, argument.maximum or low + 100)
            case "time":
                return f"2025-03-{self.chance.randint(3, 28):02}T{self.chance.randint(8, 17):02}:00:00Z"
            case _:
                return f"{self.chance.choice(WORDS)} {self.mark}".strip()


def strings(content: Json) -> Iterator[str]:
    """Yield every text in a JSON value."""
    if isinstance(content, str):
        yield content
    elif isinstance(content, Mapping):
        for member in content.values():
            yield from strings(member)
    elif isinstance(content, Sequence):
        for member in content:
            yield from strings(member)


async def play(caller: Caller, calls: int, make: Play) -> tuple[Step, ...]:
    """Make that many calls, each chosen in the light of the answers before it."""
    steps = []
    for _ in range(calls):
        call = caller.choose()
        observation = await make(call)
        caller.see(observation.content)
        steps.append(Step(call, observation))
    return tuple(steps)


def as_json(step: Step) -> JsonObject:
    """Write a step as JSON."""
    said = step.observation
    return {
        "tool": step.call.tool,
        "arguments": step.call.arguments,
        "text": said.text,
        "content": said.content,
        "code": said.code,
    }
