"""`envfarm compare` sets two runs of the same tasks side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from cli.output import ComplaintError, FindingsError, columns, json_option, remark, show
from evaluation.compare import Changed, Comparison, Measure, compare
from rollouts.batch import EPISODES
from rollouts.episode import Episode, EpisodeFileError, read_episodes

NAMED_TASKS = 3


@click.command("compare")
@click.argument("first", metavar="FIRST")
@click.argument("second", metavar="SECOND")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the resampling.")
@json_option
def compare_command(first: str, second: str, seed: int, as_json: bool) -> None:
    """Compare two runs by task, with the interval of each difference.

    FIRST and SECOND are folders that play or evaluate wrote, or episodes files; of a run of several policies,
    FOLDER:POLICY says which. Exit 1 if they have no scored task in common.
    """
    (name, before), (other, after) = _side(first), _side(second)
    found = compare(before, after, (name, other), seed=seed)
    show(found.model_dump(mode="json"), _told(found), as_json=as_json)
    for side, count in zip((found.first, found.second), found.unscored, strict=True):
        if count:
            remark(f"{side}: {count} not scored, and in no number")
    profile, others = _profiles(before), _profiles(after)
    if profile != others:
        remark(f"{name} was played in {profile}, {other} in {others} (realism)")
    if not found.tasks:
        raise FindingsError(f"{found.first} and {found.second} have no scored task in common")


def _profiles(episodes: Iterable[Episode]) -> str:
    """Name the profiles of realism that worlds were in."""
    return ", ".join(sorted({each.realism or "none" for each in episodes}))


def _side(given: str) -> tuple[str, tuple[Episode, ...]]:
    """Read one side: its name, and the episodes of its one policy."""
    folder, policy = _split(given)
    path = folder / EPISODES if folder.is_dir() else folder
    try:
        episodes = read_episodes(path)
    except (OSError, EpisodeFileError) as error:
        raise ComplaintError(f"{given}: expected a run or an episodes file: {error}") from error
    names = sorted({each.policy for each in episodes})
    if policy and policy not in names:
        raise ComplaintError(f"{path}: expected rollouts of {policy!r}, but there are those of {', '.join(names)}")
    if not policy and len(names) != 1:
        there = f"there are those of {', '.join(names)}; say which, as {folder}:{names[0]}" if names else "it is empty"
        raise ComplaintError(f"{path}: expected rollouts of one policy, but {there}")
    policy = policy or names[0]
    return f"{folder}:{policy}", tuple(each for each in episodes if each.policy == policy)


def _split(given: str) -> tuple[Path, str]:
    """Tell a path from the policy behind it: the longest beginning that is there, up to a colon or the end."""
    parts = given.split(":")
    for count in range(len(parts), 0, -1):
        if (path := Path(":".join(parts[:count]))).exists():
            return path, ":".join(parts[count:])
    return Path(given), ""


def _told(found: Comparison) -> Iterator[str]:
    yield f"{found.tasks} tasks of both: {found.first} -> {found.second}"
    yield from columns([_row(each) for each in found.measures], [*_row(found.measures[0])])
    for word, changed in (("fell", found.fell), ("rose", found.rose)):
        if changed:
            yield f"{word} most: {', '.join(map(_named, changed[:NAMED_TASKS]))}"


def _row(each: Measure) -> dict[str, object]:
    delta, mean = each.delta, each.delta.mean
    interval = "-" if mean.value is None else f"{mean.value:+.3f} [{mean.low:+.3f}, {mean.high:+.3f}]"
    return {
        "measure": each.name,
        "first": _shown(each.first),
        "second": _shown(each.second),
        "difference [95 %]": interval,
        "better": delta.better,
        "worse": delta.worse,
        "equal": delta.equal,
    }


def _shown(number: float | None) -> str:
    return "-" if number is None else f"{number:.3f}"


def _named(each: Changed) -> str:
    return f"{each.task} ({each.first:.2f} -> {each.second:.2f})"
