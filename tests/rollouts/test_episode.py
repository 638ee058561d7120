from pathlib import Path

import pytest

from envkit.calls import Observation, Step, ToolCall
from rollouts.episode import (
    Counts,
    Episode,
    PlayedStep,
    Reward,
    Turn,
    Wall,
    append_episode,
    count,
    read_episodes,
    write_episodes,
)

CALL = ToolCall("air", "look", {"limit": 2})


def an_episode(trial: int = 0, **changes: object) -> Episode:
    step = PlayedStep.of(Step(CALL, Observation('{"n":1}', {"n": 1})), writes=True)
    parts = {"task": "t", "policy": "p", "trial": trial, "seed": 0, "budget": 5, "environments": ("air",)}
    turns = (Turn(query="?", steps=(step,), answer="1"),)
    return Episode.model_validate(
        {**parts, "turns": turns, "stop": "done", "reward": Reward(0.5, {"state": 1.0}), **changes}
    )


@pytest.mark.parametrize(
    "seen",
    [
        Observation('{"n":1}', {"n": 1}),
        Observation("plain words", None),
        Observation("not_found: no.", code="not_found"),
    ],
)
def test_a_step_survives_being_recorded(seen: Observation) -> None:
    assert PlayedStep.of(Step(CALL, seen), writes=False).as_step() == Step(CALL, seen)


def test_text_that_repeats_the_content_is_not_kept() -> None:
    assert PlayedStep.of(Step(CALL, Observation('{"n":1}', {"n": 1})), writes=False).text == ""


def test_episodes_survive_the_file_in_its_order(tmp_path: Path) -> None:
    write_episodes(tmp_path / "e.jsonl", [an_episode(2), an_episode(0)])
    append_episode(tmp_path / "e.jsonl", an_episode(1))

    assert read_episodes(tmp_path / "e.jsonl") == (an_episode(0), an_episode(2), an_episode(1))


def test_the_digest_covers_everything_but_the_wall_time() -> None:
    assert an_episode(wall=Wall(total_s=3.0)).digest == an_episode().digest
    assert an_episode(stop="budget").digest != an_episode().digest


def test_steps_are_counted() -> None:
    refused = PlayedStep.of(Step(CALL, Observation("no", code="no")), writes=False)
    written = an_episode().steps[0]

    counts = count([Turn(query="?", steps=(refused, written)), Turn(query="!", steps=(refused,))])

    assert counts == Counts(calls=3, refused=2, writes=1)
