"""Score what was reached in a container: the program that `tests/test.sh` of a Harbor task's step runs.

It travels in the task with the modules that it takes, so that a reward is computed there by the same code as here.
"""

from __future__ import annotations

import argparse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from evaluation.standing import judged
from rollouts.episode import PlayedStep, Turn
from sampler.task import Task

STANDING_S = 30.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Score and write the reward, with its parts; where it cannot be told, fail and write nothing.

    It runs when a turn is over, and notes how many calls were made until then. Before the last turn the reward is the
    progress, which Harbor does not count.
    """
    parser = argparse.ArgumentParser(description="Score what was reached in the worlds of a task.")
    parser.add_argument("task", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token-file", type=Path, required=True)
    parser.add_argument("--steps", type=Path, required=True)
    parser.add_argument("--turn", type=int, required=True, help="which turn is over, from 1 on")
    parser.add_argument("--marks", type=Path, required=True, help="where it is noted how many calls each turn took")
    parser.add_argument("--answers", type=Path, required=True, help="the folder of the answers")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args(arguments)
    task = Task.model_validate_json(asked.task.read_bytes())
    token = asked.token_file.read_text("utf-8").strip()
    lines = asked.steps.read_bytes().splitlines() if asked.steps.is_file() else []
    steps = tuple(PlayedStep.model_validate_json(line) for line in lines)
    ends = _marked(asked.marks, asked.turn, len(steps))
    answers = [_answer(asked.answers / f"answer-{number}.txt") for number in range(1, asked.turn + 1)]
    standings = {slug: standing(asked.url, slug, token) for slug in task.environments}
    reward = judged(task, "harbor", played(task, steps, ends, answers), standings)
    if reward.total is None:
        raise SystemExit(f"error: {task.id} cannot be scored: {reward.reason}")
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    earned = reward.total if asked.turn == len(task.turns) else reward.progress or 0.0
    asked.out.write_bytes(orjson.dumps({"reward": earned, **reward.parts}))
    asked.out.with_name("reason.txt").write_text(reward.reason + "\n", "utf-8")


def played(task: Task, steps: Sequence[PlayedStep], ends: Sequence[int], answers: Sequence[str]) -> tuple[Turn, ...]:
    """Part the calls into turns, each of which ends after so many of them, and has its answer."""
    begins = [0, *ends]
    return tuple(
        Turn(query=turn.query, steps=tuple(steps[begin:end]), answer=answer)
        for turn, begin, end, answer in zip(task.turns, begins, ends, answers, strict=False)
    )


def standing(url: str, slug: str, token: str) -> Mapping[str, Any]:  # Any: the kit's own JSON
    """Ask the container's host how a world stands."""
    asked = urllib.request.Request(
        f"{url}/{slug}/episodes/seat/standing?since=start", headers={"authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(asked, timeout=STANDING_S) as answer:
        told: Mapping[str, Any] = orjson.loads(answer.read())
    return told


def _marked(path: Path, turn: int, calls: int) -> list[int]:
    """Note after how many calls a turn ended; return that of each turn so far."""
    known: list[int] = orjson.loads(path.read_bytes()) if path.is_file() else []
    ends = [*known[: turn - 1], calls]
    path.write_bytes(orjson.dumps(ends))
    return ends


def _answer(path: Path) -> str:
    return path.read_text("utf-8", errors="replace") if path.is_file() else ""


if __name__ == "__main__":
    main()
