"""`envfarm explore topic:WORDS`: a language model proposes environments that are not there yet."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
import orjson

from chat.messages import Reply
from cli.bounds import Limits, fetching
from cli.costs import cost_of, figures
from cli.models import ModelWish, asking
from cli.output import FindingsError, show, write
from cli.settings import Settings
from generator.explore import Errand, Reach, Scouted, parse, scout
from generator.explore.search import QUERY, EndpointSearch, IndexSearch, Search
from generator.explore.web import Web
from registry.cost import Spent, total
from registry.entry import FolderError, entries, intact
from registry.ledger import Ledger

REPORT = "proposals.json"
_STAGE = "explore"
_MOST_SLUG = 120
"""Of what the ledger keeps costs under."""


def propose(
    settings: Settings,
    words: str,
    folder: Path,
    limits: Limits,
    wish: ModelWish,
    turns: int,
    wanted: int,
    *,
    as_json: bool,
) -> None:
    """Send the model out, keep what it proposes, and say what it cost; FindingsError if it proposes nothing."""
    errand = Errand(words, _known(settings.servers), wish.name, turns, wanted)
    scouted, spent = asyncio.run(_scouted(settings, errand, limits, wish))
    content = {
        "topic": words,
        "proposals": [each.model_dump(mode="json") for each in scouted.proposals],
        "turns": scouted.turns,
        "stopped": scouted.stopped,
        **figures(spent),
    }
    write(folder / REPORT, orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
    lines = [f"{each.domain}/{each.slug}: {each.title}: {each.url}\n  {each.why}" for each in scouted.proposals]
    lines += [f"next: envfarm explore {each.url}" for each in scouted.proposals[:1]]
    show(content, lines, as_json=as_json)
    if not scouted.proposals:
        raise FindingsError(f"topic {words!r}: nothing was proposed in {scouted.turns} turns; {_advice(scouted)}")
    if scouted.stopped:
        click.echo(f"stopped: {scouted.stopped}", err=True)


async def _scouted(settings: Settings, errand: Errand, limits: Limits, wish: ModelWish) -> tuple[Scouted, Spent]:
    slug = f"topic:{errand.topic}"[:_MOST_SLUG]
    async with (
        Ledger.open(settings.ledger, lambda: datetime.now(UTC)) as ledger,
        asking(settings, wish, slug) as chat,
        fetching(Reach(limits.hosts or None, limits.private), limits.bounds) as fetcher,
        _search(settings.search) as search,
    ):

        async def heard(turn: int, reply: Reply) -> None:
            await ledger.record_cost(cost_of(slug, _STAGE, 0, reply))
            called = ", ".join(call.name for call in reply.calls) or "nothing"
            click.echo(f"turn {turn + 1}: {called}", err=True)

        scouted = await scout(errand, chat, search, fetcher, heard)
        return scouted, total(await ledger.costs(slug))


@asynccontextmanager
async def _search(where: str) -> AsyncIterator[Search | None]:
    """Open the search that a setting names: an endpoint by the {query} in its URL, else files; None where it is empty.

    Whoever set the endpoint may have it at a private address.
    """
    if QUERY in where:
        async with Web.open(frozenset({parse(where.replace(QUERY, "")).place})) as web:
            yield EndpointSearch(where, web)
    else:
        yield IndexSearch(Path(where)) if where else None


def _known(servers: Path) -> dict[str, str]:
    """Give the title of each environment that is there, by its slug; of one that is broken, the slug."""
    known: dict[str, str] = {}
    for each in entries(servers):
        try:
            known[each.slug] = intact(each.folder).title
        except FolderError:
            known[each.slug] = each.slug
    return known


def _advice(scouted: Scouted) -> str:
    return scouted.stopped or "set ENVFARM_SEARCH to something that can be searched, or say the topic in other words"
