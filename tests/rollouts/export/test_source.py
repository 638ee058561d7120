from collections.abc import Mapping
from pathlib import Path

import pytest

from rollouts.controls import truth_episode
from rollouts.episode import Episode, PlayedStep, Reward, Stop, Turn, append_episode
from rollouts.export.example import ExportError, Offer
from rollouts.export.source import Source
from sampler.task import Task, TaskFileError, Version

Offered = Mapping[Version, Offer]


def played(task: Task, total: float | None, *, stop: Stop = "done", trial: int = 0) -> Episode:
    """Return an episode that is told apart by its answer."""
    turns = (Turn(query="q", answer=f"trial {trial}"),)
    update = {"turns": turns, "stop": stop, "trial": trial, "reward": Reward(total)}
    return truth_episode(task).model_copy(update=update)


@pytest.fixture
def episodes(reading: Task, booking: Task, tmp_path: Path) -> Path:
    path = tmp_path / "episodes.jsonl"
    for episode in (
        played(booking, 1.0, trial=0),
        played(booking, 0.96, trial=1),
        played(booking, 0.0, trial=2),
        played(booking, None, trial=3),
        played(booking, 1.0, stop="budget", trial=4),
        played(reading, 0.95, trial=5),
    ):
        append_episode(path, episode)
    return path


def test_a_truth_is_read_only_when_it_is_asked_for(tasks: Path, offered: Offered) -> None:
    with tasks.open("a", encoding="utf-8") as file:
        file.write("no task\n")

    examples = Source(tasks).examples(offered)

    assert [next(examples).index, next(examples).index] == [0, 1]
    with pytest.raises(TaskFileError, match=r"tasks\.jsonl line 3: expected a task"):
        next(examples)


def test_episodes_count_that_answered_every_turn_and_earned_enough(
    tasks: Path, episodes: Path, offered: Offered
) -> None:
    answers = [each.turns[0].answer for each in Source(tasks, episodes).examples(offered)]

    assert answers == ["trial 0", "trial 1", "trial 5"]


def test_a_higher_bar_leaves_fewer(tasks: Path, episodes: Path, offered: Offered) -> None:
    examples = [*Source(tasks, episodes, min_reward=1.0).examples(offered)]

    assert [each.turns[0].answer for each in examples] == ["trial 0"]


def test_an_episode_finds_its_task_wherever_it_stands(
    tasks: Path, episodes: Path, reading: Task, booking: Task, offered: Offered
) -> None:
    found = [each.task for each in Source(tasks, episodes).examples(offered)]

    assert found == [booking, booking, reading]


def test_an_episode_of_an_unknown_task_is_told(tasks: Path, episodes: Path, reading: Task, offered: Offered) -> None:
    stranger = reading.model_copy(update={"id": "task_other"})
    append_episode(episodes, played(stranger, 1.0))

    with pytest.raises(ExportError, match=r"has an episode of task_other, which is not in .*tasks\.jsonl"):
        [*Source(tasks, episodes).examples(offered)]


def test_calls_that_were_wrong_in_form_are_not_to_be_learned(
    booking: Task, tasks: Path, tmp_path: Path, offered: Offered
) -> None:
    episode = played(booking, 0.95)
    garbled = PlayedStep(environment="", tool="nope", arguments={}, code="unknown_tool", text="unknown_tool: no.")
    steps = (garbled, *truth_episode(booking).steps, garbled)
    turns = (episode.turns[0].model_copy(update={"steps": steps}),)
    append_episode(tmp_path / "garbled.jsonl", episode.model_copy(update={"turns": turns}))

    (example,) = Source(tasks, tmp_path / "garbled.jsonl").examples(offered)

    assert example.turns[0].steps == truth_episode(booking).steps
