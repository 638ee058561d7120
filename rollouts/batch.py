"""Play many tasks with many policies at once: bounded, resumable, one failure never stopping the others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from farm.farm import Farm
from rollouts.episode import Episode, Key, append_episode, read_episodes, write_episodes
from rollouts.play import play
from rollouts.policy import Policy
from rollouts.user import FixedUser, User, configuration_of
from sampler.task import Task

logger = logging.getLogger(__name__)

EPISODES = "episodes.jsonl"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one episode may take: calls, and seconds of wall time."""

    budget: int = 40
    timeout_s: float = 300.0


@dataclass(frozen=True, slots=True)
class _Job:
    task: Task
    policy: Policy
    trial: int


async def play_all(
    tasks: Sequence[Task],
    policies: Sequence[Policy],
    farm: Farm,
    *,
    trials: int,
    out: Path,
    concurrency: int,
    seed: int = 0,
    limits: Limits | None = None,
    user: User | None = None,
    progress: Callable[[Episode], None] | None = None,
) -> tuple[Episode, ...]:
    """Play each task with each policy `trials` times; return the episodes of this request in the file's order.

    `out`/episodes.jsonl gains a line as each episode ends and is put in order by the episodes' keys at the end.
    Episodes found there are kept; unscored ones, and those played with another budget, are played again, and so is what
    was played by the policy, or with the `user`, in another configuration. At most `concurrency` run at once.
    `progress` hears of each finished episode, also of the kept ones.
    Raises EpisodeFileError if the file holds something else, OSError if it cannot be written.
    """
    limits = limits or Limits()
    jobs = [_Job(task, policy, trial) for task in tasks for policy in policies for trial in range(trials)]
    hearer = user or FixedUser()
    wanted = {_key(job, hearer, seed): job for job in jobs}
    journal = _Journal(out / EPISODES, stale=lambda old: old.key in wanted and not _serves(old, limits))
    report = progress or _silent
    for key in sorted(wanted.keys() & journal.episodes.keys()):
        report(journal.episodes[key])
    queue = iter([job for key, job in wanted.items() if key not in journal.episodes])
    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(_work(queue, farm, seed, limits, hearer, journal, report))
    journal.settle()
    return tuple(journal.episodes[key] for key in sorted(wanted))


class _Journal:
    """The episodes file: the one owner of its lines."""

    def __init__(self, path: Path, *, stale: Callable[[Episode], bool]) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        found = read_episodes(path) if path.exists() else ()
        self.episodes = {episode.key: episode for episode in found if not stale(episode)}
        if found:
            logger.info(
                "%s: %d episodes kept, %d to play again", path, len(self.episodes), len(found) - len(self.episodes)
            )
            self.settle()

    def add(self, episode: Episode) -> None:
        """Append a finished episode."""
        self.episodes[episode.key] = episode
        append_episode(self._path, episode)

    def settle(self) -> None:
        """Rewrite the file in its final order."""
        write_episodes(self._path, self.episodes.values())


async def _work(
    queue: Iterator[_Job],
    farm: Farm,
    seed: int,
    limits: Limits,
    user: User,
    journal: _Journal,
    report: Callable[[Episode], None],
) -> None:
    for job in queue:
        episode = await play(
            job.task,
            job.policy,
            farm,
            seed=seed,
            trial=job.trial,
            budget=limits.budget,
            timeout_s=limits.timeout_s,
            user=user,
        )
        journal.add(episode)
        report(episode)


def _key(job: _Job, user: User, seed: int) -> Key:
    return job.task.id, job.policy.name, configuration_of(job.policy, user), job.trial, seed


def _serves(episode: Episode, limits: Limits) -> bool:
    return episode.reward.total is not None and episode.budget == limits.budget


def _silent(episode: Episode) -> None:
    """Tell nobody."""
