"""The door to tau2: domains of an export as its registry takes them, each call of a tool a call in a world of ours.

It travels in the export, with the modules that it takes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from inspect import Signature
from pathlib import Path
from typing import Any

import orjson
from pydantic import ConfigDict, create_model
from tau2.cli import main as command_line
from tau2.data_model.message import AssistantMessage, ToolMessage, UserMessage
from tau2.data_model.tasks import Task as OfTau2
from tau2.environment.db import DB
from tau2.environment.environment import Environment
from tau2.environment.tool import Tool
from tau2.environment.toolkit import ToolKitBase, ToolType, is_tool
from tau2.registry import registry
from tau2.user.user_simulator import UserSimulator

from envkit.calls import Json, JsonObject
from envkit.errors import INTERNAL
from evaluation.standing import judged
from evaluation.tau2.form import DOMAIN, DOMAINS, POLICY, SERVERS, SPLITS, TASKS, TRUTHS, requests_of
from evaluation.tau2.form import Domain as Form
from evaluation.tau2.talk import Called, Exchange, Known, turns_of
from evaluation.tau2.worlds import Shelf, WorldError, Worlds, name_of
from rollouts.episode import Reward, Turn
from sampler.task import Task, read_tasks

STOP = "###STOP###"
USER = "envfarm_user"
"""What the user is called in tau2's registry that says a task's own words."""

_STATE = ("state", "forbidden")


class RefusedError(Exception):
    """A tool's reasoned no; tau2 shows its words to the policy."""


class WorldDB(DB):
    """The worlds of a task as tau2 asks for its database: all rows, by environment and entity."""

    worlds: dict[str, dict[str, list[dict[str, Any]]]]  # Any: rows are JSON, whose shape each environment fixes
    digest: str

    def get_hash(self) -> str:
        """Return the digest of the state."""
        return self.digest


class Domain:
    """A domain as it lies in its folder, with the functions that tau2's registry wants of one."""

    def __init__(self, folder: Path, shelf: Shelf) -> None:
        self._folder, self._shelf = folder, shelf
        self.form = Form.model_validate_json((folder / DOMAIN).read_bytes())

    def get_environment(self, db: None = None, solo_mode: bool = False) -> Environment:
        """Make an environment that stands as no task begins yet."""
        if solo_mode:
            raise ValueError(f"{self.form.name}: there is no solo mode, since tasks are told by a user")
        policy = (self._folder / POLICY).read_text("utf-8")
        return Seat(domain_name=self.form.name, policy=policy, tools=Kit(self))

    def get_tasks(self, task_split_name: str | None = None) -> list[OfTau2]:
        """Read the tasks, or those of a split."""
        tasks = [OfTau2.model_validate(each) for each in orjson.loads((self._folder / TASKS).read_bytes())]
        if task_split_name is None:
            return tasks
        splits = self.get_tasks_split()
        if task_split_name not in splits:
            raise ValueError(f"{self.form.name}: no split {task_split_name!r}; there are {', '.join(splits)}")
        return [task for task in tasks if task.id in splits[task_split_name]]

    def get_tasks_split(self) -> dict[str, list[str]]:
        """Read which tasks each split has."""
        splits: dict[str, list[str]] = orjson.loads((self._folder / SPLITS).read_bytes())
        return splits

    @cached_property
    def truths(self) -> Mapping[str, Task]:
        """The tasks as EnvFarm sampled them, by id."""
        return {task.id: task for task in read_tasks(self._folder / TRUTHS)}

    def opened(self, task: Task | None) -> Worlds:
        """Open worlds as a task begins; without one, those of seed 0."""
        environments = {slug: self._shelf.environment(folder) for slug, folder in self.form.folders.items()}
        seed, setup = (task.seed, task.setup) if task else (0, ())
        return Worlds(environments, self._shelf.lock, seed, setup)

    def tool(self, name: str) -> Any:  # Any: a tool of the kit, beside tau2's own of that name
        """Return a tool of an environment by its name in the domain."""
        slug, tool = self.form.tools[name]
        return self._shelf.environment(self.form.folders[slug]).tools[tool]


class Kit(ToolKitBase):
    """The tools of a domain over the worlds of one task, and what is judged of them in the end."""

    def __init__(self, domain: Domain) -> None:
        super().__init__()
        self._domain = domain
        self._task: Task | None = None
        self._worlds = domain.opened(None)
        self._turns: tuple[Turn, ...] = ()
        self._tools = {name: _function(self, name) for name in domain.form.tools}

    @property
    def db(self) -> WorldDB:
        """All that the worlds hold."""
        return WorldDB(worlds=self._worlds.state(), digest=self.get_db_hash())

    @db.setter
    def db(self, value: DB | None) -> None:
        """Take none: tau2 sets what it was given, and worlds are changed by calls only."""
        if value is not None:
            raise ValueError("worlds of EnvFarm are changed by calls only; put them into the task's setup")

    @property
    def tools(self) -> dict[str, Callable[..., str]]:
        """The tools that are offered, by name."""
        return self._tools

    def get_tools(self, include: list[str] | None = None) -> dict[str, Tool]:
        """Return the tools as tau2 shows them to a model, or some of them."""
        return {name: Shown(each) for name, each in self._tools.items() if include is None or name in include}

    def begin(self, task: str) -> None:
        """Let the worlds stand as a task begins."""
        self._task = self._domain.truths[task]
        self._worlds = self._domain.opened(self._task)
        self._turns = ()

    def play(self, name: str, arguments: JsonObject) -> str:
        """Call a tool; RefusedError if it refuses."""
        slug, tool = self._domain.form.tools[name]
        answer = self._worlds.call(slug, tool, arguments)
        if answer.code:
            raise RefusedError(f"{answer.code}: {answer.sentence}")
        return answer.body.decode()

    def hear(self, messages: Sequence[Any]) -> None:  # Any: messages of tau2, whose package is not typed
        """Take note of a conversation, whose calls the worlds have taken."""
        queries = [turn.query for turn in self._task.turns] if self._task else []
        tools = {
            name: Known(*self._domain.form.tools[name], writes=not self._domain.tool(name).is_read_only)
            for name in self._tools
        }
        self._turns = turns_of(queries, _exchanges(messages), tools)

    def meets(self, part: str) -> bool:
        """Say whether the conversation and the worlds meet what a part of the reward demands."""
        return self._reward().parts[part] == 1.0

    def get_db_hash(self) -> str:
        """Return a digest of the state: that of the truth, if the state is as the task demands.

        Two worlds that differ in the ids of new rows, or in stamps as late as calls made them, are the same to a task;
        so they have one digest.
        """
        if self._task is not None:
            parts = self._reward().parts
            if all(parts[part] == 1.0 for part in _STATE):
                return name_of(self._task.truth.digests)
        return name_of({slug: each["digest"] for slug, each in self._worlds.standings().items()})

    def _reward(self) -> Reward:
        assert self._task is not None, "a conversation is judged by its task"
        broken = [step.tool for turn in self._turns for step in turn.steps if step.code == INTERNAL]
        if broken:
            raise WorldError(f"{self._task.id} cannot be scored: {broken[0]} broke down")
        reward = judged(self._task, "tau2", self._turns, self._worlds.standings())
        if reward.total is None:
            raise WorldError(f"{self._task.id} cannot be scored: {reward.reason}")
        return reward


class Seat(Environment):
    """An environment of tau2 that hands on what was said, since answers are judged where the worlds are."""

    def set_state(
        self,
        initialization_data: Any,  # Any: types of tau2, whose package is not typed
        initialization_actions: Any,
        message_history: Sequence[Any],
        **more: Any,
    ) -> None:
        """Begin a task and repeat what was done in a conversation."""
        super().set_state(initialization_data, initialization_actions, message_history, **more)
        self.tools.hear(message_history)


class Shown(Tool):
    """A tool whose schema is the server's own."""

    def __init__(self, function: Any) -> None:  # Any: what `_function` made, with attributes of its own
        super().__init__(function)
        told: JsonObject = function.schema
        self.short_desc, self.long_desc = function.__doc__, ""
        self.params = create_model("parameters", __config__=ConfigDict(extra="allow", json_schema_extra=_as(told)))


class FixedUser(UserSimulator):
    """Makes the task's requests in its own words, one after the other, and ends when the last was answered."""

    def __init__(self, tools: Any = None, instructions: str = "", **_: Any) -> None:  # Any: tau2 hands on more
        super().__init__(tools=tools, instructions=instructions)

    def generate_next_message(self, message: Any, state: Any) -> tuple[UserMessage, Any]:  # Any: types of tau2
        """Say the next request."""
        requests = requests_of(str(self.instructions))
        said = sum(isinstance(each, UserMessage) for each in state.messages)
        words = UserMessage(role="user", content=requests[said] if said < len(requests) else STOP, cost=0.0)
        state.messages += [message, words]
        return words, state

    def set_seed(self, seed: int) -> None:
        """Take no chance."""


def domains_at(root: Path) -> tuple[Domain, ...]:
    """Return the domains of an export."""
    shelf = Shelf(root / SERVERS)
    return tuple(Domain(folder, shelf) for folder in sorted((root / DOMAINS).iterdir()))


def register(root: Path) -> tuple[Domain, ...]:
    """Register the domains of an export with tau2, and the user that needs no model; return them."""
    domains = domains_at(root)
    for domain in domains:
        registry.register_domain(domain.get_environment, domain.form.name)
        registry.register_tasks(domain.get_tasks, domain.form.name, get_task_splits=domain.get_tasks_split)
    if USER not in registry.get_users():
        registry.register_user(FixedUser, USER)
    return domains


def main(root: Path) -> None:
    """Run tau2's command line with the domains of an export."""
    register(root)
    command_line()


def _function(kit: Kit, name: str) -> Callable[..., str]:
    """Make the function that tau2 takes for a tool."""
    tool = kit._domain.tool(name)  # a tool is a part of its kit

    def call(**arguments: Json) -> str:
        return kit.play(name, arguments)

    call.__name__, call.__doc__ = name, tool.description
    call.__signature__ = Signature()  # type: ignore[attr-defined]  # what `inspect` looks for
    call.schema = tool.input_schema  # type: ignore[attr-defined]  # what `Shown` looks for
    marked: Callable[..., str] = is_tool(ToolType.READ if tool.is_read_only else ToolType.WRITE)(call)
    return marked


def _as(told: JsonObject) -> Callable[[dict[str, Any]], None]:  # Any: JSON Schema is open
    def put(schema: dict[str, Any]) -> None:
        schema.clear()
        schema.update(told)

    return put


def _exchanges(messages: Sequence[Any]) -> list[Exchange]:  # Any: as above
    """Part a conversation where the user speaks; what was said before, a greeting, belongs to nobody."""
    exchanges: list[Exchange] = []
    waiting: list[Any] = []
    for message in messages:
        if isinstance(message, UserMessage) and UserSimulator.is_stop(message):
            break
        if isinstance(message, UserMessage) and message.has_text_content():
            exchanges.append(Exchange(message.content))
        elif not exchanges:
            continue
        elif isinstance(message, AssistantMessage) and message.is_tool_call():
            waiting = [*message.tool_calls]
        elif isinstance(message, AssistantMessage) and message.has_text_content():
            exchanges[-1].answers.append(message.content)
        elif isinstance(message, ToolMessage) and waiting:
            asked = waiting.pop(0)
            exchanges[-1].calls.append(Called(asked.name, asked.arguments, message.content or "", message.error))
    return exchanges
