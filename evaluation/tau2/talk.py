"""What was said and done in a conversation of tau2, as the turns of an episode."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from envkit.calls import JsonObject, Observation, Step, ToolCall
from rollouts.episode import PlayedStep, Turn

ERROR = "Error: "
"""What tau2 writes before the words of an exception, by which a tool refuses."""

_CODE = re.compile(rf"{ERROR}(\w+): ")
_FAILED = "failed"
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Called:
    """A call as tau2 records it: the tool by the name it has there, and the text that came back."""

    name: str
    arguments: JsonObject
    text: str
    is_error: bool


@dataclass(slots=True)
class Exchange:
    """Something the user said, the calls that it led to, and what was answered."""

    said: str
    calls: list[Called] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """A tool as an episode names it."""

    environment: str
    tool: str
    writes: bool


def turns_of(queries: Sequence[str], exchanges: Sequence[Exchange], tools: Mapping[str, Known]) -> tuple[Turn, ...]:
    """Return the turns: each request with what was said about it until the next.

    A user that speaks more often than there are requests has been asked something, or talks of its own accord: a
    request then begins with the words that are most like it, in the order of the requests. The first words of all
    always begin the first.
    """
    starts = _starts(queries, [each.said for each in exchanges])
    return tuple(
        Turn(
            query=each.said,
            steps=tuple(_step(call, tools.get(call.name)) for call in each.calls),
            answer="\n".join(each.answers),
            follows_up=place not in starts,
        )
        for place, each in enumerate(exchanges)
    )


def _step(call: Called, known: Known | None) -> PlayedStep:
    code = _code(call) if call.is_error else None
    seen = Observation(call.text.removeprefix(ERROR), None if code else orjson.loads(call.text), code)
    made = ToolCall(known.environment if known else "", known.tool if known else call.name, call.arguments)
    return PlayedStep.of(Step(made, seen), writes=known is not None and known.writes and code is None)


def _code(call: Called) -> str:
    found = _CODE.match(call.text)
    return found[1] if found else _FAILED


def _starts(queries: Sequence[str], said: Sequence[str]) -> frozenset[int]:
    """Return which of the things said begin a request, one for each request as far as they go."""
    if len(said) <= len(queries):
        return frozenset(range(len(said)))
    # best[j]: the likeness and the places of the first j + 1 requests among the things said so far, the earliest first
    best: list[tuple[float, tuple[int, ...]]] = []
    for place, words in enumerate(said):
        for number in range(min(place, len(queries) - 1), -1, -1):
            if (number == 0) != (place == 0):
                continue
            before = best[number - 1] if number else (0.0, ())
            reached = (before[0] + _likeness(queries[number], words), (*before[1], place))
            if number == len(best):
                best.append(reached)
            elif reached[0] > best[number][0]:
                best[number] = reached
    return frozenset(best[-1][1])


def _likeness(query: str, words: str) -> float:
    """Return the share of a query's words that are among others."""
    wanted = set(_WORD.findall(query.lower()))
    return len(wanted & set(_WORD.findall(words.lower()))) / max(1, len(wanted))
