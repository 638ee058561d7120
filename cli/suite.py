"""`envfarm suite` lists the suites and makes the tasks of one."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import click

from cli.choose import admitted
from cli.farms import farm_for
from cli.output import FindingsError, columns, json_option, progress, show
from cli.runs import recorded
from cli.settings import Settings
from evaluation.suites import LISTING, SUITES, TASKS, Listing, Suite, settle
from registry.entry import Entry
from rollouts.controls import control
from sampler.sample import Sampled, sample

DRAWN = Path("sampled", TASKS)
"""Where in a suite's folder its tasks lie as they were sampled, with every tool offered."""


@click.command("suite")
@click.argument("name", required=False, metavar="[NAME]", type=click.Choice([*SUITES]))
@click.option("--jobs", type=click.IntRange(1), default=None, help="Processes that make the draws; one per core.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where it goes; runs/suites/NAME-VERSION.",
)
@json_option
@click.pass_obj
def suite_command(settings: Settings, name: str | None, jobs: int | None, out: Path | None, as_json: bool) -> None:
    """List the suites; or make the tasks of one from the held-out environments, the same wherever it is made.

    What was begun is continued. Exit 1 if there are fewer tasks than the suite has.
    """
    if name is None:
        rows = [_row(suite) for suite in SUITES.values()]
        show(rows, columns(rows, ("suite", "version", "tasks", "about")), as_json=as_json)
        return
    folder = out or folder_of(SUITES[name], settings)
    listing = made(SUITES[name], settings, folder, jobs)
    said = [f"{name} version {listing.version}: {listing.tasks} tasks, sha256 {listing.digest}: {folder / TASKS}"]
    show({**listing.model_dump(), "out": str(folder / TASKS)}, said, as_json=as_json)


def folder_of(suite: Suite, settings: Settings) -> Path:
    """Return where a suite lies by default."""
    return settings.runs / "suites" / f"{suite.name}-{suite.version}"


def made(suite: Suite, settings: Settings, folder: Path, jobs: int | None = None) -> Listing:
    """Make a suite, unless it lies there as it would be made now; FindingsError if it comes out short."""
    entries = admitted(suite.environments, settings.servers)
    if (found := _found(folder)) and found.environments == {each.slug: each.digest for each in entries}:
        return found
    drawn = folder / DRAWN
    drawn.parent.mkdir(parents=True, exist_ok=True)
    with recorded(settings.ledger, "suite", {"suite": suite.name, "out": str(folder)}) as figures:
        sampled = asyncio.run(_sampled(suite, entries, settings, drawn, jobs or os.cpu_count() or 1))
        if len(sampled.ids) < suite.count:
            raise FindingsError(f"only {len(sampled.ids)} of the {suite.count} tasks of {suite.name} could be sampled")
        listing = settle(suite, entries, sampled.out, folder)
        figures |= {"tasks": listing.tasks, "digest": listing.digest}
    return listing


def _found(folder: Path) -> Listing | None:
    path = folder / LISTING
    return Listing.model_validate_json(path.read_bytes()) if path.is_file() and (folder / TASKS).is_file() else None


async def _sampled(suite: Suite, entries: Sequence[Entry], settings: Settings, out: Path, jobs: int) -> Sampled:
    with progress(f"suite {suite.name}") as advance:
        async with farm_for(entries, settings) as farm:
            return await sample(
                entries,
                farm,
                suite.order,
                out,
                jobs=jobs,
                cache=settings.runs / "graphs",
                judge=lambda task: [*suite.faults(task), *control(task)],
                progress=advance,
            )


def _row(suite: Suite) -> dict[str, object]:
    return {"suite": suite.name, "version": suite.version, "tasks": suite.count, "about": suite.about}
