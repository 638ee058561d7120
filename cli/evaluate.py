"""`envfarm evaluate` lets policies play tasks and turns that into numbers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import click

from chat.budget import Prices
from cli.controls import controls_beside
from cli.costs import spent, told_costs
from cli.models import OPENAI, ModelWish, asking
from cli.offered import Near, NearType, tasks_to_play
from cli.output import ComplaintError, FindingsError, remark, show
from cli.play import Lineup, arguments_of, lineup_options, played, tasks_at, unscored
from cli.realism import Wish, as_argument, in_realism, realism_option
from cli.runs import recorded
from cli.settings import Settings
from cli.versions import casts_of
from evaluation.claims import ChatJudge, Claims, Judge, score_claims
from evaluation.controls import Controls
from evaluation.metrics import Metrics, measure, write_metrics
from evaluation.report import write_report
from evaluation.suites import SUITES
from evaluation.table import controls_table, slice_table, table
from evaluation.verdict import DIMENSIONS
from rollouts.episode import Episode, Key
from sampler.task import Task

METRICS = "metrics.json"


@click.command("evaluate")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), required=False, metavar="[TASKS]")
@click.option("--suite", "suite", type=click.Choice([*SUITES]), help="Instead of TASKS: a suite; see `envfarm suite`.")
@click.option(
    "--distractors",
    "near",
    type=NearType(),
    metavar="N|all",
    help="Offer the needed tools and the N most like them; 0: none beside; all: all.",
)
@click.option(
    "--by", "dimensions", multiple=True, type=click.Choice(DIMENSIONS), help="Show a breakdown; again for another."
)
@click.option("--controls", "wants_controls", is_flag=True, help="Play controls, too; those of a suite always are.")
@click.option("--judge", metavar="NAME", help="The model that judges claims which no program finds in an answer.")
@click.option("--judge-url", metavar="URL", help="Its endpoint; that of --base-url.")
@click.option("--judge-price", type=(float, float), metavar="IN OUT", help="Its prices; those of --price.")
@realism_option
@lineup_options
def evaluate_command(
    settings: Settings,
    tasks: Path | None,
    lineup: Lineup,
    out: Path | None,
    as_json: bool,
    suite: str | None,
    near: Near | None,
    dimensions: tuple[str, ...],
    wants_controls: bool,
    judge: str | None,
    judge_url: str | None,
    judge_price: tuple[float, float] | None,
    realism: Wish | None,
) -> None:
    """Play the tasks of a file or a suite and measure the policies; the machine's failures are counted apart.

    TASKS is a file, or a folder with tasks.jsonl. Writes the numbers, and a page that shows them with every trajectory.
    Exit 1 as for play, and if a control does not earn what it must.
    """
    if (tasks is None) is (suite is None):
        raise ComplaintError("expected tasks or a suite to evaluate, and one of the two; give TASKS or --suite NAME")
    folder = out or settings.runs / "evaluate" / (suite or "") / ("" if near is None else f"distractors-{near}")
    file = tasks_to_play(tasks, SUITES[suite] if suite else None, near, folder, settings)
    read = in_realism(tasks_at(file), realism)
    subject = f"suite {suite}, version {SUITES[suite].version}" if suite else str(file)
    wish = _judge(lineup, judge, judge_url, judge_price) if judge else None
    arguments = {**arguments_of(file, lineup, folder), **as_argument(realism)}
    with recorded(settings.ledger, "evaluate", arguments) as figures:
        episodes = asyncio.run(played(read, lineup, settings, folder))
        claims = asyncio.run(_claims(read, episodes, settings, wish))
        controls = controls_beside(file, read, settings) if suite or wants_controls else None
        metrics = _measured(read, episodes, lineup, settings, claims, controls)
        write_metrics(folder / METRICS, metrics)
        page = write_report(folder, subject, metrics, read, episodes)
        costs = spent(episodes)
        rewards = {each.policy: each.reward.value for each in metrics.policies}
        figures |= {"tasks": len(read), "policies": rewards, **({"costs": costs} if costs else {})}
    said = [*_told(metrics, dimensions), *told_costs(costs), f"report: {page}", f"metrics: {folder / METRICS}"]
    show(metrics.model_dump(mode="json"), said, as_json=as_json)
    for each in metrics.policies:
        if each.unjudged:
            remark(f"{each.policy}: {each.unjudged} in no coverage, for not all of their claims were judged")
    if faults := [*unscored(episodes), *(f"control: {fault}" for fault in (controls.faults if controls else ()))]:
        raise FindingsError("\n".join(faults))


def _told(metrics: Metrics, dimensions: Sequence[str]) -> Iterator[str]:
    yield table(metrics)
    for dimension in dimensions:
        yield f"\n{slice_table(metrics, dimension)}"
    if metrics.controls is not None:
        yield f"\n{controls_table(metrics.controls)}\n"


def _measured(
    tasks: Sequence[Task],
    episodes: Sequence[Episode],
    lineup: Lineup,
    settings: Settings,
    claims: dict[Key, Claims],
    controls: Controls | None,
) -> Metrics:
    entries = [entry for cast in casts_of(tasks, settings.servers) for entry in cast.entries.values()]
    return measure(
        episodes,
        tasks,
        lineup.called,
        trials=lineup.trials,
        seed=lineup.seed,
        domains={each.slug: each.domain for each in entries},
        claims=claims,
        controls=controls,
    )


def _judge(lineup: Lineup, name: str, url: str | None, price: tuple[float, float] | None) -> ModelWish:
    """Return which model judges: where and for how much the policy's does, unless something else is said."""
    model = lineup.players.wish or ModelWish(name, OPENAI, Prices(), None, None, 300.0)
    return replace(model, name=name, url=url or model.url, prices=Prices(*price) if price else model.prices)


async def _claims(
    tasks: Sequence[Task], episodes: Sequence[Episode], settings: Settings, wish: ModelWish | None
) -> dict[Key, Claims]:
    """Score the claims of each scored episode of a task that has some; the judge's answers are paid for once."""
    by_id = {task.id: task for task in tasks if task.criteria.facts}
    scored = [each for each in episodes if each.task in by_id and each.reward.total is not None]
    async with AsyncExitStack() as stack:
        judge: Judge | None = None
        if wish is not None:
            judge = ChatJudge(await stack.enter_async_context(asking(settings, wish, "judge")), wish.name)
        found = await asyncio.gather(*(score_claims(by_id[each.task], each, judge) for each in scored))
    return {episode.key: claims for episode, claims in zip(scored, found, strict=True)}
