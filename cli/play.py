"""`envfarm play` lets policies play tasks and scores them."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import wraps
from pathlib import Path

import click

from cli.costs import spent, told_costs
from cli.engines import AT_ONCE, HERE, EngineWish, engine_options, venue
from cli.output import Advance, ComplaintError, FindingsError, columns, json_option, progress, show
from cli.players import ALONE, Players, player_options
from cli.realism import Wish, as_argument, in_realism, realism_option
from cli.runs import recorded
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import casts_of
from envkit.calls import Json
from rollouts.batch import EPISODES, play_on
from rollouts.engines.engine import Terms
from rollouts.episode import Episode
from rollouts.export.table import require_table, write_table
from rollouts.lineup import CHAT, NAMES
from rollouts.pulse import Pulse
from rollouts.start import Start
from sampler.task import Task, read_tasks

Starts = Mapping[str, Sequence[Start]]
"""Where else than at its beginning a task is played from, by its id."""


NOTE_S = 0.5
"""How long what stands beside the bar is left as it is."""


@dataclass(frozen=True, slots=True)
class Lineup:
    """Who plays each task how often: policies by name, the seed of their chance, how many play at once, how and where.

    `lean`: they reach the farm by the lean client instead of the official one; the episodes are the same.
    """

    policies: tuple[str, ...] = NAMES
    trials: int = 1
    seed: int = 0
    concurrency: int = 8
    players: Players = ALONE
    lean: bool = False
    engine: EngineWish = HERE

    @property
    def called(self) -> tuple[str, ...]:
        """What the policies are called in episodes."""
        return tuple(self.players.name(policy) for policy in self.policies)


def lineup_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command that has tasks its lineup and `--out`; options of its own come as they are."""

    @wraps(command)
    def gathered(
        settings: Settings,
        tasks: Path | None,
        names: tuple[str, ...],
        trials: int,
        seed: int,
        concurrency: int | None,
        out: Path | None,
        as_json: bool,
        players: Players,
        lean: bool,
        engine: EngineWish,
        **own: object,
    ) -> None:
        at_once = concurrency or AT_ONCE[engine.kind]
        lineup = Lineup(names or NAMES, trials, seed, at_once, players, lean, engine)
        command(settings, tasks, lineup, out, as_json, **own)

    decorated: Callable[..., None] = player_options(engine_options(gathered))
    options: tuple[Callable[[Callable[..., None]], Callable[..., None]], ...] = (
        click.option(
            "--policy",
            "names",
            multiple=True,
            type=click.Choice((*NAMES, CHAT)),
            help="Again for another; chat if there is a --model, else all but chat.",
        ),
        click.option(
            "--trials",
            "--group",
            "trials",
            type=click.IntRange(1),
            default=1,
            show_default=True,
            help="Rollouts of each task; they begin alike.",
        ),
        click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the policies' chance."),
        click.option(
            "--concurrency",
            type=click.IntRange(1),
            metavar="N",
            help=f"Rollouts at once; {AT_ONCE['local']}, or {AT_ONCE['ray']} on each shard.",
        ),
        click.option("--lean", is_flag=True, help="Reach the farm by a leaner client; the episodes are the same."),
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


tasks_argument = click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
parquet_option = click.option("--parquet", is_flag=True, help="Write episodes.parquet, too; takes envfarm[export].")


@click.command("play")
@tasks_argument
@parquet_option
@realism_option
@lineup_options
def play_command(
    settings: Settings,
    tasks: Path,
    lineup: Lineup,
    out: Path | None,
    as_json: bool,
    parquet: bool,
    realism: Wish | None,
) -> None:
    """Play the tasks of a file (or of a folder's tasks.jsonl); rollouts played already are not played again.

    Each is played in the version of the environments that it was sampled from, also one that is kept. Exit 1 if such a
    version is not there, or rollouts could not be scored.
    """
    folder = out or settings.runs / "play"
    arguments = {**arguments_of(tasks, lineup, folder), **as_argument(realism)}
    play_and_tell("play", in_realism(tasks_at(tasks), realism), lineup, settings, folder, arguments, as_json, parquet)


def play_and_tell(
    kind: str,
    tasks: Sequence[Task],
    lineup: Lineup,
    settings: Settings,
    folder: Path,
    arguments: Mapping[str, Json],
    as_json: bool,
    parquet: bool,
    starts: Starts | None = None,
) -> None:
    """Play, keep the run in the ledger under its `kind`, and print a row for each policy; exit 1 as for play."""
    if parquet:
        require_table()
    with recorded(settings.ledger, kind, arguments) as figures:
        episodes = asyncio.run(played(tasks, lineup, settings, folder, starts))
        rows, costs = [_row(name, episodes) for name in lineup.called], spent(episodes)
        figures |= {"tasks": len(tasks), "policies": rows, **({"costs": costs} if costs else {})}
    files = [folder / EPISODES, *([write_table(folder / EPISODES)] if parquet else [])]
    said = [*columns(rows, ("policy", "episodes", "reward", "unscored")), *_flat(episodes, lineup.trials)]
    said += [*told_costs(costs), *(f"episodes: {file}" for file in files)]
    show({"policies": rows, "costs": costs, "out": str(folder / EPISODES)}, said, as_json=as_json)
    refuse_unscored(episodes)


async def played(
    tasks: Sequence[Task], lineup: Lineup, settings: Settings, out: Path, starts: Starts | None = None
) -> tuple[Episode, ...]:
    """Play each task in the version of the environments that it was sampled from, with a bar on stderr.

    `starts` gives the places where tasks are played from; by default that is where they open.
    """
    casts = casts_of(tasks, settings.servers)
    begun = {task.id: [Start(task)] for task in tasks} if starts is None else starts
    total = sum(len(begun[task.id]) for task in tasks) * len({*lineup.policies}) * lineup.trials
    episodes: list[Episode] = []
    async with venue(
        lineup.engine, lineup.policies, lineup.players, lineup.concurrency, settings, lean=lineup.lean
    ) as open_venue:
        policies = open_venue.seating(tasks)
        terms = Terms(lineup.seed, lineup.players.limits, open_venue.user)
        with progress("play") as advance:
            heard = _Heard(advance, total, lineup.trials)
            for cast in casts:
                async with open_venue.over(cast) as engine:
                    starts_of_cast = [start for task in cast.tasks for start in begun[task.id]]
                    episodes += await play_on(
                        engine, starts_of_cast, policies, terms, trials=lineup.trials, out=out, progress=heard
                    )
    return tuple(sorted(episodes, key=lambda episode: episode.key))


class _Heard:
    """Moves the bar as episodes end, and says beside it how it goes, now and then."""

    def __init__(self, advance: Advance, total: int, trials: int) -> None:
        self._advance, self._total = advance, total
        self._pulse = Pulse(trials, time.monotonic)
        self._done, self._note, self._noted = 0, "", 0.0

    def __call__(self, episode: Episode, played: bool) -> None:
        """Hear of an episode."""
        self._pulse.hear(episode, played)
        self._done += 1
        if time.monotonic() - self._noted >= NOTE_S:
            self._note, self._noted = str(self._pulse.beat()), time.monotonic()
        self._advance(self._done, self._total, self._note)


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


def tasks_at(path: Path) -> tuple[Task, ...]:
    """Read the tasks of a file, or of a folder's tasks.jsonl; a complaint if there are none."""
    tasks = read_tasks(path / TASKS if path.is_dir() else path)
    if not tasks:
        raise ComplaintError(f"{path}: holds no tasks; run `envfarm sample` first")
    return tasks


def refuse_unscored(episodes: Sequence[Episode]) -> None:
    """Raise FindingsError if rollouts are without a score."""
    for sentence in unscored(episodes):
        raise FindingsError(sentence)


def arguments_of(tasks: Path, lineup: Lineup, folder: Path) -> dict[str, Json]:
    """Return what a run is recorded under in the ledger."""
    return {"tasks": str(tasks), **asdict(lineup), "policies": [*lineup.policies], "out": str(folder)}


def _flat(episodes: Sequence[Episode], trials: int) -> Iterator[str]:
    """Say how many groups a trainer could learn nothing from, if there are groups."""
    pulse = Pulse(trials, time.monotonic)
    for episode in episodes:
        pulse.hear(episode, False)
    beat = pulse.beat()
    if beat.groups:
        yield f"{beat.flat} of {beat.groups} groups earned the same in every trial"


def _row(policy: str, episodes: Sequence[Episode]) -> dict[str, Json]:
    mine = [episode for episode in episodes if episode.policy == policy]
    scored = [episode.reward.total for episode in mine if episode.reward.total is not None]
    mean = round(sum(scored) / len(scored), 3) if scored else None
    return {"policy": policy, "episodes": len(mine), "reward": mean, "unscored": len(mine) - len(scored)}
