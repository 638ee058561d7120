"""Tell what came of the arms: a table with intervals over held-out environments, and a picture."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from tiny.arms import ARMS

from evaluation.estimate import estimate, paired
from sampler.task import Task

matplotlib.use("svg")
from matplotlib import pyplot  # the backend is chosen before

TITLES = {"sft": "SFT", "more_sft": "SFT + more SFT", "grpo": "SFT + GRPO", "placebo": "SFT + placebo"}
COLOURS = {"sft": "#7f7f7f", "more_sft": "#9467bd", "grpo": "#1f77b4", "placebo": "#d62728"}
PAIRS = (("sft", "grpo"), ("more_sft", "grpo"), ("placebo", "grpo"), ("sft", "more_sft"), ("sft", "placebo"))
_PLACE = re.compile(r"(<!-- proof: made by training/proof.py -->\n).*?(<!-- proof: end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Results:
    """Results by arm and seed, what screening came to by seed, and the environment of each held-out task."""

    by_arm: Mapping[str, Mapping[int, Mapping[str, Any]]]  # Any: JSON, as `arms` wrote it
    screened: Mapping[int, Mapping[str, Any]]
    environments: Mapping[str, str]

    @property
    def seeds(self) -> list[int]:
        """The seeds that have begun, in order."""
        return sorted(self.by_arm[ARMS[0]])

    def rate(self, arm: str, seed: int) -> float | None:
        """Return the share of held-out tasks that were done; None if the arm is not through."""
        told = self.by_arm[arm].get(seed)
        return None if told is None else _mean(list(told["held_out"].values()))

    def by_environment(self, arm: str, seeds: Iterable[int]) -> Mapping[str, float]:
        """Return the share of tasks done in each held-out environment, over some seeds."""
        done: dict[str, list[float]] = defaultdict(list)
        for seed in seeds:
            for task, share in self.by_arm[arm][seed]["held_out"].items():
                done[self.environments[task]].append(share)
        return {name: _mean(shares) for name, shares in done.items()}


def publish(results: Results, table: str, docs: Path) -> None:
    """Write the table into training.md and the picture into images/ of a folder."""
    page = docs / "training.md"
    page.write_text(_PLACE.sub(lambda found: f"{found[1]}{table}\n{found[2]}", page.read_text("utf-8")), "utf-8")
    _draw(results, docs / "images" / "training.svg")


def read_results(out: Path, held_out: Sequence[Task]) -> Results:
    """Read what arms and seeds there are."""
    folders = {int(path.name.removeprefix("seed-")): path for path in out.glob("seed-*")}

    def read(name: str) -> dict[int, Mapping[str, Any]]:
        paths = {seed: path / f"{name}.json" for seed, path in sorted(folders.items())}
        return {seed: json.loads(path.read_text("utf-8")) for seed, path in paths.items() if path.exists()}

    return Results(
        {arm: read(arm) for arm in ARMS}, read("screened"), {task.id: task.environments[0] for task in held_out}
    )


def lines(results: Results) -> Iterator[str]:
    """Write the tables, line by line; intervals are those of a mean over held-out environments."""
    environments = len(set(results.environments.values()))
    seeds = ", ".join(map(str, results.seeds))
    yield f"Seeds {seeds}; {len(results.environments)} held-out tasks of {environments} environments."
    yield from ("", "| arm | tasks done, by seed | mean over environments, 95 % interval |", "|---|---|---|")
    for arm in ARMS:
        rates = [results.rate(arm, seed) for seed in results.seeds]
        told = " ".join("-" if rate is None else f"{rate:.3f}" for rate in rates)
        found = estimate([*results.by_environment(arm, results.by_arm[arm]).values()], 0)
        yield f"| {TITLES[arm]} | {told} | {found} |"
    head = "| difference | mean over environments, 95 % interval | environments better, worse | seeds |"
    yield from ("", head, "|---|---|---|---|")
    for first, second in PAIRS:
        both = sorted(results.by_arm[first].keys() & results.by_arm[second].keys())
        delta = paired(results.by_environment(first, both), results.by_environment(second, both), 0)
        counts = f"{delta.better}, {delta.worse} | {len(both)}"
        yield f"| {TITLES[second]}, less {TITLES[first]} | {delta.mean} | {counts} |"
    yield from ("", "| learning | steps | CPU seconds with the farm's, by seed |", "|---|---|---|")
    for arm in ARMS:
        for steps in sorted({len(each["steps"]) for each in results.by_arm[arm].values()}):
            yield f"| {TITLES[arm]} | {steps} | {_spent(results.by_arm[arm].values())} |"
    tasks = ", ".join(str(len(each["tasks"])) for each in results.screened.values())
    yield f"| screening for GRPO and placebo, which left {tasks} tasks | | {_spent(results.screened.values())} |"


def _spent(told: Iterable[Mapping[str, Any]]) -> str:
    return " ".join(f"{each['cpu_s']:.0f}" for each in told)


def _draw(results: Results, path: Path) -> None:
    """Draw what rollouts earned while learning, and how the arms did on held-out environments."""
    matplotlib.rcParams.update({"svg.hashsalt": "envfarm", "font.size": 9})
    figure, (left, right) = pyplot.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
    for arm in ("grpo", "placebo"):
        curves = [[step["reward"] for step in each["steps"]] for each in results.by_arm[arm].values()]
        for curve in curves:
            left.plot(range(1, len(curve) + 1), curve, color=COLOURS[arm], alpha=0.25, linewidth=0.8)
        mean = [_mean(list(each)) for each in zip(*curves, strict=True)]
        left.plot(range(1, len(mean) + 1), mean, color=COLOURS[arm], label=TITLES[arm])
    left.set(xlabel="step", ylabel="mean reward of rollouts", title="Training environments")
    left.legend(frameon=False)
    for place, arm in enumerate(ARMS):
        found = estimate([*results.by_environment(arm, results.by_arm[arm]).values()], 0)
        value, low, high = found.value or 0.0, found.low or 0.0, found.high or 0.0
        right.errorbar(place, value, yerr=[[value - low], [high - value]], fmt="o", color=COLOURS[arm], capsize=4)
        rates = [rate for seed in results.seeds if (rate := results.rate(arm, seed)) is not None]
        right.plot([place + 0.18] * len(rates), rates, ".", color=COLOURS[arm], alpha=0.6)
    right.set_xticks(range(len(ARMS)), [TITLES[arm].replace(" + ", "\n+ ") for arm in ARMS])
    right.set(ylabel="share of tasks done", title="Held-out environments (small dots: seeds)", xlim=(-0.5, 3.6))
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
