"""`envfarm explore` finds the authentic resource of an environment, from a URL or a topic."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from cli.bounds import Limits, fetching, limit_options
from cli.models import ModelWish, model_options
from cli.output import ComplaintError, FindingsError, json_option, show
from cli.propose import propose
from cli.settings import Settings
from generator.draft import TOPIC
from generator.explore import (
    Exploration,
    Explored,
    ExploreError,
    explore,
    kept,
    parse,
    reach_of,
)
from generator.explore.keep import REPORT, Kept
from generator.explore.url import Url

_NO_NAME = re.compile(r"[^a-z0-9]+")
_MOST_NAME = 60
_MOST_REFUSED = 20
"""How many of them are told on the screen; the report has all."""


@click.command("explore")
@click.argument("start", metavar="START")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where captures go.")
@limit_options
@model_options("For a topic: look for it with this language model.")
@click.option("--turns", type=click.IntRange(1), default=20, show_default=True, help="Of the model.")
@click.option("--wanted", type=click.IntRange(1), default=5, show_default=True, help="Proposals to stop at.")
@json_option
@click.pass_obj
def explore_command(
    settings: Settings,
    start: str,
    out: Path | None,
    limits: Limits,
    wish: ModelWish | None,
    turns: int,
    wanted: int,
    as_json: bool,
) -> None:
    """Find the authentic resource that an environment can be built from.

    START is a URL: of a site, a page of documentation or a description. What is declared there or lies at a known place
    comes first; else pages are followed, on the same host and within the bounds. The description found, or the best
    pages of documentation, are kept as they came. START may also be `topic:WORDS`, with --model: a language model then
    searches and opens, and proposes environments that are not there yet. Exit 1 if nothing was found.
    """
    if start.startswith(TOPIC):
        words = start.removeprefix(TOPIC).strip()
        if wish is None:
            raise ComplaintError("a topic needs a language model to look for it; give --model NAME, or a URL instead")
        folder = out or settings.runs / "explore" / _name(words)
        propose(settings, words, folder, limits, wish, turns, wanted, as_json=as_json)
        return
    if wish is not None:
        raise ComplaintError("--model is for topic:WORDS; a URL is explored without one")
    folder = out or settings.runs / "explore" / _name(start.partition("://")[2])
    exploration = kept(asyncio.run(_explored(_url(start), limits)), folder, datetime.now(UTC).date())
    show({**exploration.model_dump(mode="json"), "next": _next(exploration)}, _told(exploration), as_json=as_json)
    for sentence in _told_of_refused(exploration, folder) if not as_json else ():
        click.echo(f"refused: {sentence}", err=True)
    if not exploration.found:
        raise FindingsError(_told_of_nothing(exploration, folder))


def _url(start: str) -> Url:
    try:
        return parse(start)
    except ExploreError as error:
        raise ComplaintError(f"{start}: {error}; give a URL such as https://host/docs, or topic:WORDS") from error


async def _explored(start: Url, limits: Limits) -> Explored:
    async with fetching(reach_of(start, limits.hosts, limits.private), limits.bounds) as fetcher:
        return await explore(start, fetcher)


def _told(exploration: Exploration) -> list[str]:
    lines = [line for each in exploration.found for line in _lines(each)]
    if exploration.found and not exploration.found[0].licence:
        stated = {each.licence: each.page for each in reversed(exploration.licences)}
        lines += [f"licence {licence} is what {page} states for itself" for licence, page in stated.items()]
    seen = (
        f"{len(exploration.visited)} visited, {len(exploration.refused)} refused, {len(exploration.missing)} not there"
    )
    lines.append(f"{seen}{'; ' + exploration.stopped if exploration.stopped else ''}")
    if exploration.found:
        lines.append(f"next: {_next(exploration)}")
    return lines


def _told_of_refused(exploration: Exploration, folder: Path) -> Iterator[str]:
    for each in exploration.refused[:_MOST_REFUSED]:
        yield f"{each.url}: {each.why}"
    if len(exploration.refused) > _MOST_REFUSED:
        yield f"{len(exploration.refused) - _MOST_REFUSED} more, told in {folder / REPORT}"


def _told_of_nothing(exploration: Exploration, folder: Path) -> str:
    refused = {each.url: each.why for each in exploration.refused}.get(exploration.start)
    ended = "; ".join(part for part in (refused, exploration.stopped) if part)
    return (
        f"{exploration.start}: no description of an API and no documentation was found in "
        f"{len(exploration.visited)} documents{': ' + ended if ended else ''}; {folder / REPORT} says what was seen"
    )


def _lines(found: Kept) -> Iterator[str]:
    how = f"{found.named} by {found.via}" if found.via else "the start itself"
    yield f"{found.title}: {found.format}, {found.operations} operations, {found.licence or 'no licence stated'}"
    yield f"  {found.url} ({how})"
    yield f"  {found.path}"


def _next(exploration: Exploration) -> str:
    """Give the command to go on with; empty where nothing was found."""
    if not exploration.found:
        return ""
    best = exploration.found[0]
    licence = "" if best.licence else " --licence NAME"
    if best.kind == "description":
        return f"envfarm build --from {best.path}{licence}"
    return f"envfarm draft {best.path}{licence} --model NAME --out DOMAIN/SLUG.yaml"


def _name(words: str) -> str:
    return _NO_NAME.sub("_", words.lower()).strip("_")[:_MOST_NAME].rstrip("_") or "start"
