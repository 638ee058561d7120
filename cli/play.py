"""`envfarm play` lets policies play tasks and scores them; `envfarm evaluate` turns that into numbers."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path

import click

from cli.costs import spent, told_costs
from cli.farms import farm_for
from cli.output import ComplaintError, FindingsError, columns, json_option, progress, show
from cli.players import ALONE, Players, player_options, seated
from cli.runs import recorded
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import casts_of
from envkit.calls import Json
from evaluation.metrics import measure, write_metrics
from evaluation.table import table
from rollouts.batch import EPISODES, play_all
from rollouts.episode import Episode
from rollouts.lineup import CHAT, NAMES, line_up
from sampler.task import Task, read_tasks


@dataclass(frozen=True, slots=True)
class Lineup:
    """Who plays each task how often: policies by name, the seed of their chance, how many play at once, and how."""

    policies: tuple[str, ...] = NAMES
    trials: int = 1
    seed: int = 0
    concurrency: int = 8
    players: Players = ALONE

    @property
    def called(self) -> tuple[str, ...]:
        """What the policies are called in episodes."""
        return tuple(self.players.name(policy) for policy in self.policies)


def _lineup_options(command: Callable[[Settings, Path, Lineup, Path | None, bool], None]) -> Callable[..., None]:
    @wraps(command)
    def gathered(
        settings: Settings,
        tasks: Path,
        names: tuple[str, ...],
        trials: int,
        seed: int,
        concurrency: int,
        out: Path | None,
        as_json: bool,
        players: Players,
    ) -> None:
        command(settings, tasks, Lineup(names or NAMES, trials, seed, concurrency, players), out, as_json)

    decorated: Callable[..., None] = player_options(gathered)
    options: tuple[Callable[[Callable[..., None]], Callable[..., None]], ...] = (
        click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS"),
        click.option(
            "--policy",
            "names",
            multiple=True,
            type=click.Choice((*NAMES, CHAT)),
            help="Again for another; all but chat.",
        ),
        click.option("--trials", type=click.IntRange(1), default=1, show_default=True, help="Rollouts of each task."),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the policies' chance."),
        click.option("--concurrency", type=click.IntRange(1), default=8, show_default=True, help="Rollouts at once."),
        click.option(
            "--out",
            type=click.Path(path_type=Path, file_okay=False),
            metavar="DIR",
            help="Where results go; runs/ and the verb.",
        ),
        json_option,
        click.pass_obj,
    )
    for option in reversed(options):
        decorated = option(decorated)
    return decorated


@click.command("play")
@_lineup_options
def play_command(settings: Settings, tasks: Path, lineup: Lineup, out: Path | None, as_json: bool) -> None:
    """Play the tasks of a file (or of a folder's tasks.jsonl); rollouts played already are not played again.

    Each is played in the version of the environments that it was sampled from, also one that is kept. Exit 1 if such a
    version is not there, or rollouts could not be scored.
    """
    folder = out or settings.runs / "play"
    read = _read(tasks)
    with recorded(settings.ledger, "play", _arguments(tasks, lineup, folder)) as figures:
        episodes = asyncio.run(played(read, lineup, settings, folder))
        rows, costs = [_row(name, episodes) for name in lineup.called], spent(episodes)
        figures |= {"tasks": len(read), "policies": rows, **({"costs": costs} if costs else {})}
    said = [
        *columns(rows, ("policy", "episodes", "reward", "unscored")),
        *told_costs(costs),
        f"episodes: {folder / EPISODES}",
    ]
    show({"policies": rows, "costs": costs, "out": str(folder / EPISODES)}, said, as_json=as_json)
    _refuse_unscored(episodes)


@click.command("evaluate")
@_lineup_options
def evaluate_command(settings: Settings, tasks: Path, lineup: Lineup, out: Path | None, as_json: bool) -> None:
    """Play the tasks and measure the policies, with confidence intervals; the machine's failures are counted apart.

    Exit 1 as for play.
    """
    folder = out or settings.runs / "evaluate"
    read = _read(tasks)
    with recorded(settings.ledger, "evaluate", _arguments(tasks, lineup, folder)) as figures:
        episodes = asyncio.run(played(read, lineup, settings, folder))
        metrics = measure(episodes, read, lineup.called, trials=lineup.trials, seed=lineup.seed)
        write_metrics(folder / "metrics.json", metrics)
        costs = spent(episodes)
        rewards = {each.policy: each.reward.value for each in metrics.policies}
        figures |= {"tasks": len(read), "policies": rewards, **({"costs": costs} if costs else {})}
    said = [*table(metrics).splitlines(), *told_costs(costs), f"metrics: {folder / 'metrics.json'}"]
    show(metrics.model_dump(mode="json"), said, as_json=as_json)
    _refuse_unscored(episodes)


async def played(tasks: Sequence[Task], lineup: Lineup, settings: Settings, out: Path) -> tuple[Episode, ...]:
    """Play each task in the version of the environments that it was sampled from, with a bar on stderr."""
    casts = casts_of(tasks, settings.servers)
    total = len(tasks) * len({*lineup.policies}) * lineup.trials
    episodes: list[Episode] = []
    async with seated(lineup.players, settings) as (chat, user):
        policies = line_up(lineup.policies, tasks, chat)
        with progress("play") as advance:
            done = 0

            def heard(_: Episode) -> None:
                nonlocal done
                done += 1
                advance(done, total)

            for cast in casts:
                async with farm_for([*cast.entries.values()], settings) as farm:
                    episodes += await play_all(
                        cast.tasks,
                        policies,
                        farm,
                        trials=lineup.trials,
                        out=out,
                        concurrency=lineup.concurrency,
                        seed=lineup.seed,
                        limits=lineup.players.limits,
                        user=user,
                        progress=heard,
                    )
    return tuple(sorted(episodes, key=lambda episode: episode.key))


def unscored(episodes: Sequence[Episode]) -> Iterator[str]:
    """Yield a sentence if rollouts are without a score: how many, and the commonest trouble of each kind."""
    troubles: dict[str, Counter[str]] = {}
    for each in episodes:
        if each.reward.total is None:
            troubles.setdefault(each.stop, Counter())[each.trouble] += 1
    if troubles:
        count = sum(each.total() for each in troubles.values())
        kinds = sorted(troubles.items(), key=lambda kind: -kind[1].total())
        told = [f"{found.total()} by {stop}, most often: {found.most_common(1)[0][0]}" for stop, found in kinds]
        yield (
            f"{count} of {len(episodes)} rollouts could not be scored, {'; '.join(told)}; "
            "the same command plays them again"
        )


def _read(path: Path) -> tuple[Task, ...]:
    tasks = read_tasks(path / TASKS if path.is_dir() else path)
    if not tasks:
        raise ComplaintError(f"{path}: holds no tasks; run `envfarm sample` first")
    return tasks


def _refuse_unscored(episodes: Sequence[Episode]) -> None:
    for sentence in unscored(episodes):
        raise FindingsError(sentence)


def _arguments(tasks: Path, lineup: Lineup, folder: Path) -> dict[str, Json]:
    return {"tasks": str(tasks), **asdict(lineup), "policies": [*lineup.policies], "out": str(folder)}


def _row(policy: str, episodes: Sequence[Episode]) -> dict[str, Json]:
    mine = [episode for episode in episodes if episode.policy == policy]
    scored = [episode.reward.total for episode in mine if episode.reward.total is not None]
    mean = round(sum(scored) / len(scored), 3) if scored else None
    return {"policy": policy, "episodes": len(mine), "reward": mean, "unscored": len(mine) - len(scored)}
