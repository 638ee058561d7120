"""`envfarm bfcl` plays the multi-turn tasks of BFCL over MCP and has BFCL's checker judge them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from cli.models import ModelWish, asking, model_options
from cli.output import ComplaintError, FindingsError, columns, json_option, progress, remark, show
from cli.players import MODEL_DEADLINE_S, max_tokens_option, temperature_option, window_option
from cli.runs import recorded
from cli.settings import Settings
from evaluation.bfcl.numbers import BfclNumbers, count, told
from evaluation.bfcl.record import CATEGORIES, BfclEpisode, Category
from registry.whole import write_whole
from rollouts.chat_policy import ChatPolicy, ChatSettings
from rollouts.policy import Policy

POLICIES = ("replay", "dropping", "null")
EPISODES, NUMBERS = "episodes.jsonl", "numbers.json"
_COMES_WITH = ("bfcl_eval", "mpmath")

Run = Callable[..., Coroutine[Any, Any, tuple[BfclEpisode, ...]]]  # Any: what a coroutine sends and is sent


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be played: the first `tasks` of each category (None: all), by whom, and how many at once."""

    categories: tuple[Category, ...]
    policy: str
    tasks: int | None
    seed: int
    concurrency: int
    deadline_s: float
    lean: bool


@click.command("bfcl")
@click.option(
    "--category", "categories", multiple=True, type=click.Choice(CATEGORIES), help="Again for another; all four."
)
@click.option(
    "--policy", type=click.Choice(POLICIES), default="replay", show_default=True, help="Who plays if no model does."
)
@click.option("--tasks", type=click.IntRange(1), metavar="N", help="Only the first N of each category.")
@temperature_option
@max_tokens_option
@window_option
@click.option("--requests", type=click.IntRange(1), default=8, show_default=True, help="To the model at once.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of all chance.")
@click.option("--concurrency", type=click.IntRange(1), default=8, show_default=True, help="Tasks played at once.")
@click.option("--deadline", type=click.FloatRange(0, min_open=True), default=MODEL_DEADLINE_S, show_default=True,
              metavar="S", help="Seconds that a task may take.")  # fmt: skip
@click.option("--lean", is_flag=True, help="Reach the farm by a leaner client; the episodes are the same.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="runs/bfcl by default.")
@json_option
@model_options("The language model that plays, instead of --policy.")
@click.pass_obj
def bfcl_command(
    settings: Settings,
    categories: tuple[Category, ...],
    policy: str,
    tasks: int | None,
    temperature: float | None,
    max_tokens: int,
    window: int | None,
    requests: int,
    seed: int,
    concurrency: int,
    deadline: float,
    lean: bool,
    out: Path | None,
    as_json: bool,
    wish: ModelWish | None,
) -> None:
    """Play the multi-turn tasks of BFCL over MCP, and have BFCL's own checker judge them.

    The package bfcl-eval must be installed. Exit 1 if tasks could not be scored, or the checker says otherwise of the
    worlds than of the calls.
    """
    play, folder = _bridge(), out or settings.runs / "bfcl"
    folder.mkdir(parents=True, exist_ok=True)
    order = Order(categories or CATEGORIES, policy, tasks, seed, concurrency, deadline, lean)
    chat = ChatSettings(wish.name, temperature, max_tokens, window=window) if wish else None
    wish = replace(wish, requests=requests) if wish else None
    asked = {"policy": f"chat:{wish.name}" if wish else policy, "categories": [*order.categories], "tasks": tasks}
    with recorded(settings.ledger, "bfcl", {**asked, "seed": seed, "out": str(folder)}) as figures:
        episodes = asyncio.run(_played(play, order, wish, chat, settings, folder))
        numbers = count(episodes, seed)
        lines = [each.model_dump_json().encode() + b"\n" for each in episodes]
        write_whole(folder / EPISODES, b"".join(lines))
        write_whole(folder / NUMBERS, numbers.model_dump_json(indent=2).encode())
        figures |= {"overall": numbers.overall, "tasks": len(episodes)}
    show(numbers.model_dump(mode="json"), _said(numbers, folder), as_json=as_json)
    _refuse(episodes, numbers)


async def _played(
    play: Run, order: Order, wish: ModelWish | None, chat: ChatSettings | None, settings: Settings, folder: Path
) -> tuple[BfclEpisode, ...]:
    async with AsyncExitStack() as stack:
        policy: Policy | None = None
        if wish is not None and chat is not None:
            client = await stack.enter_async_context(asking(settings, wish, "policy"))
            policy = ChatPolicy(client, chat, wish.url)
        advance = stack.enter_context(progress("bfcl"))
        return await play(
            order.categories,
            order.policy,
            policy,
            folder / "servers",
            count=order.tasks,
            concurrency=order.concurrency,
            seed=order.seed,
            timeout_s=order.deadline_s,
            lean=order.lean,
            progress=advance,
        )


def _bridge() -> Run:
    """Load the bridge only when it is used, since BFCL's package is no part of ours."""
    try:
        for needed in _COMES_WITH:
            import_module(needed)
        run: Run = import_module("evaluation.bfcl.run").run
    except ModuleNotFoundError as error:
        if error.name not in _COMES_WITH:
            raise
        sentence = f"the tasks of BFCL take {error.name}, which is not installed"
        raise ComplaintError(f"{sentence}; run `pip install --no-deps bfcl-eval mpmath`") from error
    return run


def _said(numbers: BfclNumbers, folder: Path) -> Iterator[str]:
    rows = [*told(numbers)]
    yield f"{numbers.policy}:"
    yield from columns(rows, [*rows[0]])
    errors = [{"category": each.category, "error": kind, "tasks": found} for each in numbers.categories
              for kind, found in each.errors.items()]  # fmt: skip
    if errors:
        yield ""
        yield from columns(errors, [*errors[0]])
    yield f"episodes: {folder / EPISODES}"


def _refuse(episodes: tuple[BfclEpisode, ...], numbers: BfclNumbers) -> None:
    """Complain of tasks without a score, and of the bridge where the worlds are judged otherwise than the calls."""
    for each in numbers.categories:
        if each.disagreeing:
            remark(
                f"{each.category}: {each.disagreeing} tasks are judged otherwise by their worlds than by their calls"
            )
    unscored = [each for each in episodes if each.verdict is None]
    if unscored:
        first = unscored[0]
        raise FindingsError(
            f"{len(unscored)} of {len(episodes)} tasks could not be scored, the first, {first.task}, by {first.stop}: "
            f"{first.trouble}"
        )
    if any(each.disagreeing for each in numbers.categories):
        raise FindingsError("the bridge is at fault: what was reached over MCP is not what the calls come to")
