"""Play many tasks with many policies at once: bounded, resumable, one failure never stopping the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from farm.farm import Farm
from rollouts.engines.engine import Engine, Limits, Rollout, Terms
from rollouts.engines.local import LocalEngine
from rollouts.episode import Episode, append_episode, read_episodes, write_episodes
from rollouts.policy import Policy
from rollouts.start import Start
from rollouts.user import FixedUser, User, configuration_of
from sampler.task import Task

logger = logging.getLogger(__name__)

EPISODES = "episodes.jsonl"


Progress = Callable[[Episode, bool], None]
"""Hears of each finished episode, and whether it was played now or found."""


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
    """Play in this process, at most `concurrency` rollouts at once, on a farm; as `play_on` for the rest."""
    engine, terms = LocalEngine(farm, concurrency), Terms(seed, limits or Limits(), user or FixedUser())
    return await play_on(engine, tasks, policies, terms, trials=trials, out=out, progress=progress)


async def play_on(
    engine: Engine,
    tasks: Iterable[Task | Start],
    policies: Sequence[Policy],
    terms: Terms,
    *,
    trials: int,
    out: Path,
    progress: Progress | None = None,
) -> tuple[Episode, ...]:
    """Play each task, or from each start, with each policy `trials` times; return these episodes in the file's order.

    All rollouts of a task are a group: its worlds are opened once and forked for each, so they begin alike to the byte.
    `out`/episodes.jsonl gains a line as each episode ends and is put in the order of keys at the end; whatever the
    engine, this process alone writes it. Episodes found there are kept; unscored ones, and those played with another
    budget or profile of realism, are played again, and so is what was played by the policy, or with the user, in
    another configuration.
    Raises EpisodeFileError if the file holds something else, OSError if it cannot be written, EngineError.
    """
    starts = [each if isinstance(each, Start) else Start(each) for each in tasks]
    rollouts = {rollout.key: rollout for rollout in _rollouts(starts, policies, terms, trials)}
    journal = _Journal(
        out / EPISODES,
        stale=lambda old: old.key in rollouts and not _serves(old, rollouts[old.key].start.task, terms.limits),
    )
    report = progress or _silent
    for key in sorted(rollouts.keys() & journal.episodes.keys()):
        report(journal.episodes[key], False)

    def heard(episode: Episode) -> None:
        journal.add(episode)
        report(episode, True)

    left = [rollout for key, rollout in rollouts.items() if key not in journal.episodes]
    if left:
        await engine.play(left, terms, heard)
    journal.settle()
    return tuple(journal.episodes[key] for key in sorted(rollouts))


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


def _rollouts(starts: Sequence[Start], policies: Sequence[Policy], terms: Terms, trials: int) -> Iterator[Rollout]:
    for start in starts:
        fork = start.name
        for policy in policies:
            configuration = configuration_of(policy, terms.user)
            for trial in range(trials):
                yield Rollout(
                    start, policy, trial, (start.task.id, fork, policy.name, configuration, trial, terms.seed)
                )


def _serves(episode: Episode, task: Task, limits: Limits) -> bool:
    is_alike = episode.budget == limits.budget and episode.realism == task.realism
    return episode.reward.total is not None and is_alike


def _silent(episode: Episode, played: bool) -> None:
    """Tell nobody."""
