"""The option that says how worlds behave while tasks are played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import click

from envkit.calls import Json
from envkit.realism import PROFILES, ProfileName
from sampler.task import Task

Wish = ProfileName | Literal["none"]
"""A profile by its name, or none at all."""

realism_option = click.option(
    "--realism",
    type=click.Choice([*PROFILES, "none"]),
    help="How worlds behave; as each task says.",
)


def in_realism(tasks: Sequence[Task], wish: Wish | None) -> tuple[Task, ...]:
    """Return tasks as they are to be played, with the ids that they have; without a wish as they are."""
    if wish is None:
        return tuple(tasks)
    return tuple(task.model_copy(update={"realism": None if wish == "none" else wish}) for task in tasks)


def as_argument(wish: Wish | None) -> dict[str, Json]:
    """Return what a run is recorded under beside its other arguments."""
    return {} if wish is None else {"realism": wish}
