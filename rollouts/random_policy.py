"""A policy that makes valid-looking calls by chance: what it earns, a task gives to luck."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject, Step, ToolCall
from envkit.clock import derive
from farm.link import Tool
from rollouts.policy import Move, Scene

MAX_CALLS = 6
"""The most calls it makes for one query."""

_SPREAD = 100
"""How far above its lower bound a number goes where the schema sets no upper one."""

_OPTIONAL_SHARE = 0.4
_WORDS = ("Alpha", "Harbour", "North", "Review", "Spring", "Delta")


@dataclass(frozen=True, slots=True)
class RandomPolicy:
    """Calls tools at random, a few for each query, and answers with nothing.

    Arguments come from the live schemas (enums, bounds, formats) and from what was observed: a value seen under a
    member of the same name, or an id seen under the entity's `id`, is preferred to an invented one.
    """

    name: str = "random"

    async def act(self, scene: Scene) -> Move:
        """Make one more call, or stop."""
        done = len(scene.steps)
        chance = random.Random(derive(scene.seed, self.name, scene.task, scene.trial, len(scene.past)))
        planned = chance.randint(1, MAX_CALLS)
        offered = [(slug, tool) for slug, tools in sorted(scene.tools.items()) for tool in tools]
        if done >= planned or not offered:
            return Move()
        chance = random.Random(derive(scene.seed, self.name, scene.task, scene.trial, len(scene.past), done))
        steps = (*(step.as_step() for turn in scene.past for step in turn.steps), *scene.steps)
        slug, tool = chance.choice(offered)
        return Move((ToolCall(slug, tool.name, _arguments(tool, _Memory.of(steps, slug), chance)),))


@dataclass(frozen=True, slots=True)
class _Memory:
    """Values observed in one environment, by the name they stood under."""

    values: Mapping[str, tuple[Json, ...]]

    @classmethod
    def of(cls, steps: Sequence[Step], environment: str) -> _Memory:
        """Gather the scalars of all results."""
        values: dict[str, dict[str, Json]] = {}
        for step in steps:
            if step.call.environment == environment:
                for name, value in _members(step.observation.content):
                    values.setdefault(name, {})[repr(value)] = value
        return cls({name: tuple(found.values()) for name, found in values.items()})

    def like(self, argument: str) -> tuple[Json, ...]:
        """Return what was seen under an argument's name, or, for one that names ids, under `id`."""
        if found := self.values.get(argument):
            return found
        return self.values.get("id", ()) if re.search(r"_ids?$", argument) else ()


def _members(content: Json) -> Iterator[tuple[str, Json]]:
    if isinstance(content, Mapping):
        for name, value in content.items():
            if isinstance(value, (str, int, float)):
                yield name, value
            yield from _members(value)
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for member in content:
            yield from _members(member)


def _arguments(tool: Tool, memory: _Memory, chance: random.Random) -> JsonObject:
    properties, required = tool.input_schema.get("properties", {}), tool.input_schema.get("required", ())
    assert isinstance(properties, Mapping)
    assert isinstance(required, Sequence)
    return {
        name: _value(name, schema, memory, chance)
        for name, schema in properties.items()
        if isinstance(schema, Mapping) and (name in required or chance.random() < _OPTIONAL_SHARE)
    }


def _value(name: str, schema: JsonObject, memory: _Memory, chance: random.Random) -> Json:
    branches = schema.get("anyOf")
    if isinstance(branches, Sequence):
        real = [each for each in branches if isinstance(each, Mapping) and each.get("type") != "null"]
        return _value(name, chance.choice(real), memory, chance) if real else None
    if "const" in schema:
        return schema["const"]
    enum = schema.get("enum")
    if isinstance(enum, Sequence) and enum:
        return chance.choice(enum)
    if schema.get("type") == "array":
        items = schema.get("items")
        member = items if isinstance(items, Mapping) else {}
        return [_value(name, member, memory, chance) for _ in range(chance.randint(1, 2))]
    seen = [value for value in memory.like(name) if _fits(value, schema)]
    return chance.choice(seen) if seen else _invented(schema, chance)


def _fits(value: Json, schema: JsonObject) -> bool:
    kinds: Mapping[Json, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
    }
    kind = kinds.get(schema.get("type"), object)
    return isinstance(value, kind) and isinstance(value, bool) == (schema.get("type") == "boolean")


def _invented(schema: JsonObject, chance: random.Random) -> Json:
    match schema.get("type"):
        case "boolean":
            return chance.random() < 0.5
        case "integer" | "number":
            low = _bound(schema, "minimum", 0)
            return chance.randint(low, max(low, _bound(schema, "maximum", low + _SPREAD)))
        case _ if schema.get("format") == "date-time":
            return f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T{chance.randint(0, 23):02}:00:00Z"
        case _:
            return chance.choice(_WORDS)


def _bound(schema: JsonObject, name: str, otherwise: int) -> int:
    bound = schema.get(name)
    return int(bound) if isinstance(bound, (int, float)) else otherwise
