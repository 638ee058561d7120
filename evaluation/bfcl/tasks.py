"""The multi-turn tasks of BFCL: turns of a user's words with their true calls, and tools that come later."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject, ToolCall
from evaluation.bfcl import library
from evaluation.bfcl.library import MORE_TOOLS, Scenario
from evaluation.bfcl.record import Category

_WORD_ENDS = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True, slots=True)
class BfclTurn:
    """What the user says, the true calls as Python writes them, and the tools that are there from this turn on."""

    query: str
    truth: tuple[str, ...]
    brings: frozenset[str]


@dataclass(frozen=True, slots=True)
class BfclTask:
    """A task: the scenario of each environment by its slug, and the turns. `source`: the task as BFCL writes it."""

    id: str
    category: Category
    scenarios: Mapping[str, Scenario]
    turns: tuple[BfclTurn, ...]
    source: JsonObject

    def withheld(self, turn: int) -> frozenset[str]:
        """Return the names of the tools that are not there yet."""
        return frozenset().union(*(each.brings for each in self.turns[turn + 1 :]))

    def truth(self, turn: int) -> tuple[ToolCall, ...]:
        """Return the true calls of a turn as they are made over MCP."""
        return tuple(self._call(each) for each in self.turns[turn].truth)

    def _call(self, written: str) -> ToolCall:
        call = ast.parse(written.strip(), mode="eval").body
        assert isinstance(call, ast.Call), f"{self.id}: {written!r} is no call"
        assert isinstance(call.func, ast.Name), f"{self.id}: {written!r} names no tool"
        slug, names = self._home(call.func.id)
        placed: dict[str, Json] = {name: _value(each) for name, each in zip(names, call.args, strict=False)}
        return ToolCall(slug, call.func.id, placed | {str(each.arg): _value(each.value) for each in call.keywords})

    def _home(self, tool: str) -> tuple[str, Sequence[str]]:
        """Return the environment that has a tool, and the names of its parameters; no two of a task have one."""
        for slug, scenario in self.scenarios.items():
            if any(each["name"] == tool for each in library.documents(scenario.name)):
                return slug, library.parameters(scenario.name, tool)
        raise AssertionError(f"{self.id}: none of its classes has the method {tool}")


def read_tasks(category: Category) -> tuple[BfclTask, ...]:
    """Read the 200 tasks of a category, in BFCL's order."""
    truths = library.truths(category)
    return tuple(_task(source, category, truths[source["id"]]) for source in library.tasks(category))


def slug_of(name: str) -> str:
    """Name the environment of a class: GorillaFileSystem is gorilla_file_system."""
    return _WORD_ENDS.sub("_", name).lower()


def written(call: ToolCall) -> str:
    """Write a call as the checker reads it."""
    return f"{call.tool}({', '.join(f'{name}={value!r}' for name, value in call.arguments.items())})"


def _task(source: JsonObject, category: Category, truth: Sequence[Sequence[str]]) -> BfclTask:
    row: dict[str, object] = {"missed_function": {}, **source}
    questions, missed, configs = row["question"], row["missed_function"], row["initial_config"]
    assert isinstance(questions, list)
    assert isinstance(missed, dict)
    assert isinstance(configs, dict)
    is_long = library.is_long(source)
    return BfclTask(
        str(source["id"]),
        category,
        {slug_of(name): Scenario(name, configs.get(name, {}), is_long) for name in library.classes_of(source)},
        tuple(
            BfclTurn(
                "\n".join(message["content"] for message in question) or MORE_TOOLS,
                tuple(calls),
                frozenset(missed.get(str(place), ())),
            )
            for place, (question, calls) in enumerate(zip(questions, truth, strict=True))
        ),
        source,
    )


def _value(node: ast.expr) -> Json:
    value: Json = ast.literal_eval(node)
    return value
