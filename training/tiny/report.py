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
from matplotlib import pyplot  # noqa: E402  # the backend is chosen before

TITLES = {"sft": "SFT", "more_sft": "SFT, then more SFT", "grpo": "SFT, then GRPO", "placebo": "SFT, then placebo"}
COLOURS = {"sft": "#7f7f7f", "more_sft": "#9467bd", "grpo": "#1f77b4", "placebo": "#d62728"}
PAIRS = (("sft", "grpo"), ("more_sft", "grpo"), ("placebo", "grpo"), ("sft", "more_sft"), ("sft", "placebo"))
WAYS = {"greedy": "the likeliest word each time", "sampled": "words drawn as they are likely"}
_PLACE = re.compile(r"(<!-- proof: made by training/proof.py -->\n).*?(<!-- proof: end -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Results:
    """The results of all seeds that have every arm, by arm; and the environment of each held-out task."""

    by_arm: Mapping[str, Sequence[Mapping[str, Any]]]
    environments: Mapping[str, str]
    seeds: Sequence[int]

    def rates(self, arm: str, way: str) -> list[float]:
        """Return the share of held-out tasks that were won, by seed."""
        return [_mean(list(each["held_out"][way].values())) for each in self.by_arm[arm]]

    def by_environment(self, arm: str, way: str) -> Mapping[str, float]:
        """Return the share of wins in each held-out environment, over its tasks and all seeds."""
        wins: dict[str, list[float]] = defaultdict(list)
        for each in self.by_arm[arm]:
            for task, share in each["held_out"][way].items():
                wins[self.environments[task]].append(share)
        return {name: _mean(shares) for name, shares in wins.items()}


def write_report(out: Path, held_out: Sequence[Task], docs: Path) -> None:
    """Write the table into docs/training.md and the picture into docs/images, of the seeds that are done."""
    results = _read(out, held_out)
    if not results.seeds:
        return
    text = "\n".join(_lines(results))
    page = docs / "training.md"
    page.write_text(_PLACE.sub(lambda found: f"{found[1]}{text}\n{found[2]}", page.read_text("utf-8")), "utf-8")
    _draw(results, docs / "images" / "training.svg")
    print(text)


def _read(out: Path, held_out: Sequence[Task]) -> Results:
    known = {int(path.name.removeprefix("seed-")): path for path in out.glob("seed-*")}
    done = [seed for seed, path in sorted(known.items()) if all((path / f"{arm}.json").exists() for arm in ARMS)]
    by_arm = {arm: [json.loads((known[seed] / f"{arm}.json").read_text()) for seed in done] for arm in ARMS}
    return Results(by_arm, {task.id: task.environments[0] for task in held_out}, done)


def _lines(results: Results) -> Iterator[str]:
    environments = len(set(results.environments.values()))
    yield f"Seeds {', '.join(map(str, results.seeds))}; {len(results.environments)} tasks of {environments} environments."
    for way, said in WAYS.items():
        yield from ("", f"Held out, {said}:", "")
        yield "| arm | tasks done, by seed | mean over environments, 95 % interval |"
        yield "|---|---|---|"
        for arm in ARMS:
            seeds = " ".join(f"{rate:.3f}" for rate in results.rates(arm, way))
            yield f"| {TITLES[arm]} | {seeds} | {estimate([*results.by_environment(arm, way).values()], 0)} |"
        yield from ("", "| difference | mean over environments, 95 % interval | environments better, worse |", "|---|---|---|")
        for first, second in PAIRS:
            delta = paired(results.by_environment(first, way), results.by_environment(second, way), 0)
            yield f"| {TITLES[second]}, less {TITLES[first]} | {delta.mean} | {delta.better}, {delta.worse} |"
    yield from ("", "| arm | steps | CPU seconds, by seed |", "|---|---|---|")
    for arm in ARMS:
        told = results.by_arm[arm]
        spent = " ".join(f"{each['cpu_s']:.0f}" for each in told)
        yield f"| {TITLES[arm]} | {len(told[0]['steps'])} | {spent} |"


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
        found = estimate([*results.by_environment(arm, "greedy").values()], 0)
        assert found.value is not None and found.low is not None and found.high is not None
        reach = [[found.value - found.low], [found.high - found.value]]
        right.errorbar(place, found.value, yerr=reach, fmt="o", color=COLOURS[arm], capsize=4)
        rates = results.rates(arm, "greedy")
        right.plot([place + 0.18] * len(rates), rates, ".", color=COLOURS[arm], alpha=0.6)
    right.set_xticks(range(len(ARMS)), [TITLES[arm].replace(", then ", ",\nthen ") for arm in ARMS])
    right.set(ylabel="share of tasks done", title="Held-out environments (small dots: seeds)", xlim=(-0.5, 3.6))
    path.parent.mkdir(exist_ok=True)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
