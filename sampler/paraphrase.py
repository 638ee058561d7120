"""Paraphrasing: the tasks of a file in a model's words, each proven anew or left as it was."""

from __future__ import annotations

import asyncio
import hashlib
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from chat.client import Chat
from chat.errors import ChatError
from envkit.clock import derive
from sampler.difficulty import difficulty
from sampler.facts import gives_away
from sampler.paraphrased import Folder, Wish
from sampler.say import shorter
from sampler.task import Paraphrase, Persona, Proof, Task, seal, stream_tasks
from sampler.words.paraphrase import paraphrase, prompt

_AHEAD = 4
"""How many tasks a place has in hand, so that a slow one does not stop the others."""

Reader = Callable[[Task], Awaitable[str]]
"""Solves a task from its words; says where it falls short of the truth, or nothing."""

Player = Callable[[Task, int], Awaitable[bool]]
"""Plays a task, for the so manieth time; says whether that came to the truth."""

Judge = Callable[[Task], Sequence[str]]
"""Says what is wrong with a task, a sentence each."""


@dataclass(frozen=True, slots=True)
class Proving:
    """Who proves a paraphrase: what is None is not asked."""

    judge: Judge
    reader: Reader | None = None
    player: Player | None = None


def wish_for(
    model: str, *, seed: int = 0, tries: int = 2, is_read: bool = False, needed: int = 0, rollouts: int = 0
) -> Wish:
    """Return a wish for paraphrases by the prompt that there is."""
    digest = hashlib.sha256(prompt().text.encode()).hexdigest()[:16]
    return Wish(model=model, prompt=digest, seed=seed, tries=tries, is_read=is_read, needed=needed, rollouts=rollouts)


async def paraphrase_all(
    source: Path,
    folder: Folder,
    wish: Wish,
    chat: Chat,
    proving: Proving,
    *,
    concurrency: int,
    progress: Callable[[int], None] = lambda done: None,
) -> str:
    """Go on where a folder ends, with at most `concurrency` tasks in hand; `progress` is told how many are done.

    Returns why it ended before the last task, if the model could not be asked any more: what was begun is brought to
    its end and kept in the chat's cache, so that whoever goes on pays for no answer twice. Raises FarmError.
    """
    work = _Work(wish, chat, proving, concurrency)
    async with aclosing(work.results(source, folder.done)) as results:
        try:
            async for task, reasons in results:
                folder.add(task, reasons)
                progress(folder.done)
        except ChatError as error:
            return str(error)
    return ""


class _Work:
    """Paraphrases tasks, a few at the same time; once the model cannot be asked, none is begun any more."""

    def __init__(self, wish: Wish, chat: Chat, proving: Proving, concurrency: int) -> None:
        self._wish, self._chat, self._proving = wish, chat, proving
        self._places = asyncio.Semaphore(concurrency)
        self._ahead = _AHEAD * concurrency
        self._trouble: ChatError | None = None

    async def results(self, source: Path, skipped: int) -> AsyncGenerator[tuple[Task, tuple[str, ...]], None]:
        """Yield in order what became of each task, but for the first ones, which are done; raises ChatError."""
        waiting: deque[asyncio.Task[tuple[Task, tuple[str, ...]]]] = deque()
        try:
            for number, task in enumerate(stream_tasks(source)):
                if number >= skipped:
                    waiting.append(asyncio.create_task(self._placed(task)))
                if len(waiting) == self._ahead:
                    yield await waiting[0]
                    waiting.popleft()
            while waiting:
                yield await waiting[0]
                waiting.popleft()
        except ChatError:
            await asyncio.gather(*waiting, return_exceptions=True)
            raise
        finally:
            for each in waiting:
                each.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    async def _placed(self, task: Task) -> tuple[Task, tuple[str, ...]]:
        async with self._places:
            if self._trouble is not None:
                raise self._trouble
            try:
                return await self._paraphrased(task)
            except ChatError as error:
                self._trouble = error
                raise

    async def _paraphrased(self, task: Task) -> tuple[Task, tuple[str, ...]]:
        """Return a task in other words; or as it was, with what was wrong with each try."""
        wish, faults = self._wish, []
        queries, persona = [turn.query for turn in task.turns], task.persona or Persona(manner="plain")
        for number in range(wish.tries):
            seed = derive(wish.seed, "paraphrase", task.id, number)
            told = await paraphrase(self._chat, wish.model, queries, persona, seed=seed)
            fault = told.fault
            if not fault:
                made, fault = await self._proven(retold(task, told.queries, wish.model), task)
                if not fault:
                    return seal(made), ()
            faults.append(fault)
        return task, tuple(faults)

    async def _proven(self, task: Task, before: Task) -> tuple[Task, str]:
        """Return a task with what was shown of it, and what is wrong with it, if anything is."""
        fault = given_away(before, task) or next(iter(self._proving.judge(task)), "")
        if not fault and self._proving.reader is not None:
            fault = await self._proving.reader(task)
            task = task.model_copy(update={"proof": task.proof.model_copy(update={"solved": not fault})})
            if not fault:
                return task, ""
            fault = fault if self._proving.player is None else ""
        if not fault and self._proving.player is not None:
            return await self._played(task, self._proving.player)
        return task, fault

    async def _played(self, task: Task, player: Player) -> tuple[Task, str]:
        """Play a task until so many rollouts as are needed came to the truth, or no longer can."""
        wins = made = 0
        while wins < self._wish.needed <= wins + self._wish.rollouts - made:
            wins += await player(task, made)
            made += 1
        assert task.paraphrase is not None
        told = task.paraphrase.model_copy(update={"rollouts": made, "wins": wins})
        fault = "" if wins >= self._wish.needed else f"{wins} of {made} rollouts came to the truth"
        return task.model_copy(update={"paraphrase": told}), fault


def retold(task: Task, queries: Sequence[str], model: str) -> Task:
    """Return a task with other queries: measured anew, and proven by nobody yet but in its calls."""
    turns = tuple(turn.model_copy(update={"query": query}) for turn, query in zip(task.turns, queries, strict=True))
    before = tuple(turn.query for turn in task.turns)
    proof = Proof(
        shorter=shorter(queries, [turn.plain or turn.query for turn in task.turns]),
        executions=task.proof.executions,
        alternatives=task.proof.alternatives,
    )
    made_of = Paraphrase(of=task.id, model=model, queries=before)
    made = task.model_copy(update={"turns": turns, "proof": proof, "paraphrase": made_of})
    if task.difficulty is None:
        return seal(made)
    used = {(step.environment, step.tool) for step in task.truth.trajectory}
    return seal(made.model_copy(update={"difficulty": difficulty(made, task.difficulty.distractors + len(used))}))


def given_away(before: Task, after: Task) -> str:
    """Say which fact that is asked for other words give away, although the words before did not; or nothing."""
    spoke, speaks = (" ".join(turn.query for turn in task.turns) for task in (before, after))
    told = {
        fact.text for fact in after.criteria.facts if gives_away(speaks, fact.text) and not gives_away(spoke, fact.text)
    }
    return f"it gives away {', '.join(sorted(told))}" if told else ""
