"""A rollout that is played from outside: it waits for a message of the policy, plays it, and tells what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from chat.budget import tokens_of
from chat.messages import Finish, Message, Reply, Usage
from chat.wire import Said as Spoken
from rollouts.briefing import Offered, offered
from rollouts.conversation import calls_of, conversation
from rollouts.episode import Episode, Turn
from rollouts.policy import Move, Policy, Scene
from rollouts.reward import score
from sampler.task import Task

Play = Callable[[Policy], Coroutine[Any, Any, Episode]]  # Any: nothing is sent into it
"""Plays a task with a policy, as `rollouts.play` does."""


class Said(Spoken):
    """A message of the policy: its calls, or without any its answer; or, with `stop`, that it cannot go on.

    `move` numbers the messages of a rollout from 0, so that one that is sent again is played once. `finish`: why the
    model ended it.
    """

    move: int = Field(ge=0)
    stop: Literal["tokens", "context"] | None = None
    finish: Finish | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the policy is told: `messages` that are new, as an endpoint takes them, and how far the rollout is.

    At the beginning these are all messages and the `tools`, by name; later what follows the policy's own message, which
    stands in `said` in the form that endpoints take back. `move` is the number of the message that is waited for.
    `progress` is what the turns answered so far were worth, None if the task's criteria have no weights. `episode`: the
    scored record, once the rollout is over.
    """

    move: int
    messages: tuple[Message, ...] = ()
    said: Message | None = None
    tools: Offered | None = None
    calls_left: int = 0
    progress: float | None = None
    episode: Episode | None = None


class OutOfTurnError(Exception):
    """A message that is neither the next of its rollout nor the last one again, or of one that is closed; says so."""


class Rollout:
    """One rollout while it is played; whoever asks again for what was told last is told the same."""

    def __init__(self, task: Task, policy: str, play: Play, *, budget: int, most_chars: int) -> None:
        """Begin to play; of an observation `most_chars` characters are told."""
        self.task, self.policy = task, policy
        self._budget, self._most_chars = budget, most_chars
        self._seat = _Seat(policy)
        self.playing = asyncio.create_task(play(self._seat))
        self._turn = asyncio.Lock()
        self._told: Told | None = None
        self._messages: tuple[Message, ...] = ()
        self._names: Offered = {}
        self._progress: float | None = None
        self._answered = -1

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to play."""
        return self.playing.done()

    @property
    def episode(self) -> Episode | None:
        """The record of a rollout that is over and was told so."""
        return self._told.episode if self._told else None

    async def begin(self) -> Told:
        """Tell the beginning: the whole conversation till now, and the tools. Later, what was told last."""
        async with self._turn:
            if self._told is None:
                scene = await self._next()
                self._names = {} if isinstance(scene, Episode) else offered(scene.tools)
                self._told = self._telling(scene, 0)
            return self._told

    async def say(self, said: Said) -> Told:
        """Play a message of the policy; OutOfTurnError if another is waited for."""
        async with self._turn:
            told = self._told
            assert told is not None, "a rollout begins before its policy speaks"
            if told.episode is not None or said.move == told.move - 1:
                return told
            if said.move != told.move:
                raise OutOfTurnError(f"expected message {told.move} of this rollout, got {said.move}")
            self._seat.moves.put_nowait(self._move(said))
            self._told = self._telling(await self._next(), said.move + 1)
            return self._told

    async def abandon(self) -> None:
        """Close the worlds of a rollout that is not over; nothing is kept of it."""
        if self.playing.cancel():
            await asyncio.wait({self.playing})

    def _move(self, said: Said) -> Move:
        if said.stop is not None:
            return Move(stop=said.stop, note=f"the policy stopped for its {said.stop}")
        reply = self._reply(said)
        return Move(calls_of(reply, self._names), reply=reply) if reply.calls else Move(answer=reply.text, reply=reply)

    def _reply(self, said: Said) -> Reply:
        """Read a message as the reply of a language model, its usage estimated by size."""
        usage = Usage(
            prompt_tokens=sum(tokens_of(message.model_dump_json()) for message in self._messages),
            completion_tokens=tokens_of(said.model_dump_json(include={"content", "tool_calls"}, exclude_none=True)),
            is_estimated=True,
        )
        finish = said.finish or ("tool_calls" if said.calls else "stop")
        return Reply(
            request="",
            model=self.policy,
            text=said.text,
            reasoning=said.thoughts,
            calls=said.calls,
            finish=finish,
            usage=usage,
        )

    async def _next(self) -> Scene | Episode:
        waiting = asyncio.create_task(self._seat.scenes.get())
        await asyncio.wait({waiting, self.playing}, return_when=asyncio.FIRST_COMPLETED)
        if waiting.done():
            return waiting.result()
        waiting.cancel()
        if self.playing.cancelled():
            raise OutOfTurnError("expected an open rollout, but it was closed meanwhile")
        return await self.playing

    def _telling(self, scene: Scene | Episode, move: int) -> Told:
        if isinstance(scene, Episode):
            return Told(move, progress=scene.reward.progress, episode=scene)
        messages = conversation(scene, self._names, self._most_chars)
        known, self._messages = len(self._messages), messages
        if self._answered != len(scene.past):
            self._answered, self._progress = len(scene.past), _progress(self.task, scene.past, self._budget)
        left, progress = scene.calls_left, self._progress
        if not known:
            return Told(move, messages, tools=self._names, calls_left=left, progress=progress)
        return Told(move, messages[known + 1 :], messages[known], calls_left=left, progress=progress)


class _Seat:
    """A policy that hands its scenes out and waits for the moves."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.scenes: asyncio.Queue[Scene] = asyncio.Queue()
        self.moves: asyncio.Queue[Move] = asyncio.Queue()

    async def act(self, scene: Scene) -> Move:
        """Wait for a move from outside."""
        self.scenes.put_nowait(scene)
        return await self.moves.get()


def _progress(task: Task, past: tuple[Turn, ...], budget: int) -> float | None:
    """Weigh what was met by the turns answered so far, as an episode that ended here."""
    after = next((turn.after for turn in reversed(past) if turn.after is not None), None)
    so_far = Episode.model_construct(
        task=task.id,
        policy="",
        trial=0,
        seed=0,
        budget=budget,
        environments=task.environments,
        turns=past,
        stop="done",
        diffs=after.diffs if after else {},
    )
    return score(task, so_far).progress
