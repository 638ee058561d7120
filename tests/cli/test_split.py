import json
from pathlib import Path

import pytest

from sampler.task import read_tasks
from tests.cli.conftest import invoke


def test_every_task_is_in_one_split_and_nothing_leaks(tasks: Path) -> None:
    split = invoke("split", tasks, "--share", "train=0.5", "--share", "test=0.5", "--seed", 3, "--json")

    said = json.loads(split.stdout)
    there = [task.id for name in ("train", "test") for task in read_tasks(tasks / "split" / f"{name}.jsonl")]
    assert sorted(there) == sorted(task.id for task in read_tasks(tasks / "tasks.jsonl"))
    assert set(said["leaks"].values()) == {0}
    assert sum(said["counts"].values()) == 3
    assert said["dropped"] == {}
    kept = json.loads((tasks / "split" / "split.json").read_text("utf-8"))
    assert {**kept, "out": str(tasks / "split")} == said
    assert not list((tasks / "split").glob(".*"))


def test_a_held_out_environment_leaves_the_other_splits_empty_which_is_told(tasks: Path) -> None:
    split = invoke("split", tasks, "--by", "domain", "--held-out", "tiny_air", "--out", tasks / "held")

    assert split.exit_code == 1
    assert len(read_tasks(tasks / "held" / "test.jsonl")) == 3
    assert "error: train has no task; give another --seed, more tasks or another --by" in split.stderr
    assert "leaks: none" in split.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--share", "train"], "expected a split and its share, such as train=0.8, but 'train' came"),
        (["--share", "train=0.8"], "expected shares of 0 or more that sum to 1, but train=0.8 came"),
        (["--held-out", "tiny_hair"], "tasks/tasks.jsonl: no task touches tiny_hair, so it cannot be held out"),
    ],
)
def test_what_cannot_be_split_is_a_complaint(options: list[str], sentence: str, tasks: Path) -> None:
    split = invoke("split", "tasks", *options)

    assert (split.exit_code, split.stderr) == (2, f"error: {sentence}\n")
    assert not list((tasks / "split").glob("*.jsonl"))
