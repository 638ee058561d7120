"""Call plans: which tools are called in which order, and where each argument comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject
from sampler.task import StepRecord

_PATH_PART = re.compile(r"([^.\[\]]+)|\[(\d*)\]")


@dataclass(frozen=True, slots=True)
class Fixed:
    """An argument the user's words give."""

    value: Json


@dataclass(frozen=True, slots=True)
class Output:
    """An argument read from what an earlier step returned, at a path such as `items[2].id`."""

    step: int
    path: str


@dataclass(frozen=True, slots=True)
class Several:
    """An argument that is a list, each member bound on its own."""

    members: tuple[Fixed | Output, ...]


Binding = Fixed | Output | Several


@dataclass(frozen=True, slots=True)
class Choice:
    """One planned call of an environment's tool; `code`: the refusal it must meet, None if it must succeed."""

    environment: str
    tool: str
    arguments: Mapping[str, Binding]
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Planned calls in order; `turns` says how many belong to each turn. `seed` and `setup` make the worlds."""

    environments: tuple[str, ...]
    seed: int
    choices: tuple[Choice, ...]
    turns: tuple[int, ...]
    setup: tuple[StepRecord, ...] = ()


def resolve(choice: Choice, contents: Sequence[Json]) -> JsonObject:
    """Return the arguments of a planned call, given what the steps before it returned.

    Raises LookupError if a step did not return what a binding points at.
    """
    return {name: _value(binding, contents) for name, binding in choice.arguments.items()}


def at(content: Json, path: str) -> Json:
    """Return the member of JSON at a path such as `items[2].id`; LookupError if there is none."""
    for name, index in _PATH_PART.findall(path):
        if name:
            if not isinstance(content, Mapping):
                raise LookupError(f"expected an object with {name!r} on the way to {path!r}")
            content = content[name]
        else:
            if not isinstance(content, list):
                raise LookupError(f"expected a list on the way to {path!r}")
            content = content[int(index)]
    return content


def spread(content: Json, path: str) -> tuple[tuple[str, Json], ...]:
    """Return every member that a path with open lists (`items[].id`) reaches, with its exact path, in order."""
    head, mark, tail = path.partition("[]")
    try:
        found = at(content, head)
    except LookupError:
        return ()
    if not mark:
        return ((head, found),)
    if not isinstance(found, list):
        return ()
    return tuple(
        (f"{head}[{index}]{inner and '.'}{inner}", value)
        for index, member in enumerate(found)
        for inner, value in spread(member, tail.removeprefix("."))
    )


def _value(binding: Binding, contents: Sequence[Json]) -> Json:
    if isinstance(binding, Fixed):
        return binding.value
    if isinstance(binding, Output):
        return at(contents[binding.step], binding.path)
    return [_value(member, contents) for member in binding.members]
