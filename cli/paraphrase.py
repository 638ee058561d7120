"""`envfarm paraphrase` puts the queries of tasks into a language model's words, and proves them anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from chat.budget import MICROS
from cli.farms import farm_for
from cli.models import ModelWish, asking, model_options
from cli.output import ComplaintError, FindingsError, json_option, progress, show
from cli.runs import recorded
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import places_of
from envkit.calls import Json
from envkit.manifest import read_manifest
from farm.farm import Farm
from rollouts.controls import control
from sampler.paraphrase import Proving, Reader, paraphrase_all, wish_for
from sampler.paraphrased import REJECTED, Folder, Wish
from sampler.say import grammars, misread
from sampler.solve.grammar import Grammar
from sampler.task import Task, stream_tasks


@dataclass(frozen=True, slots=True)
class _Spent:
    """What one run paid, and why it ended before its last task, if it did."""

    tokens: int
    micros: int
    stopped: str


@click.command("paraphrase")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
@model_options("The language model that writes.", required=True)
@click.option("--tries", type=click.IntRange(1), default=2, show_default=True, help="Paraphrases of a task, at most.")
@click.option("--read", "is_read", is_flag=True, help="Keep only what a reader solves from the words alone.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another one asks for other words.")
@click.option("--concurrency", type=click.IntRange(1), default=8, show_default=True, help="Tasks at once.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where tasks.jsonl goes; runs/paraphrase.",
)
@json_option
@click.pass_obj
def paraphrase_command(
    settings: Settings,
    tasks: Path,
    wish: ModelWish,
    tries: int,
    is_read: bool,
    seed: int,
    concurrency: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Put the queries of a file's tasks (or of a folder's tasks.jsonl) into a model's words, in the persona's voice.

    A paraphrase is kept only if every fact survives and none comes in; else the task stays as it was. The same command
    goes on where it ended, and pays for no answer twice. Exit 1 if it ended early, or no task was put otherwise.
    """
    source, folder = tasks / TASKS if tasks.is_dir() else tasks, out or settings.runs / "paraphrase"
    if source.resolve() == (folder / TASKS).resolve():
        raise ComplaintError(f"--out {folder}: holds the tasks to paraphrase; give another folder")
    if not _lines(source):
        raise ComplaintError(f"{source}: holds no tasks; run `envfarm sample` first")
    wanted = wish_for(wish.name, seed=seed, tries=tries, is_read=is_read)
    asked: dict[str, Json] = {"tasks": str(tasks), "wish": wanted.model_dump(mode="json"), "out": str(folder)}
    with recorded(settings.ledger, "paraphrase", asked) as figures:
        begun = Folder.open(folder, wanted, source)
        spent = asyncio.run(_paraphrased(source, begun, wanted, wish, settings, concurrency))
        figures |= {"tasks": begun.done, "paraphrased": begun.paraphrased, "kept": begun.kept}
        figures |= {"tokens": spent.tokens, "money": round(spent.micros / MICROS, 6), "stopped": spent.stopped}
    said = [
        f"put {begun.paraphrased} of {begun.done} tasks into other words: {folder / TASKS}",
        f"kept {begun.kept} as they were, for the reasons in {folder / REJECTED}",
        f"paid for {spent.tokens} tokens, {figures['money']} in money",
    ]
    show({**figures, "out": str(folder / TASKS)}, said, as_json=as_json)
    if spent.stopped:
        raise FindingsError(f"{spent.stopped}; {begun.done} tasks are done: run the command again to go on")
    if not begun.paraphrased:
        raise FindingsError(f"no task could be put into other words; {folder / REJECTED} says why")


async def _paraphrased(
    source: Path, folder: Folder, wanted: Wish, wish: ModelWish, settings: Settings, concurrency: int
) -> _Spent:
    """Paraphrase with a bar on stderr."""
    total = _lines(source)
    async with (
        asking(settings, replace(wish, requests=concurrency), "paraphrase") as chat,
        _reader(source if wanted.is_read else None, settings) as reader,
    ):
        with progress("paraphrase") as advance:
            stopped = await paraphrase_all(
                source,
                folder,
                wanted,
                chat,
                Proving(control, reader),
                concurrency=concurrency,
                progress=lambda done: advance(done, total),
            )
        return _Spent(chat.budget.spent_tokens, chat.budget.spent_micros, stopped)


@asynccontextmanager
async def _reader(source: Path | None, settings: Settings) -> AsyncIterator[Reader | None]:
    """Give a reader of the tasks of a file, each in the version of its environments; none without a file."""
    if source is None:
        yield None
        return
    places = places_of(stream_tasks(source), settings.servers)
    stages: dict[int, tuple[Farm, Mapping[str, Grammar]]] = {}
    async with AsyncExitStack() as stack:
        for cast in {id(each): each for each in places.values()}.values():
            farm = await stack.enter_async_context(farm_for([*cast.entries.values()], settings))
            known = grammars({slug: read_manifest(each.folder) for slug, each in cast.entries.items()})
            stages[id(cast)] = farm, known

        async def read(task: Task) -> str:
            farm, known = stages[id(places[tuple(task.versions.values())])]
            return await misread(task, known, farm)

        yield read


def _lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())
