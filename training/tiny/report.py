"""Tell what came of the arms: a table with intervals over held-out environments, and a picture."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from tiny.arms import ARMS

from evaluation.estimate import estimate, paired
from sampler.task import Task

matplotlib.use("svg")
from matplotlib import pyplot  # the backend is chosen before

TITLES = {"sft": "SFT", "more_sft": "SFT, then more SFT", "grpo": "SFT, then GRPO", "placebo": "SFT, then placebo"}
COLOURS = {"sft": "#7f7f7f", "more_sft": "#9467bd", "grpo": "#1f77b4", "placebo": "#d62728"}
PAIRS = (("sft", "grpo"), ("more_sft", "grpo"), ("placebo", "grpo"), ("sft", "more_sft"), ("sft", "placebo"))
_PLACE = re.compile(r"(<!-- proof: made by training/proof.py -->\n).*?(<!-- proof: end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of all seeds that have every arm, by arm; and the environment of each held-out task."""

    by_arm: Mapping[str, Sequence[Mapping[str, Any]]]
    screened: Sequence[Mapping[str, Any]]
    environments: Mapping[str, str]
    seeds: Sequence[int]

    def rates(self, arm: str) -> list[float]:
        """Return the share of held-out tasks that were won, by seed."""
        return [_mean(list(each["held_out"].values())) for each in self.by_arm[arm]]

    def by_environment(self, arm: str) -> Mapping[str, float]:
        """Return the share of wins in each held-out environment, over its tasks and all seeds."""
        wins: dict[str, list[float]] = defaultdict(list)
        for each in self.by_arm[arm]:
            for task, share in each["held_out"].items():
                wins[self.environments[task]].append(share)
        return {name: _mean(shares) for name, shares in wins.items()}


def publish(results: Results, table: str, docs: Path) -> None:
    """Write the table into training.md and the picture into images/ of a folder."""
    page = docs / "training.md"
    page.write_text(_PLACE.sub(lambda found: f"{found[1]}{table}\n{found[2]}", page.read_text("utf-8")), "utf-8")
    _draw(results, docs / "images" / "training.svg")


def read_results(out: Path, held_out: Sequence[Task]) -> Results:
    """Read the results of the seeds that have every arm."""
    known = {int(path.name.removeprefix("seed-")): path for path in out.glob("seed-*")}
    done = [seed for seed, path in sorted(known.items()) if all((path / f"{arm}.json").exists() for arm in ARMS)]
    by_arm = {arm: [json.loads((known[seed] / f"{arm}.json").read_text()) for seed in done] for arm in ARMS}
    screened = [json.loads((known[seed] / "screened.json").read_text()) for seed in done]
    return Results(by_arm, screened, {task.id: task.environments[0] for task in held_out}, done)


def lines(results: Results) -> Iterator[str]:
    """Write the table, line by line."""
    environments = len(set(results.environments.values()))
    seeds = ", ".join(map(str, results.seeds))
    yield f"Seeds {seeds}; {len(results.environments)} tasks of {environments} environments."
    yield from ("", "| arm | held-out tasks done, by seed | mean over environments, 95 % interval |", "|---|---|---|")
    for arm in ARMS:
        rates = " ".join(f"{rate:.3f}" for rate in results.rates(arm))
        yield f"| {TITLES[arm]} | {rates} | {estimate([*results.by_environment(arm).values()], 0)} |"
    head = "| difference | mean over environments, 95 % interval | environments better, worse |"
    yield from ("", head, "|---|---|---|")
    for first, second in PAIRS:
        delta = paired(results.by_environment(first), results.by_environment(second), 0)
        yield f"| {TITLES[second]}, less {TITLES[first]} | {delta.mean} | {delta.better}, {delta.worse} |"
    yield from ("", "| arm | steps | CPU seconds with the farm's, by seed |", "|---|---|---|")
    for arm in ARMS:
        told = results.by_arm[arm]
        spent = " ".join(f"{each['cpu_s']:.0f}" for each in told)
        yield f"| {TITLES[arm]} | {len(told[0]['steps'])} | {spent} |"
    screened = " ".join(f"{each['cpu_s']:.0f}" for each in results.screened)
    tasks = " ".join(str(len(each["tasks"])) for each in results.screened)
    yield f"| screening for GRPO and placebo (left {tasks} tasks) | | {screened} |"


def _draw(results: Results, path: Path) -> None:
    """Draw what rollouts earned while learning, and how the arms did on held-out environments."""
    matplotlib.rcParams.update({"svg.hashsalt": "envfarm", "font.size": 9})
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for arm in ("grpo", "placebo"):
        curves = [[step["reward"] for step in each["steps"]] for each in results.by_arm[arm]]
        for curve in curves:
            left.plot(range(1, len(curve) + 1), curve, color=COLOURS[arm], alpha=0.25, linewidth=0.8)
        mean = [_mean(list(each)) for each in zip(*curves, strict=True)]
        left.plot(range(1, len(mean) + 1), mean, color=COLOURS[arm], label=TITLES[arm])
    left.set(xlabel="step", ylabel="mean reward of rollouts", title="Training environments")
    left.legend(frameon=False)
    for place, arm in enumerate(ARMS):
        found = estimate([*results.by_environment(arm).values()], 0)
        value, low, high = found.value or 0.0, found.low or 0.0, found.high or 0.0
        right.errorbar(place, value, yerr=[[value - low], [high - value]], fmt="o", color=COLOURS[arm], capsize=4)
        rates = results.rates(arm)
        right.plot([place + 0.18] * len(rates), rates, ".", color=COLOURS[arm], alpha=0.6)
    right.set_xticks(range(len(ARMS)), [TITLES[arm].replace(", then ", ",\nthen ") for arm in ARMS])
    right.set(ylabel="share of tasks done", title="Held-out environments (small dots: seeds)", xlim=(-0.5, 3.6))
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
