"""Train the arms of the proof one after the other, keep what each step gave, and examine each on held-out tasks."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch
from tiny.learn import Optimiser, Rates, Tools, imitate, reinforce
from tiny.model import Pointer, Size
from tiny.policy import Play, Rollout, roll
from tqdm import tqdm

from envkit.clock import derive
from farm.farm import Farm
from registry.whole import write_whole
from sampler.task import Task

ARMS = ("sft", "grpo", "more_sft", "placebo")
_KEPT_EVERY = 10
_TOGETHER = 48
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_SFT_RATES, _GRPO_RATES = Rates(0.02, 0.003), Rates(0.0015, 0.0002)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How long each arm learns, and from how much a step: demonstrations, or tasks with so many rollouts each."""

    demonstrations: int = 150
    sft_steps: int = 480
    more_steps: int = 450
    grpo_steps: int = 28
    screening: int = 2
    batch: int = 12
    tasks: int = 12
    trials: int = 8
    sft_rates: Rates = _SFT_RATES
    grpo_rates: Rates = _GRPO_RATES


@dataclass(frozen=True, slots=True)
class Course:
    """All that the arms of one seed share: the farm, what it offers, the tasks, and where results are kept."""

    farm: Farm
    tools: Tools
    shown: Sequence[Task]
    training: Sequence[Task]
    held_out: Sequence[Task]
    recipe: Recipe
    seed: int
    out: Path


Step = Callable[[Pointer, Optimiser, int], Awaitable[Mapping[str, float]]]


async def run_seed(course: Course) -> None:
    """Train and examine all arms of one seed; what is there already is not done again."""
    first = await _arm(course, "sft", None)
    course = replace(course, training=await _screened(course, first))
    for name in ARMS[1:]:
        await _arm(course, name, first)


async def _screened(course: Course, model: Pointer) -> list[Task]:
    """Keep the training tasks that a policy does in some trials and not in others; all if they are too few for a step.

    Of the others a group would learn little: all its rollouts are likely to earn the same.
    """
    path, trials = course.out / "screened.json", course.recipe.screening
    if not path.exists():
        begun, kept = _cpu_s(course.farm), list[str]()
        for first in tqdm(range(0, len(course.training), _TOGETHER), desc=f"seed {course.seed} screening"):
            tasks = course.training[first : first + _TOGETHER]
            groups = await roll(model, tasks, course.farm, Play(trials, derive(course.seed, "screen", first)))
            wins = [sum(each.earned > 0 for each in group) for group in groups]
            kept += [task.id for task, won in zip(tasks, wins, strict=True) if 0 < won < trials]
        told = {"cpu_s": _cpu_s(course.farm) - begun, "tasks": kept}
        write_whole(path, json.dumps(told, indent=1).encode())
    wanted = set(json.loads(path.read_text())["tasks"])
    if len(wanted) < course.recipe.tasks:
        return list(course.training)
    return [task for task in course.training if task.id in wanted]


async def _arm(course: Course, name: str, first: Pointer | None) -> Pointer:
    """Train one arm, from the weights of the first if there is one, and examine it."""
    model = Pointer(Size(), derive(course.seed, "weights") % 2**63)
    if first is not None:
        model.load_state_dict(first.state_dict())
    weights, result = course.out / f"{name}.pt", course.out / f"{name}.json"
    if result.exists():
        model.load_state_dict(torch.load(weights, weights_only=True)["model"])
        return model
    steps, cpu_s = await _train(course, name, model, weights)
    told = {"arm": name, "seed": course.seed, "recipe": asdict(course.recipe), "cpu_s": cpu_s, "steps": steps}
    write_whole(result, json.dumps({**told, "held_out": await _examined(course, model)}, indent=1).encode())
    return model


async def _train(course: Course, name: str, model: Pointer, kept: Path) -> tuple[list[Mapping[str, float]], float]:
    """Take the steps of an arm that are not taken yet; return what each gave, and the CPU seconds of all."""
    step, count, rates = _step_of(course, name)
    optimiser = Optimiser(model, rates)
    log, spent = _found(kept, model, optimiser)
    begun = _cpu_s(course.farm)
    with tqdm(total=count, initial=len(log), desc=f"seed {course.seed} {name}") as bar:
        for number in range(len(log), count):
            log.append(await step(model, optimiser, number))
            bar.set_postfix({key: f"{value:.3f}" for key, value in log[-1].items()})
            bar.update()
            if len(log) % _KEPT_EVERY == 0 or len(log) == count:
                total = spent + _cpu_s(course.farm) - begun
                _keep(kept, {"model": model.state_dict(), "optimiser": optimiser.state(), "log": log, "spent": total})
    return log, spent + _cpu_s(course.farm) - begun


def _found(path: Path, model: Pointer, optimiser: Optimiser) -> tuple[list[Mapping[str, float]], float]:
    """Go on from what was kept; return what each step gave so far, and the CPU seconds of all."""
    if not path.exists():
        return [], 0.0
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["model"])
    optimiser.load(state["optimiser"])
    return state["log"], state["spent"]


def _keep(path: Path, state: Mapping[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    torch.save(dict(state), fresh)
    fresh.rename(path)


def _step_of(course: Course, name: str) -> tuple[Step, int, Rates]:
    """Return the step of an arm, how many there are, and the rates."""
    recipe = course.recipe

    def imitating(count: int) -> Step:
        async def step(model: Pointer, optimiser: Optimiser, number: int) -> Mapping[str, float]:
            done, seed = number / count, derive(course.seed, name, number)
            share = min(1.0, 10 * done + 0.1, 1.05 - done)
            loss = imitate(model, optimiser, course.shown, course.tools, batch=recipe.batch, share=share, seed=seed)
            return {"loss": loss}

        return step

    async def rewarded(model: Pointer, optimiser: Optimiser, number: int) -> Mapping[str, float]:
        chance = derive(course.seed, "reinforce", number)
        first = number * recipe.tasks
        order = _order(len(course.training), course.seed, first // len(course.training))
        chosen = [course.training[order[(first + each) % len(order)]] for each in range(recipe.tasks)]
        groups = await roll(model, chosen, course.farm, Play(recipe.trials, chance))
        reinforce(model, optimiser, groups, derive(chance, "placebo") if name == "placebo" else None)
        return _summary(groups)

    if name == "sft":
        return imitating(recipe.sft_steps), recipe.sft_steps, recipe.sft_rates
    if name == "more_sft":
        return imitating(recipe.more_steps), recipe.more_steps, recipe.sft_rates
    return rewarded, recipe.grpo_steps, recipe.grpo_rates


def _order(count: int, seed: int, epoch: int) -> list[int]:
    chance = torch.Generator().manual_seed(derive(seed, "order", epoch) % 2**63)
    return torch.randperm(count, generator=chance).tolist()


def _summary(groups: Sequence[Sequence[Rollout]]) -> Mapping[str, float]:
    rewards = [[each.earned for each in group] for group in groups]
    flat = sum(min(group) == max(group) for group in rewards)
    every = [each for group in rewards for each in group]
    return {"reward": sum(every) / len(every), "flat": flat / len(groups)}


async def _examined(course: Course, model: Pointer) -> Mapping[str, float]:
    """Play each held-out task once, always with the likeliest word; return 1 where it was done, else 0."""
    play = Play(1, derive(course.seed, "examined"), is_greedy=True)
    groups = await roll(model, course.held_out, course.farm, play)
    return {task.id: float(group[0].earned > 0) for task, group in zip(course.held_out, groups, strict=True)}


def _cpu_s(farm: Farm) -> float:
    """Return the CPU seconds of this process and of the farm's."""
    fields = Path(f"/proc/{farm.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND
