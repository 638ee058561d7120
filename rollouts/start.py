"""Where rollouts begin: as a task opens or inside an earlier episode, opened once and forked for each of a group."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from chat.messages import Reply
from envkit.calls import Step, ToolCall
from farm.errors import CapacityError, EpisodeClosedError, FarmError
from farm.farm import Farm
from farm.link import Tool
from farm.session import Session, Since
from rollouts.episode import Episode, Fork, PlayedStep, Turn, by_request
from sampler.opening import opened
from sampler.task import Task

T = TypeVar("T")

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0

Offered = Mapping[str, tuple[Tool, ...]]
"""The tools a policy is offered, by environment."""


class ForkError(Exception):
    """A place in an episode that is none; one sentence says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in an episode: after so many answered turns, and so many calls of the next."""

    turns: int
    calls: int = 0

    def __str__(self) -> str:
        return f"{self.turns}.{self.calls}"


@dataclass(frozen=True, slots=True)
class Start:
    """Where rollouts of a task begin: as it opens; or, with `parent`, at a place in that episode.

    `turns` are what was played till then; `is_open`: the last of them still wants an answer.
    """

    task: Task
    parent: Episode | None = None
    turns: tuple[Turn, ...] = ()
    is_open: bool = False

    @property
    def requests(self) -> int:
        """How many of the task's requests have been made till then."""
        return sum(not turn.follows_up for turn in self.turns)

    @property
    def name(self) -> str:
        """The name of the fork, empty for a task as it opens."""
        return "" if self.parent is None else self.fork({}).name

    def fork(self, digests: Mapping[str, str]) -> Fork:
        """Return the record of where the parent is left, given the digests of the worlds there."""
        assert self.parent is not None, "a task as it opens is no fork"
        calls = len(self.turns[-1].steps) if self.is_open else 0
        turns = len(self.turns) - self.is_open
        return Fork(parent=self.parent.digest, turns=turns, calls=calls, digests=digests)


@dataclass(frozen=True, slots=True)
class Footing:
    """The worlds of one rollout as it begins: diffs count from `since`, clocks from `opened_at` (wire times)."""

    session: Session
    tools: Offered
    since: Since
    opened_at: Mapping[str, str]
    fork: Fork | None


def parse_place(text: str) -> Place:
    """Read `TURNS` or `TURNS.CALLS`, such as 1.2: one turn answered, and two calls of the second made."""
    found = re.fullmatch(r"(\d+)(?:\.(\d+))?", text)
    if found is None:
        raise ForkError(f"expected TURNS or TURNS.CALLS, such as 1 or 1.2, not {text!r}")
    return Place(int(found[1]), int(found[2] or 0))


def branch(task: Task, episode: Episode, place: Place) -> Start:
    """Return the start of rollouts that share an episode up to a place; ForkError if it does not go so far.

    They go on in the profile of realism that the episode was played in.
    """
    task = task.model_copy(update={"realism": episode.realism})
    where = f"the episode of {task.id} by {episode.policy}, trial {episode.trial}"
    if episode.task != task.id:
        raise ForkError(f"{where} is not of that task, but of {episode.task}")
    answered = len(episode.turns) - (episode.stop != "done")
    if place.turns > answered:
        raise ForkError(f"{where} has {answered} answered turns, so nothing follows after {place.turns}")
    whole, rest = episode.turns[: place.turns], episode.turns[place.turns :]
    if not place.calls:
        if not rest and len(by_request(whole)) >= len(task.turns):
            raise ForkError(f"{where} is over after {place.turns} turns; fork it before")
        return Start(task, episode, whole)
    made = len(rest[0].steps) if rest else 0
    if place.calls > made:
        raise ForkError(f"{where} has {made} calls in turn {place.turns + 1}, so {place} is not in it")
    begun = rest[0].model_copy(
        update={
            "steps": rest[0].steps[: place.calls],
            "answer": "",
            "after": None,
            "replies": tuple(_shared(rest[0].replies, place.calls)),
        }
    )
    return Start(task, episode, (*whole, begun), is_open=True)


def _shared(replies: Sequence[Reply], calls: int) -> Iterator[Reply]:
    """Yield the replies that led to so many calls, the last one without the calls beyond them."""
    for reply in replies:
        if calls <= 0:
            return
        yield reply.model_copy(update={"calls": reply.calls[:calls]})
        calls -= len(reply.calls)


def visible(tools: Offered, task: Task) -> Offered:
    """Leave out what the task hides."""
    return {
        slug: tuple(tool for tool in offered if (slug, tool.name) not in task.hidden_tools)
        for slug, offered in tools.items()
    }


class Group:
    """Rollouts that begin at one start: its worlds are opened once, and forked for each rollout.

    All of them so begin with the very same bytes. The worlds are opened for the first rollout and closed with the last
    of `size`; a group of one plays in them itself. Without a size it goes on until `close`.
    """

    def __init__(self, start: Start, farm: Farm, size: int | None) -> None:
        self.start = start
        self._farm, self._left, self._is_alone = farm, size, size == 1
        self._opening = asyncio.Lock()
        self._stack = AsyncExitStack()
        self._footing: Footing | None = None

    @asynccontextmanager
    async def standing(self) -> AsyncIterator[Footing]:
        """Give worlds of its own to one rollout; raises FarmError if they cannot be had, or differ from the record.

        A farm that is full is asked again, ever more rarely, until the caller gives up.
        """
        try:
            if self._is_alone:
                yield await self._opened()
                return
            first, own = await self._forked()
            async with own as session:
                yield Footing(session, first.tools, first.since, first.opened_at, first.fork)
        finally:
            if self._left is not None:
                self._left -= 1
                if not self._left:
                    await self.close()

    async def close(self) -> None:
        """Close the worlds that are forked from; rollouts that have theirs play on."""
        async with self._opening:
            self._footing = None
            await self._stack.aclose()

    async def _forked(self) -> tuple[Footing, Session]:
        """Fork the worlds; open them anew if nobody used them for so long that the farm has closed them."""
        first = await self._opened()
        try:
            return first, await patiently(first.session.fork)
        except EpisodeClosedError:
            if self._footing is first:
                await self.close()
        first = await self._opened()
        return first, await patiently(first.session.fork)

    async def _opened(self) -> Footing:
        async with self._opening:
            if self._footing is None:
                self._footing = await patiently(self._enter)
            return self._footing

    async def _enter(self) -> Footing:
        async with AsyncExitStack() as stack:
            task = self.start.task
            session = await stack.enter_async_context(
                opened(self._farm, task.environments, task.seed, task.setup, task.realism)
            )
            footing = await _footing(self.start, session)
            self._stack = stack.pop_all()
        return footing


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask a farm for room until it has some; the caller bounds how long."""
    pause_s = _FIRST_PAUSE_S
    while True:
        try:
            return await ask()
        except CapacityError:
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)


async def _footing(start: Start, session: Session) -> Footing:
    tools = visible(await session.tools(), start.task)
    opened_at = {name: world.now for name, world in session.worlds.items()}
    if start.parent is None:
        return Footing(session, tools, "start", opened_at, None)
    since = await session.snapshot()
    for step in (step for turn in start.turns for step in turn.steps):
        await _repeat(step, session, tools)
    digests = dict(await session.digest())
    _require_alike(start, digests)
    return Footing(session, tools, since, opened_at, start.fork(digests))


async def _repeat(step: PlayedStep, session: Session, tools: Offered) -> None:
    """Make a recorded call again, if it reached a world then; FarmError if it goes otherwise now."""
    if all(tool.name != step.tool for tool in tools.get(step.environment, ())):
        return
    seen = await session.call(ToolCall(step.environment, step.tool, step.arguments))
    if PlayedStep.of(Step(step.as_step().call, seen), writes=step.writes) != step:
        raise FarmError(f"{step.environment}: {step.tool} was answered otherwise when the episode was played")


def _require_alike(start: Start, digests: Mapping[str, str]) -> None:
    """Hold the digests against the last that the episode has recorded before its fork; FarmError if they differ."""
    known: Mapping[str, str] = start.task.snapshots
    for turn in start.turns:
        if turn.after is not None:
            known = turn.after.digests
        elif turn.writes:
            return
    if strange := sorted(name for name, digest in known.items() if digests.get(name) != digest):
        raise FarmError(f"the world of {', '.join(strange)} is not what it was when the episode was played")
