"""TRL's GRPOTrainer on the gym: an environment class for each toolset, rows to train on, and the reward.

    GRPOTrainer(model, reward_funcs=reward, train_dataset=Dataset.from_list(rows(tasks)),
                environment_factory=environments(gym, tasks), ...)

Source of the form: `GRPOTrainer(environment_factory=...)` of TRL 1.16, which reads tools off the methods of a class, by
their signatures and docstrings.
"""

from __future__ import annotations

import json
import keyword
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import Parameter, Signature
from typing import Any, Literal

from envfarm_gym.client import Gym, Rollout
from envfarm_gym.forms import Json, Task
from envfarm_gym.talk import TALK, finish, talk

_TALKS = "+talk"
Act = Callable[[Rollout, Json], str]
"""What a tool does with what it is given."""

_TYPES: Mapping[str, type] = {
    "string": str, "integer": int, "number": float, "boolean": bool, "array": list, "object": dict,
}  # fmt: skip

_TOLD = frozenset({"description", "title", "type", "enum", "default", "anyOf"})
"""What of a parameter's schema its type hint and its line in the docstring tell."""


class FarmEnvironment:
    """One rollout at a time; TRL keeps its instances and resets them. Its tools are the methods of its subclasses."""

    def __init__(self, gym: Gym, policy: str) -> None:
        self.rollout: Rollout | None = None
        self._gym, self._policy = gym, policy

    def reset(self, task: str, **row: Any) -> None:  # Any: other columns of the dataset, which are none of its business
        """Begin a rollout of the row's task, and forget the last one."""
        if self.rollout is not None:
            self.rollout.close()
        self.rollout = self._gym.open(task, policy=self._policy)


def environments(gym: Gym, tasks: Sequence[Task], *, policy: str = "trl") -> dict[str, Callable[[], FarmEnvironment]]:
    """Make what TRL calls to get an environment, by the names that rows have in their column `environment`."""
    toolsets = gym.toolsets()
    wanted = {_environment(task): task.toolset for task in tasks}
    classes = {name: _class(name, toolsets[toolset]) for name, toolset in sorted(wanted.items())}

    def factory(kind: type[FarmEnvironment]) -> Callable[[], FarmEnvironment]:
        return lambda: kind(gym, policy)

    return {name: factory(kind) for name, kind in classes.items()}


def rows(tasks: Sequence[Task]) -> list[dict[str, Any]]:  # Any: rows of a dataset
    """Return the dataset's rows: how the conversation begins, the environment, and the task."""
    return [{"prompt": task.messages, "environment": _environment(task), "task": task.task} for task in tasks]


def reward(
    completions: Sequence[Sequence[Json]], environments: Sequence[FarmEnvironment], **columns: Any
) -> list[float | None]:
    """Give each rollout its last words as the answer, and return what it earned.

    None, which TRL keeps out of the group's mean and gives no advantage, if it could not be scored. A rollout whose
    last message is none of an answer was cut off by TRL: it is scored by what it did.
    """
    return [_reward(said, environment.rollout) for said, environment in zip(completions, environments, strict=True)]


def _reward(said: Sequence[Json], rollout: Rollout | None) -> float | None:
    assert rollout is not None, "TRL resets an environment before it generates"
    last = said[-1]
    is_answer = last["role"] == "assistant" and not last.get("tool_calls")
    return finish(rollout, str(last["content"]) if is_answer else None).reward


def _environment(task: Task) -> str:
    return task.toolset + (_TALKS if task.requests > 1 else "")


def _class(name: str, tools: Sequence[Json]) -> type[FarmEnvironment]:
    """Make a class whose methods are the tools; it is called as the toolset, which is how TRL logs it."""
    methods = {tool["function"]["name"]: _method(tool["function"], _call(tool["function"]["name"])) for tool in tools}
    if name.endswith(_TALKS):
        methods[TALK["name"]] = _method(TALK, talk)
    return type(re.sub(r"\W", "_", name), (FarmEnvironment,), methods)


def _call(tool: str) -> Act:
    return lambda rollout, given: rollout.call(tool, given)


def _method(tool: Json, act: Act) -> Callable[..., str]:
    """Make a method of a tool, with the signature and docstring by which transformers describes it.

    What it is called with goes to the gym as it is, which says what is wrong with it.
    """
    properties: Mapping[str, Json] = tool["parameters"].get("properties", {})
    required = tool["parameters"].get("required", ())
    names = {_python(name): name for name in properties}

    def method(self: FarmEnvironment, **arguments: Any) -> str:  # Any: as the policy wrote them
        assert self.rollout is not None, "TRL resets an environment before it generates"
        return act(self.rollout, {names.get(name, name): given for name, given in arguments.items()})

    parameters = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            annotation=_annotation(properties[own]),
            default=Parameter.empty if own in required else properties[own].get("default"),
        )
        for name, own in names.items()
    ]
    hidden = Parameter("self", Parameter.POSITIONAL_OR_KEYWORD)
    method.__name__ = method.__qualname__ = tool["name"]
    method.__doc__ = "\n".join(_docstring(tool, names))
    method.__annotations__ = {each.name: each.annotation for each in parameters}
    method.__signature__ = Signature([hidden, *parameters])  # type: ignore[attr-defined]  # what inspect looks for
    return method


def _docstring(tool: Json, names: Mapping[str, str]) -> Iterator[str]:
    yield _line(tool["description"] or tool["name"])
    if names:
        yield "\nArgs:"
    for name, own in names.items():
        schema = tool["parameters"]["properties"][own]
        said = _line(schema.get("description", "")) or own.replace("_", " ")
        yield f"    {name}: {said}{_beyond(schema)}"


def _beyond(schema: Json) -> str:
    """Say in words what a Python type cannot: bounds, forms, and what lies inside an object."""
    inner = schema.get("items", {}) if schema.get("type") == "array" else {}
    left = {
        name: each for name, each in schema.items() if name not in _TOLD and (name != "items" or inner.keys() - _TOLD)
    }
    return f" (JSON schema: {json.dumps(left)})" if left else ""


def _annotation(schema: Json) -> Any:  # Any: a type hint of whatever form
    if "enum" in schema:
        return Literal[tuple(schema["enum"])]
    if "anyOf" in schema:
        kinds = [_annotation(each) for each in schema["anyOf"]]
        joined = kinds[0]
        for kind in kinds[1:]:
            joined = joined | kind
        return joined
    kind = schema.get("type")
    if isinstance(kind, list):
        return _annotation({"anyOf": [{**schema, "type": each} for each in kind]})
    if kind == "array" and "items" in schema:
        return list[_annotation(schema["items"])]  # type: ignore[misc]  # a type made here
    return None if kind == "null" else _TYPES.get(str(kind), str)


def _python(name: str) -> str:
    """Return a name that a Python parameter may have."""
    made = re.sub(r"\W", "_", name)
    return f"{made}_" if keyword.iskeyword(made) or not made.isidentifier() else made


def _line(text: str) -> str:
    """Put a text on one line that a docstring's sections cannot be taken for."""
    return re.sub(r"\b(Args|Returns|Raises):", r"\1 :", " ".join(text.split()))
