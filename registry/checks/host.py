"""A process that serves the environment under test, and the private worlds opened in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from envkit.snapshot import digest, edited
from envkit.store import StoreError
from envkit.tables import TakenError
from farm.farm import Farm
from registry.case import Edit
from registry.checks.probe import Mark, Probe, Trail


@dataclass(frozen=True, slots=True)
class Begun:
    """A stored world that somebody edited, and the digest of its content."""

    mark: Mark
    digest: str


class Host:
    """A started server. It keeps the image of each fresh world it edited, to edit it again."""

    def __init__(self, farm: Farm, slug: str) -> None:
        self._farm, self._slug = farm, slug
        self._images: dict[int, bytes] = {}

    @asynccontextmanager
    async def probe(self, seed: int = 0) -> AsyncIterator[Probe]:
        """Open a fresh private world for a while."""
        async with await self._farm.open([self._slug], seed=seed) as session:
            yield Probe(session, self._slug, seed)

    @asynccontextmanager
    async def standing(self, trail: Trail) -> AsyncIterator[Probe]:
        """Open a private world for a while and bring it to where the trail's last call is about to be made."""
        async with self.probe(trail.seed) as probe:
            if trail.edits:
                await probe.back((await self.edited(trail.seed, trail.edits)).mark)
            await probe.play(trail.calls[:-1])
            yield probe

    async def edited(self, seed: int, edits: Sequence[Edit]) -> Begun:
        """Store a fresh world with some of its values changed; StoreError if an edited row is not there."""
        image = edited(await self._fresh(seed), [edit.model_dump() for edit in edits])
        return Begun(Mark(await self._farm.upload(self._slug, image), Trail(seed, tuple(edits))), digest(image))

    async def shifted(self, edit: Edit) -> Begun | None:
        """Store a fresh world with a row's values shifted; None if its tables refuse them."""
        await self._fresh(0)
        try:
            return await self.edited(0, (edit,))
        except (StoreError, TakenError):
            return None

    async def forget(self, begun: Begun) -> None:
        """Delete a stored world."""
        await self._farm.forget(self._slug, begun.mark.snapshot)

    async def _fresh(self, seed: int) -> bytes:
        if seed not in self._images:
            async with self.probe(seed) as probe:
                mark = await probe.mark()
                self._images[seed] = await self._farm.download(self._slug, mark.snapshot)
        return self._images[seed]
