"""Judge stored episodes again: the records are all it takes, no farm and no model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rollouts.episode import Episode, EpisodeFileError, Reward, line_of, stream_episodes
from rollouts.reward import score
from sampler.task import Task


@dataclass(frozen=True, slots=True)
class Rescored:
    """An episode with the reward that is stored, and what it earns now."""

    episode: Episode
    now: Reward

    @property
    def is_changed(self) -> bool:
        """Whether the total or a part is another; sentences and findings may be."""
        before = self.episode.reward
        return (before.total, dict(before.parts)) != (self.now.total, dict(self.now.parts))

    def row(self) -> dict[str, object]:
        """Say what changed, as a row."""
        episode = self.episode
        codes = " ".join(dict.fromkeys(finding.code for finding in self.now.findings))
        named = {"task": episode.task, "policy": episode.policy, "trial": episode.trial}
        return {**named, "stored": episode.reward.total, "now": self.now.total, "codes": codes}


def rescore(tasks: Mapping[str, Task], episodes: Iterable[Episode]) -> Iterator[Rescored]:
    """Judge each episode again on its task, by id; EpisodeFileError if that is not there."""
    for episode in episodes:
        if episode.task not in tasks:
            raise EpisodeFileError(f"an episode is of {episode.task}, which is not among the tasks; name theirs")
        yield Rescored(episode, score(tasks[episode.task], episode))


def write_rescored(path: Path, tasks: Mapping[str, Task]) -> None:
    """Put what episodes earn now into their file, in one step."""
    partial = path.with_suffix(".partial")
    with partial.open("wb") as lines:
        for each in rescore(tasks, stream_episodes(path)):
            lines.write(line_of(each.episode.model_copy(update={"reward": each.now})))
    partial.replace(path)
