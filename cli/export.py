"""`envfarm export` writes tasks and episodes as the files that trainers and benchmarks read."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import click

from cli.farms import farm_for
from cli.output import ComplaintError, json_option, progress, remark, show
from cli.runs import recorded
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import rounds_of, versions_of
from envkit.calls import Json
from registry.entry import Entry
from rollouts.batch import EPISODES
from rollouts.export.example import Offer, offers
from rollouts.export.formats import FORMATS, Format
from rollouts.export.run import CARD, Exported, export
from rollouts.export.source import SUCCESS, Source
from sampler.task import Version, stream_tasks

_SPLIT = re.compile(r"\w+(\.\w+)*")
"""What the `datasets` library takes for the name of a split."""


@click.command("export")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
@click.option(
    "--format",
    "names",
    multiple=True,
    required=True,
    type=click.Choice([*FORMATS]),
    help="Again for another; all go out in one pass.",
)
@click.option(
    "--episodes",
    type=click.Path(exists=True, path_type=Path),
    metavar="FILE",
    help="Imitate what policies did, not the truth: an episodes.jsonl or its folder.",
)
@click.option("--min-reward", type=click.FloatRange(0, 1), help=f"Of episodes that count; {SUCCESS}, so all successes.")
@click.option("--split", default="train", show_default=True, metavar="NAME", help="Of the dataset.")
@click.option("--licence", default="other", show_default=True, metavar="NAME", help="You publish the dataset under.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where files go; runs/export."
)
@json_option
@click.pass_obj
def export_command(
    settings: Settings,
    tasks: Path,
    names: tuple[str, ...],
    episodes: Path | None,
    min_reward: float | None,
    split: str,
    licence: str,
    out: Path | None,
    as_json: bool,
) -> None:
    """Write the tasks of a file (or of a folder's tasks.jsonl) as rows for training and evaluation, with a card.

    Tools are described as the servers offer them, in the versions that tasks were sampled from. Exit 1 if such a
    version is not there.
    """
    formats = [FORMATS[name] for name in dict.fromkeys(names)]
    source = _source(tasks, episodes, min_reward, split)
    _require_fit(source, formats, min_reward)
    folder = out or settings.runs / "export"
    asked: dict[str, Json] = {"tasks": str(tasks), "formats": [each.name for each in formats], "out": str(folder)}
    asked |= {"episodes": str(episodes) if episodes else None, "min_reward": source.min_reward, "split": split}
    with recorded(settings.ledger, "export", asked) as figures:
        needed = versions_of(stream_tasks(source.tasks), settings.servers)
        offered = asyncio.run(_offered(needed, settings))
        done = _exported(source, offered, formats, folder, licence)
        figures |= {"rows": dict(done.rows)}
    for name, number in done.left_out.items():
        remark(f"left out of {name}: {number}, which ask for no fact; only answers are judged there")
    content = {"rows": done.rows, "left_out": done.left_out, "files": list(done.files), "out": str(folder)}
    said = [f"{name}: {rows} rows in {folder / FORMATS[name].file(split)}" for name, rows in done.rows.items()]
    show(content, [*said, f"card: {folder / CARD}"], as_json=as_json)


def _source(tasks: Path, episodes: Path | None, min_reward: float | None, split: str) -> Source:
    path = tasks / TASKS if tasks.is_dir() else tasks
    if not _SPLIT.fullmatch(split):
        raise ComplaintError(f"--split expects letters, digits, _ and single dots between them, got {split!r}")
    if episodes is not None and episodes.is_dir():
        episodes /= EPISODES
    return Source(path, episodes, SUCCESS if min_reward is None else min_reward, split)


def _require_fit(source: Source, formats: list[Format], min_reward: float | None) -> None:
    if source.episodes is None:
        if min_reward is not None:
            raise ComplaintError("--min-reward chooses among episodes; name them with --episodes, or leave it out")
        return
    if unfit := [each.name for each in formats if not each.imitates]:
        fit = ", ".join(name for name, each in FORMATS.items() if each.imitates)
        raise ComplaintError(f"--episodes makes rows to imitate, as {fit} are; leave out --format {unfit[0]}")


async def _offered(needed: Mapping[Version, Entry], settings: Settings) -> Mapping[Version, Offer]:
    found: dict[Version, Offer] = {}
    for entries in rounds_of(needed):
        async with farm_for([*entries.values()], settings) as farm:
            found |= await offers(farm, entries)
    return found


def _exported(
    source: Source, offered: Mapping[Version, Offer], formats: list[Format], folder: Path, licence: str
) -> Exported:
    """Export with a bar on stderr."""
    total = _lines(source.episodes or source.tasks)
    with progress("export") as advance:
        return export(source, offered, formats, folder, licence=licence, progress=lambda number: advance(number, total))


def _lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())
