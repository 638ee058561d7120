"""The door to BFCL: the classes, the data and the checker of the package `bfcl-eval`, as the rest is written in."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import bfcl_eval
import orjson
from bfcl_eval.constants.default_prompts import DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_FC, MAXIMUM_STEP_LIMIT
from bfcl_eval.constants.executable_backend_config import (
    CLASS_FILE_PATH_MAPPING,
    MULTI_TURN_FUNC_DOC_FILE_MAPPING,
    STATELESS_CLASSES,
)
from bfcl_eval.eval_checker.multi_turn_eval import multi_turn_checker as checker
from bfcl_eval.eval_checker.multi_turn_eval import multi_turn_utils

from envkit.calls import JsonObject

CLASSES = (
    "GorillaFileSystem", "MathAPI", "MessageAPI", "TicketAPI",
    "TradingBot", "TravelAPI", "TwitterAPI", "VehicleControlAPI",
)  # fmt: skip
"""The classes that the multi-turn tasks are about."""

MORE_TOOLS: str = DEFAULT_USER_PROMPT_FOR_ADDITIONAL_FUNCTION_FC
"""What the user says in a turn whose only news is that there are more tools."""

MOST_STEPS: int = MAXIMUM_STEP_LIMIT
"""How many replies with calls a turn may take."""

_DATA = Path(bfcl_eval.__file__).parent / "data"
_VERSION = "BFCL_v4"
_NUMBERS = count(1)

Instance = Any
"""An object of one of the classes. Any: the package is not typed."""

Rows = list[dict[str, Any]]
"""Records of the data. Any: JSON that is passed on as it is."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """What an instance begins with: its class, its configuration, and whether it is padded to a long context."""

    name: str
    config: JsonObject
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What the checker says: an error's kind and its sentence, both empty if there is none."""

    kind: str = ""
    sentence: str = ""


def tasks(category: str) -> Rows:
    """Read the tasks of a category as they are written."""
    return _rows(_DATA / f"{_VERSION}_multi_turn_{category}.json")


def truths(category: str) -> dict[str, list[list[str]]]:
    """Read the true calls of a category: a list for each turn, by the task's id."""
    rows = _rows(_DATA / "possible_answer" / f"{_VERSION}_multi_turn_{category}.json")
    return {row["id"]: row["ground_truth"] for row in rows}


def documents(name: str) -> Rows:
    """Read what is told of the methods of a class: name, description and parameters of each."""
    return _rows(_DATA / "multi_turn_func_doc" / MULTI_TURN_FUNC_DOC_FILE_MAPPING[name])


def parameters(name: str, method: str) -> Sequence[str]:
    """Return the names of a method's parameters, in their order."""
    return [*inspect.signature(getattr(_class(name), method)).parameters][1:]


def revived(scenario: Scenario, calls: Iterable[tuple[str, JsonObject]] = ()) -> Instance:
    """Make an instance and let it live through calls that it has taken before."""
    instance = _class(scenario.name)()
    if scenario.name not in STATELESS_CLASSES:
        instance._load_scenario(json.loads(json.dumps(scenario.config)), long_context=scenario.is_long)
    for method, arguments in calls:
        getattr(instance, method)(**arguments)
    return instance


def spoken(result: object) -> str:
    """Write what a method returned as the checker does before it compares."""
    if isinstance(result, str):
        return result
    if isinstance(result, dict):
        try:
            return json.dumps(result)
        except TypeError:  # it holds an object
            pass
    return str(result)


def public(instance: Instance) -> dict[str, str]:
    """Write the attributes that the checker compares as JSON, by their names."""
    return {
        name: json.dumps(value, default=_plain) for name, value in vars(instance).items() if not name.startswith("_")
    }


def officially(task: JsonObject, truth: Sequence[Sequence[str]], calls: Sequence[Sequence[str]]) -> Finding:
    """Have the checker judge the calls of each turn, as it judges those of a model in its own harness."""
    steps = [[[call] for call in turn] for turn in calls]
    with _named() as name:
        return _finding(checker.multi_turn_checker(steps, truth, task, "", name))


class Truth:
    """The instances on which the true calls of a task are made, turn by turn."""

    def __init__(self, task: JsonObject, name: str) -> None:
        self._task, self._name = task, name

    @classmethod
    @contextmanager
    def of(cls, task: JsonObject) -> Iterator[Truth]:
        """Open them for a task; they are gone after the block."""
        with _named() as name:
            yield cls(task, name)

    def state(self, turn: Sequence[str], reached: Mapping[str, Instance]) -> tuple[Finding, list[str]]:
        """Make the calls of a turn; compare the instances `reached` with these; return the true results, too."""
        results, instances = multi_turn_utils.execute_multi_turn_func_call(
            turn,
            self._task["initial_config"],
            classes_of(self._task),
            self._name,
            self._task["id"],
            long_context=is_long(self._task),
        )
        return _finding(checker.state_checker(reached, instances)), results


def responses(seen: Sequence[str], wanted: Sequence[str], turn: int) -> Finding:
    """Have the checker look for the true results of a turn among all that was seen so far."""
    return _finding(checker.response_checker(list(seen), list(wanted), turn))


def classes_of(task: JsonObject) -> Sequence[str]:
    """Return the names of the classes that a task is about."""
    names = task["involved_classes"]
    assert isinstance(names, list)
    return names


def is_long(task: JsonObject) -> bool:
    """Whether a task's instances are padded to a long context, which the checker tells from its id."""
    return "long_context" in str(task["id"])


def _class(name: str) -> Instance:
    return getattr(import_module(CLASS_FILE_PATH_MAPPING[name]), name)


def _rows(path: Path) -> Rows:
    return [orjson.loads(line) for line in path.read_bytes().splitlines() if line]


def _plain(value: object) -> object:
    """Show an object by its public attributes; what it lies in is left out, since that leads back to it."""
    if hasattr(value, "__dict__"):
        return {name: each for name, each in vars(value).items() if not name.startswith("_") and name != "parent"}
    return str(value)


def _finding(said: Mapping[str, Any]) -> Finding:
    return Finding() if said["valid"] else Finding(said["error_type"], said["error_message"])


@contextmanager
def _named() -> Iterator[str]:
    """Give a name under which the checker keeps instances, and take them from it: it never lets them go itself."""
    name = f"envfarm{next(_NUMBERS)}x"
    try:
        yield name
    finally:
        kept = vars(multi_turn_utils)
        for each in [each for each in kept if each.startswith(name)]:
            del kept[each]
