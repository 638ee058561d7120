"""Keep in the ledger what a command was asked, how long it took and the figures it ended with."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime

from envkit.calls import Json
from registry.ledger import Ledger, Run


@contextmanager
def recorded(ledger_url: str, kind: str, arguments: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    """Record the block as a run with the figures it fills in; one that breaks off is not recorded.

    The ledger is tried first, so that one of no use is known before the work: LedgerError.
    """
    asyncio.run(_write(ledger_url, None))
    started_at, begun = _now(), time.perf_counter()
    figures: dict[str, Json] = {}
    yield figures
    seconds = round(time.perf_counter() - begun, 3)
    asyncio.run(_write(ledger_url, Run(kind, started_at, seconds, arguments, figures)))


async def _write(ledger_url: str, run: Run | None) -> None:
    async with Ledger.open(ledger_url, _now) as ledger:
        if run is not None:
            await ledger.record_run(run)


def _now() -> datetime:
    return datetime.now(UTC)
