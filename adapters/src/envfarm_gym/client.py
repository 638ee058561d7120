"""The gym as a trainer sees it: tasks, and rollouts to which a policy's messages are sent until a reward comes.

Blocking, and safe in any thread; asynchronous code calls it by `asyncio.to_thread`.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote

from envfarm_gym.forms import Call, Json, Outcome, Task
from envfarm_gym.wire import Wire

OVER = "[The conversation is over.]"
"""What a call that comes too late gives back."""


class Gym:
    """Tasks that are served by `envfarm gym` at a URL.

    `token` is what the gym asks for, by default that of ENVFARM_TOKEN. `timeout_s` bounds each request.
    """

    def __init__(self, url: str, *, token: str | None = None, timeout_s: float = 300.0) -> None:
        self._wire = Wire(url, os.environ.get("ENVFARM_TOKEN") if token is None else token, timeout_s)

    def tasks(self) -> list[Task]:
        """List the tasks; GymError, here and below, if the gym cannot be reached or refuses."""
        return [Task.of(row) for row in self._wire.send("GET", "/tasks")["tasks"]]

    def toolsets(self) -> Mapping[str, list[Json]]:
        """List the tools of each toolset, as endpoints take them: `{"type": "function", "function": ...}`."""
        toolsets: Mapping[str, list[Json]] = self._wire.send("GET", "/toolsets")["toolsets"]
        return toolsets

    def open(
        self,
        task: str,
        *,
        policy: str = "outside",
        seed: int = 0,
        name: str | None = None,
        fork: tuple[str, int, int] | None = None,
    ) -> Rollout:
        """Begin a rollout of a task in worlds of its own, which are forks of those of all its rollouts.

        `policy` and `seed` say in the records who plays; `name` is that of the rollout, a new one by default. `fork`
        begins inside a rollout that is over: its name, how many answered turns they share, and how many calls of the
        next.
        """
        order: dict[str, Any] = {"task": task, "policy": policy, "seed": seed}  # Any: JSON
        if fork is not None:
            order["fork"] = dict(zip(("rollout", "turns", "calls"), fork, strict=True))
        name = name or uuid.uuid4().hex
        return Rollout(self._wire, name, task, self._wire.send("PUT", _path(name), order))

    def outcome(self, name: str) -> Outcome | None:
        """Return how a rollout of that name ended; None if it is not over."""
        told = self._wire.send("GET", _path(name))["outcome"]
        return None if told is None else Outcome.of(told)

    def close(self, name: str) -> None:
        """Forget a rollout; its worlds are closed, too, if it is not over."""
        self._wire.send("DELETE", _path(name))


class Rollout:
    """One rollout: what the policy is told, and what it says.

    `messages` is how the conversation begins and `tools` what may be called, both as endpoints take them. `calls_left`
    bounds the calls. `progress` is what the requests answered so far were worth, None if the task does not say.
    `outcome` is there once it is over: after the last request was answered, when the calls are used up, or when
    something failed.
    """

    def __init__(self, wire: Wire, name: str, task: str, told: Json) -> None:
        self.name, self.task = name, task
        self.messages: list[Json] = told["messages"]
        self.tools: list[Json] = told.get("tools", [])
        self._wire = wire
        self._turn = threading.Lock()
        self._heed(told)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to say."""
        return self.outcome is not None

    def require_begun(self) -> None:
        """Raise UnscoredError if it was over before it began, as when its worlds could not be opened."""
        if self.outcome is not None and not self.messages:
            raise self.outcome.unscored

    def say(self, text: str = "", calls: Sequence[Call] = (), *, is_cut: bool = False) -> list[Json]:
        """Send a message of the policy; return what follows: observations, or the user's next words; or nothing.

        Without calls it is the answer to what the user wants. `is_cut`: the model was stopped before its end.
        """
        written = [call.written(place) for place, call in enumerate(calls)]
        finish = {"finish": "length"} if is_cut else {}
        return self._send({"content": text, "tool_calls": written, **finish})

    def call(self, tool: str, arguments: Json | str) -> str:
        """Call one tool and return what it says."""
        return self._heard(self.say(calls=[Call(tool, arguments)])) or OVER

    def answer(self, text: str) -> str:
        """Answer the user, and return what the user says next; empty when it is over."""
        return self._heard(self.say(text))

    def stop(self, why: Literal["tokens", "context"]) -> Outcome:
        """End it before the policy is done, and have it scored by what it did; `why`: what ran out."""
        self._send({"stop": why})
        assert self.outcome is not None, "a policy that stops has its outcome"
        return self.outcome

    def close(self) -> None:
        """Let the gym forget it; its worlds are closed, too, if it is not over."""
        self._wire.send("DELETE", _path(self.name))

    def _send(self, said: Json) -> list[Json]:
        with self._turn:
            if self.outcome is not None:
                return []
            told = self._wire.send("POST", _path(self.name), {"move": self._move, **said})
            self._heed(told)
            messages: list[Json] = told["messages"]
            return messages

    def _heed(self, told: Json) -> None:
        self._move: int = told["move"]
        self.calls_left: int = told["calls_left"]
        self.progress: float | None = told["progress"]
        self.outcome = None if told["outcome"] is None else Outcome.of(told["outcome"])

    def _heard(self, messages: Sequence[Json]) -> str:
        return "\n".join(str(message["content"]) for message in messages)


def _path(name: str) -> str:
    return f"/rollouts/{quote(name, safe='')}"
