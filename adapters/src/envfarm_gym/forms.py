"""What goes to and fro between a trainer and the gym."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from envfarm_gym.errors import UnscoredError

Json = Mapping[str, Any]
"""A JSON object. Any: messages and schemas are passed on as they come."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is known of a task beforehand. `requests`: how many things its user will ask, one after another.

    `system` and `prompt` are the first messages; `toolset` names the tools it offers, as in `Gym.toolsets`.
    """

    task: str
    environments: tuple[str, ...]
    toolset: str
    requests: int
    system: str
    prompt: str
    difficulty: Json | None = None

    @classmethod
    def of(cls, row: Json) -> Task:
        """Read a task as the gym lists it."""
        environments = tuple(row["environments"])
        known = (row["task"], environments, row["toolset"], row["requests"], row["system"], row["prompt"])
        return cls(*known, row.get("difficulty"))

    @property
    def messages(self) -> list[dict[str, str]]:
        """The first messages of a conversation about it."""
        return [{"role": "system", "content": self.system}, {"role": "user", "content": self.prompt}]


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call of the policy; `arguments` as a mapping, or as the text it wrote, which may be no JSON at all."""

    name: str
    arguments: Json | str
    id: str = ""

    def written(self, place: int) -> Json:
        """Write it as endpoints do; without an id of its own it gets one from its place in the message."""
        arguments = self.arguments if isinstance(self.arguments, str) else json.dumps(self.arguments)
        function = {"name": self.name, "arguments": arguments}
        return {"id": self.id or f"call{place}", "type": "function", "function": function}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a rollout ended.

    `reward` is in [0, 1], or None if it could not be scored; `stop` and `trouble` say why. `reason`: what was missed,
    in a sentence; `findings`: the same as codes. `by_turn`: the progress before the first request and after each.
    """

    reward: float | None
    stop: str
    trouble: str = ""
    reason: str = ""
    parts: Mapping[str, float] = field(default_factory=dict)
    progress: float | None = None
    by_turn: tuple[float, ...] = ()
    findings: tuple[str, ...] = ()

    @property
    def earned(self) -> float:
        """The reward; UnscoredError if there is none, for which the policy is not to be blamed."""
        if self.reward is None:
            raise self.unscored
        return self.reward

    @property
    def unscored(self) -> UnscoredError:
        """The error that says why there is no reward."""
        return UnscoredError(f"{self.stop}: {self.trouble or self.reason}")

    @classmethod
    def of(cls, told: Json) -> Outcome:
        """Read an outcome as the gym tells it."""
        return cls(**{**told, "by_turn": tuple(told["by_turn"]), "findings": tuple(told["findings"])})
