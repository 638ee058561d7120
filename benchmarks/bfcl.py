"""Measure the bridge to BFCL: how many of its 800 multi-turn tasks its checker takes from the true calls over MCP.

    python benchmarks/bfcl.py [--tasks N] [--concurrency N]

The true calls should all be taken, and with one call left out in each turn few should be. Every task that the true
calls do not solve is named. Exits with 1 if fewer than 796 of 800 are taken, if 90 % are with a call left out, or if
the checker says otherwise of the worlds that were reached than of the calls. `--tasks N`: the first N of each category.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from evaluation.bfcl.record import CATEGORIES, BfclEpisode
from evaluation.bfcl.run import run

LEAST_TRUE, MOST_DROPPED, DEADLINE_S = 796 / 800, 0.9, 600.0


def main() -> None:
    """Play both and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=None, metavar="N")
    parser.add_argument("--concurrency", type=int, default=8, metavar="N")
    asked = parser.parse_args()
    true = _measured("replay", asked.tasks, asked.concurrency)
    for each in true:
        if each.verdict is None or not each.verdict.valid:
            print(f"  {each.task}: {each.verdict.sentence if each.verdict else each.trouble}")
    dropped = _measured("dropping", asked.tasks, asked.concurrency)
    if _share(true) < LEAST_TRUE or _share(dropped) >= MOST_DROPPED or any(map(_is_at_odds, (*true, *dropped))):
        sys.exit(1)


def _measured(policy: str, tasks: int | None, concurrency: int) -> Sequence[BfclEpisode]:
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as servers:
        episodes = asyncio.run(
            run(
                CATEGORIES,
                policy,
                None,
                Path(servers),
                count=tasks,
                concurrency=concurrency,
                seed=0,
                timeout_s=DEADLINE_S,
                lean=False,
                progress=lambda done, total: None,
            )
        )
    calls = sum(len(turn.steps) for each in episodes for turn in each.turns)
    valid, at_odds = sum(map(_is_valid, episodes)), sum(map(_is_at_odds, episodes))
    print(
        f"{policy}: {valid} of {len(episodes)} valid, {at_odds} judged otherwise by their worlds; "
        f"{calls} calls in {time.perf_counter() - started:.0f} s"
    )
    return episodes


def _share(episodes: Sequence[BfclEpisode]) -> float:
    return sum(map(_is_valid, episodes)) / len(episodes)


def _is_valid(episode: BfclEpisode) -> bool:
    return episode.verdict is not None and episode.verdict.valid


def _is_at_odds(episode: BfclEpisode) -> bool:
    return episode.verdict is None or not episode.verdict.agrees


if __name__ == "__main__":
    main()
