"""Play many tasks with many policies at once: bounded, resumable, one failure never stopping the others."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from farm.farm import Farm
from rollouts.episode import Episode, Key, append_episode, read_episodes, write_episodes
from rollouts.play import play_in
from rollouts.policy import Policy
from rollouts.start import Group, Start
from rollouts.user import FixedUser, User, configuration_of
from sampler.task import Task

logger = logging.getLogger(__name__)

EPISODES = "episodes.jsonl"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one episode may take: calls, and seconds of wall time."""

    budget: int = 40
    timeout_s: float = 300.0


Progress = Callable[[Episode, bool], None]
"""Hears of each finished episode, and whether it was played now or found."""


@dataclass(frozen=True, slots=True)
class _Job:
    start: Start
    policy: Policy
    trial: int
    key: Key


async def play_all(
    tasks: Iterable[Task | Start],
    policies: Sequence[Policy],
    farm: Farm,
    *,
    trials: int,
    out: Path,
    concurrency: int,
    seed: int = 0,
    limits: Limits | None = None,
    user: User | None = None,
    progress: Progress | None = None,
) -> tuple[Episode, ...]:
    """Play each task, or from each start, with each policy `trials` times; return these episodes in the file's order.

    All rollouts of a task are a group: its worlds are opened once and forked for each, so they begin alike to the byte.
    `out`/episodes.jsonl gains a line as each episode ends and is put in the order of keys at the end. Episodes found
    there are kept; unscored ones, and those played with another budget, are played again, and so is what was played by
    the policy, or with the `user`, in another configuration. At most `concurrency` run at once, and a farm that is full
    makes them wait.
    Raises EpisodeFileError if the file holds something else, OSError if it cannot be written.
    """
    limits, user = limits or Limits(), user or FixedUser()
    starts = [each if isinstance(each, Start) else Start(each) for each in tasks]
    jobs = {job.key: job for job in _jobs(starts, policies, user, trials, seed)}
    journal = _Journal(out / EPISODES, stale=lambda old: old.key in jobs and not _serves(old, limits))
    report = progress or _silent
    for key in sorted(jobs.keys() & journal.episodes.keys()):
        report(journal.episodes[key], False)
    left = [job for key, job in jobs.items() if key not in journal.episodes]
    queue = _grouped(left, farm)
    async with asyncio.TaskGroup() as group:
        for _ in range(min(concurrency, len(left))):
            group.create_task(_work(queue, seed, limits, user, journal, report))
    journal.settle()
    return tuple(journal.episodes[key] for key in sorted(jobs))


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


def _jobs(starts: Sequence[Start], policies: Sequence[Policy], user: User, trials: int, seed: int) -> Iterator[_Job]:
    for start in starts:
        fork = start.name
        for policy in policies:
            for trial in range(trials):
                key = (start.task.id, fork, policy.name, configuration_of(policy, user), trial, seed)
                yield _Job(start, policy, trial, key)


def _grouped(jobs: Sequence[_Job], farm: Farm) -> Iterator[tuple[_Job, Group]]:
    """Yield jobs with the group that each is of, made when its first job comes up."""
    sizes = Counter(job.key[:2] for job in jobs)
    group: Group | None = None
    for job in jobs:
        if group is None or group.start is not job.start:
            group = Group(job.start, farm, sizes[job.key[:2]])
        yield job, group


async def _work(
    queue: Iterator[tuple[_Job, Group]],
    seed: int,
    limits: Limits,
    user: User,
    journal: _Journal,
    report: Progress,
) -> None:
    for job, group in queue:
        episode = await play_in(
            group,
            job.policy,
            seed=seed,
            trial=job.trial,
            budget=limits.budget,
            timeout_s=limits.timeout_s,
            user=user,
        )
        journal.add(episode)
        report(episode, True)


def _serves(episode: Episode, limits: Limits) -> bool:
    return episode.reward.total is not None and episode.budget == limits.budget


def _silent(episode: Episode, played: bool) -> None:
    """Tell nobody."""
