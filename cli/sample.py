"""`envfarm sample` makes tasks with executed ground truth."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from cli.choose import admitted
from cli.farms import farm_for
from cli.output import FindingsError, json_option, progress, show
from cli.reported import keep, told
from cli.runs import recorded
from cli.settings import Settings
from envkit.calls import Json
from registry.entry import Entry
from rollouts.controls import control
from sampler.difficulty import Target, TargetError, parse_target
from sampler.sample import MOST_ENVIRONMENTS, Order, Sampled, sample
from sampler.shape import DEFAULT_MIX, MixError, parse_mix
from sampler.task import Kind

TASKS = "tasks.jsonl"


class _MixType(click.ParamType[dict[Kind, float]]):
    name = "mix"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> dict[Kind, float]:
        try:
            return dict(parse_mix(value))
        except MixError as error:
            self.fail(str(error), param, ctx)


class _TargetType(click.ParamType[Target]):
    name = "levels"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Target:
        try:
            return parse_target(value)
        except TargetError as error:
            self.fail(str(error), param, ctx)


@click.command("sample")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option(
    "--tasks", "count", type=click.IntRange(1), default=20, show_default=True, help="Tasks to have in the end."
)
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed gives the same tasks."
)
@click.option(
    "--mix", type=_MixType(), metavar="KIND=SHARE,...", help="What kinds of tasks, e.g. act=0.5,infeasible=0.5."
)
@click.option("--difficulty", type=_TargetType(), metavar="LEVEL=SHARE,...", help="Levels 1 to 5: 1=0.2,3=0.5,5=0.3.")
@click.option(
    "--together",
    type=click.IntRange(1),
    default=MOST_ENVIRONMENTS,
    show_default=True,
    help="Environments a task spans at most.",
)
@click.option("--jobs", type=click.IntRange(1), default=None, help="Processes that make the draws; one per core.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where tasks.jsonl goes; runs/sample.",
)
@json_option
@click.pass_obj
def sample_command(
    settings: Settings,
    names: tuple[str, ...],
    count: int,
    seed: int,
    mix: dict[Kind, float] | None,
    difficulty: Target | None,
    together: int,
    jobs: int | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Sample tasks from admitted environments; a file begun with the same settings is continued.

    ENV is a slug or a folder; all that are admitted by default. A task that does not pay its
    own truth, or pays less than that, is rejected. Exit 1 if there are fewer tasks than asked for.
    """
    found = admitted(names, settings.servers)
    folder = out or settings.runs / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    levels = difficulty.shares if difficulty else {}
    order = Order(count, seed, together, mix or DEFAULT_MIX, difficulty)
    asked: dict[str, Json] = {"environments": [*names], "count": count, "seed": seed, "together": together}
    asked |= {
        "mix": {str(kind): share for kind, share in order.mix.items()},
        "difficulty": {str(level): share for level, share in levels.items()},
    }
    with recorded(settings.ledger, "sample", {**asked, "out": str(folder)}) as figures:
        sampled = asyncio.run(sampled_tasks(found, settings, order, folder, jobs or os.cpu_count() or 1))
        findings = list(findings_of(sampled, count))
        page = keep(folder, sampled.report)
        figures |= {"tasks": len(sampled.ids), "rejected": len(sampled.rejected), "findings": len(findings)}
    content = {
        "tasks": [*sampled.ids],
        "rejected": len(sampled.rejected),
        "findings": findings,
        "out": str(folder / TASKS),
        "report": str(page),
    }
    said = f"sampled {len(sampled.ids)} tasks, {len(sampled.rejected)} draws rejected: {folder / TASKS}"
    show(content, [said, "", *told(sampled.report), "", f"report: {page}"], as_json=as_json)
    if findings:
        raise FindingsError("\n".join(findings))


def findings_of(sampled: Sampled, count: int) -> Iterator[str]:
    """Yield what is wrong with a sampling: that there are too few tasks."""
    if len(sampled.ids) < count:
        reasons = Counter(each.reason for each in sampled.rejected).most_common(1)
        why = "".join(f"; {times} draws were rejected as: {reason}" for reason, times in reasons)
        yield f"only {len(sampled.ids)} of {count} tasks could be sampled{why}"


async def sampled_tasks(found: Sequence[Entry], settings: Settings, order: Order, folder: Path, jobs: int) -> Sampled:
    """Sample on a farm, with a bar on stderr."""
    with progress("sample") as advance:
        async with farm_for(found, settings) as farm:
            cache = settings.runs / "graphs"
            out = folder / TASKS
            return await sample(found, farm, order, out, jobs=jobs, cache=cache, judge=control, progress=advance)
