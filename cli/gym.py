"""`envfarm gym` lets policies that live elsewhere, such as in a trainer, play tasks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path
from typing import Literal

import click

from cli.farms import farm_for, until_interrupted
from cli.output import ComplaintError, json_option, show
from cli.play import tasks_argument, tasks_at
from cli.realism import Wish, in_realism, realism_option
from cli.settings import Settings
from cli.versions import Cast, casts_of
from farm.listen import served
from rollouts.batch import EPISODES
from rollouts.gym import Bounds, Gym, application
from rollouts.user import FixedUser, ScriptedUser
from sampler.task import Task

_DEFAULTS = Bounds()


@click.command("gym")
@tasks_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Other than this machine takes ENVFARM_TOKEN.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8090, show_default=True, help="0 takes a free one.")
@click.option("--calls", type=click.IntRange(1), default=_DEFAULTS.budget, show_default=True, help="Of a rollout.")
@click.option(
    "--deadline",
    type=click.FloatRange(0, min_open=True),
    default=_DEFAULTS.timeout_s,
    show_default=True,
    metavar="S",
    help="Seconds that a rollout may take.",
)
@click.option(
    "--user",
    type=click.Choice(("fixed", "scripted")),
    default="fixed",
    show_default=True,
    help="Who hears the answers: nobody, or the task's own words.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where episodes go; runs/gym.",
)
@realism_option
@json_option
@click.pass_obj
def gym_command(
    settings: Settings,
    tasks: Path,
    host: str,
    port: int,
    calls: int,
    deadline: float,
    user: Literal["fixed", "scripted"],
    out: Path | None,
    realism: Wish | None,
    as_json: bool,
) -> None:
    """Let trainers play the tasks of a file (or of a folder's tasks.jsonl) over HTTP, until interrupted.

    They open rollouts, send what their policy says, and get the reward; the truth stays here. Episodes are appended to
    episodes.jsonl in DIR. Exit 1 if a version that tasks were sampled from is not there.
    """
    read = in_realism(tasks_at(tasks), realism)
    casts = casts_of(read, settings.servers)
    if len(casts) != 1:
        raise ComplaintError(f"{tasks}: expected tasks of one version of each environment, but there are {len(casts)}")
    if not settings.token and not _is_this_machine(host):
        raise ComplaintError(f"--host {host} lets others in: set ENVFARM_TOKEN to a secret that they must send")
    folder, listener = out or settings.runs / "gym", FixedUser() if user == "fixed" else ScriptedUser()
    bounds = Bounds(budget=calls, timeout_s=deadline)
    try:
        asyncio.run(_serve(casts[0], read, settings, (host, port), (folder, listener, bounds), as_json))
    except OSError as error:
        raise ComplaintError(f"cannot listen on {host}, port {port}: {error.strerror}; choose another") from error


async def _serve(
    cast: Cast,
    tasks: Sequence[Task],
    settings: Settings,
    place: tuple[str, int],
    kept: tuple[Path, FixedUser | ScriptedUser, Bounds],
    as_json: bool,
) -> None:
    (host, port), (out, user, bounds) = place, kept
    async with (
        farm_for([*cast.entries.values()], settings, lean=True) as farm,
        Gym(farm, tasks, out=out, user=user, bounds=bounds) as gym,
        served(application(gym, token=settings.token or None), host=host, port=port) as url,
    ):
        lines = [f"gym: {url} ({len(tasks)} tasks); Ctrl-C stops it", f"episodes: {out / EPISODES}"]
        show({"url": url, "tasks": len(tasks), "out": str(out / EPISODES)}, lines, as_json=as_json)
        await until_interrupted(farm)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
