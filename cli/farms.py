"""The farm a command works on: one that is up already, or one of its own for as long as it takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from cli.output import ComplaintError
from cli.settings import Settings
from farm.farm import Farm
from registry.entry import Entry


@asynccontextmanager
async def farm_for(entries: Sequence[Entry], settings: Settings, *, lean: bool = False) -> AsyncIterator[Farm]:
    """Give the farm that the settings name, which must host those environments, or launch one over them.

    `lean` as for `Farm.launch`.
    """
    token = settings.token or None
    if not settings.farm:
        async with Farm.launch([each.folder for each in entries], token=token, lean=lean) as farm:
            yield farm
        return
    async with Farm.attach(settings.farm, token=token, lean=lean) as farm:
        _require_hosted(entries, farm)
        yield farm


def _require_hosted(entries: Sequence[Entry], farm: Farm) -> None:
    hosted = {(each.slug, each.version) for each in farm.hosted}
    missing = [f"{each.slug} version {each.version}" for each in entries if (each.slug, each.version) not in hosted]
    if missing:
        held = ", ".join(f"{slug} version {version}" for slug, version in sorted(hosted))
        raise ComplaintError(f"{farm.url} does not host {', '.join(missing)}; it hosts {held}")
