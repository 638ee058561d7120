"""`envfarm paraphrase` puts the queries of tasks into a language model's words, and proves them anew."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from chat.budget import MICROS
from chat.client import ChatClient
from chat.errors import PatienceError
from cli.farms import farm_for
from cli.models import ModelWish, asking, model_options
from cli.output import ComplaintError, FindingsError, json_option, progress, show
from cli.players import MODEL_DEADLINE_S
from cli.runs import recorded
from cli.sample import TASKS
from cli.settings import Settings
from cli.versions import places_of
from envkit.calls import Json
from envkit.manifest import read_manifest
from farm.errors import FarmError
from farm.farm import Farm
from rollouts.chat_policy import ChatPolicy, ChatSettings
from rollouts.controls import control
from rollouts.engines.engine import Limits
from rollouts.episode import Episode
from rollouts.play import play
from rollouts.reward import is_success
from sampler.paraphrase import Proving, paraphrase_all, wish_for
from sampler.paraphrased import REJECTED, Folder, Wish
from sampler.say import grammars, misread
from sampler.solve.grammar import Grammar
from sampler.task import Task, stream_tasks

_SOLVE = re.compile(r"([1-9]\d{0,3})/([1-9]\d{0,3})")
_LIMITS = Limits()
_StageOf = Callable[[Task], tuple[Farm, Mapping[str, Grammar]]]


@dataclass(frozen=True, slots=True)
class _Spent:
    """What one run paid, and why it ended before its last task, if it did."""

    tokens: int
    micros: int
    stopped: str


class _SolveType(click.ParamType[tuple[int, int]]):
    name = "k/n"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        found = _SOLVE.fullmatch(value)
        if found is None or not 1 <= int(found[1]) <= int(found[2]):
            self.fail(f"expected K/N with K from 1 to N, such as 2/3, got {value!r}", param, ctx)
        return int(found[1]), int(found[2])


@click.command("paraphrase")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
@model_options("The language model that writes.", required=True)
@click.option("--tries", type=click.IntRange(1), default=2, show_default=True, help="Paraphrases of a task, at most.")
@click.option("--read", "is_read", is_flag=True, help="Keep only what a reader solves from the words alone.")
@click.option(
    "--solve", type=_SolveType(), metavar="K/N", help="Or what the model itself solves K times in N rollouts."
)
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
    solve: tuple[int, int] | None,
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
    needed, rollouts = solve or (0, 0)
    wanted = wish_for(wish.name, seed=seed, tries=tries, is_read=is_read, needed=needed, rollouts=rollouts)
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
        _proving(source, wanted, wish, chat, settings) as proving,
    ):
        with progress("paraphrase") as advance:
            stopped = await paraphrase_all(
                source,
                folder,
                wanted,
                chat,
                proving,
                concurrency=concurrency,
                progress=lambda done: advance(done, total),
            )
        return _Spent(chat.budget.spent_tokens, chat.budget.spent_micros, stopped)


@asynccontextmanager
async def _proving(
    source: Path, wanted: Wish, wish: ModelWish, chat: ChatClient, settings: Settings
) -> AsyncIterator[Proving]:
    """Give who proves paraphrases; a farm is up only if one of them needs it."""
    if not (wanted.is_read or wanted.rollouts):
        yield Proving(control)
        return
    async with _stages(source, settings) as stage_of:

        async def read(task: Task) -> str:
            farm, known = stage_of(task)
            return await misread(task, known, farm)

        async def play_once(task: Task, trial: int) -> bool:
            farm, _ = stage_of(task)
            budget, seed = _LIMITS.budget, wanted.seed
            return _won(
                await play(task, policy, farm, seed=seed, trial=trial, budget=budget, timeout_s=MODEL_DEADLINE_S)
            )

        policy = ChatPolicy(chat, ChatSettings(wish.name), wish.url)
        yield Proving(control, read if wanted.is_read else None, play_once if wanted.rollouts else None)


@asynccontextmanager
async def _stages(source: Path, settings: Settings) -> AsyncIterator[_StageOf]:
    """Host each task of a file in the version of its environments, with what can be said about these."""
    places = places_of(stream_tasks(source), settings.servers)
    stages: dict[int, tuple[Farm, Mapping[str, Grammar]]] = {}
    async with AsyncExitStack() as stack:
        for cast in {id(each): each for each in places.values()}.values():
            farm = await stack.enter_async_context(farm_for([*cast.entries.values()], settings))
            known = grammars({slug: read_manifest(each.folder) for slug, each in cast.entries.items()})
            stages[id(cast)] = farm, known
        yield lambda task: stages[id(places[tuple(task.versions.values())])]


def _won(episode: Episode) -> bool:
    """Say whether an episode succeeded; one that could not be scored says nothing, so the run must end there."""
    if episode.reward.total is not None:
        return is_success(episode.reward)
    if episode.stop == "machine_error":
        raise FarmError(episode.trouble)
    raise PatienceError(f"a rollout could not be scored: {episode.trouble}")


def _lines(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for line in lines if line.strip())
