"""`envfarm split` parts the tasks of a sampling into training, validation and test, and looks for leaks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import get_args

import click

from cli.choose import chosen
from cli.output import ComplaintError, FindingsError, columns, json_option, show, write
from cli.runs import recorded
from cli.sample import TASKS
from cli.settings import Settings
from envkit.calls import Json
from sampler.splits import SHARES, By, LeakCheck, Plan, Splitter
from sampler.task import canonical, line_of, stream_tasks

REPORT = "split.json"
NAMED = 5


@click.command("split")
@click.argument("tasks", type=click.Path(exists=True, path_type=Path), metavar="TASKS")
@click.option(
    "--by", type=click.Choice(get_args(By)), default="template", show_default=True, help="What stays together."
)
@click.option(
    "--share", "shares", multiple=True, metavar="NAME=SHARE", help="Again for each; 0.8, 0.1, 0.1 by default."
)
@click.option("--held-out", multiple=True, metavar="ENV", help="Only in the last split; again for another.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Another one splits otherwise.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where it goes; beside TASKS, split."
)
@json_option
@click.pass_obj
def split_command(
    settings: Settings,
    tasks: Path,
    by: By,
    shares: tuple[str, ...],
    held_out: tuple[str, ...],
    seed: int,
    out: Path | None,
    as_json: bool,
) -> None:
    """Split the tasks of a file (or of a folder's tasks.jsonl) so that nothing of a later split is in an earlier one.

    Exit 1 if the check finds a leak, or a split with a share has no task.
    """
    source = tasks / TASKS if tasks.is_dir() else tasks
    folder = out or source.parent / "split"
    domains = {each.slug: each.domain for each in chosen((), settings.servers)} if by == "domain" else {}
    plan = Plan(by, _shares(shares), frozenset(held_out), domains, seed)
    arguments: dict[str, Json] = {"tasks": str(source), "by": by, "shares": dict(plan.shares), "out": str(folder)}
    with recorded(settings.ledger, "split", {**arguments, "held_out": [*held_out], "seed": seed}) as figures:
        _refuse_unknown(source, plan.held_out)
        dropped = dict(_write(source, folder, plan))
        check = _checked(folder, plan)
        figures |= {"counts": dict(check.counts), "dropped": len(dropped), "leaks": dict(check.leaks)}
    content: dict[str, Json] = {"by": by, "seed": seed, "held_out": [*held_out], "shares": dict(plan.shares)}
    content |= {"counts": dict(check.counts), "dropped": dict(dropped), "leaks": dict(check.leaks)}
    write(folder / REPORT, canonical(content).decode() + "\n")
    show({**content, "out": str(folder)}, _told(check, plan, dropped, folder), as_json=as_json)
    if findings := [*_findings(check, plan)]:
        raise FindingsError("\n".join(findings))


def _shares(given: tuple[str, ...]) -> dict[str, float]:
    shares: dict[str, float] = {}
    for each in given:
        name, _, share = each.partition("=")
        try:
            shares[name] = float(share)
        except ValueError:
            name = ""
        if not name.isidentifier():
            raise ComplaintError(f"expected a split and its share, such as train=0.8, but {each!r} came")
    return shares or dict(SHARES)


def _refuse_unknown(source: Path, held_out: frozenset[str]) -> None:
    """Complain of a held-out environment that no task touches: its name is probably misspelt."""
    missing = held_out - {slug for task in stream_tasks(source) for slug in task.environments}
    if missing:
        raise ComplaintError(f"{source}: no task touches {', '.join(sorted(missing))}, so it cannot be held out")


def _write(source: Path, folder: Path, plan: Plan) -> Iterator[tuple[str, str]]:
    """Write a file for each split, whole or not at all; yield the tasks left out, each with its reason."""
    folder.mkdir(parents=True, exist_ok=True)
    splitter = Splitter(plan)
    drafts = {name: folder / f".{name}.jsonl.draft" for name in plan.names}
    try:
        with ExitStack() as stack:
            files = {name: stack.enter_context(path.open("wb")) for name, path in drafts.items()}
            for task in stream_tasks(source):
                placed = splitter.place(task)
                if placed.split is None:
                    yield task.id, placed.reason
                else:
                    files[placed.split].write(line_of(task))
        for name, draft in drafts.items():
            draft.replace(folder / f"{name}.jsonl")
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _checked(folder: Path, plan: Plan) -> LeakCheck:
    check = LeakCheck(plan)
    for name in plan.names:
        for task in stream_tasks(folder / f"{name}.jsonl"):
            check.add(name, task)
    return check


def _told(check: LeakCheck, plan: Plan, dropped: dict[str, str], folder: Path) -> Iterator[str]:
    total = max(1, sum(check.counts.values()))
    yield from columns(
        [
            {"split": name, "tasks": count, "share": f"{count / total:.1%}", "wanted": f"{plan.shares[name]:.1%}"}
            for name, count in check.counts.items()
        ],
        ("split", "tasks", "share", "wanted"),
    )
    if dropped:
        yield f"left out {len(dropped)} that are {_first(dropped)}"
    leaks = sum(check.leaks.values())
    yield f"leaks: {leaks or 'none'} ({', '.join(check.leaks)} looked at); {folder / REPORT}"


def _first(dropped: dict[str, str]) -> str:
    reasons = Counter(dropped.values()).most_common(NAMED)
    return "; ".join(reason for reason, _ in reasons) + ("; ..." if len(dropped) > NAMED else "")


def _findings(check: LeakCheck, plan: Plan) -> Iterator[str]:
    for what, times in check.leaks.items():
        if times:
            yield f"two splits share the same {what}, {times} times"
    for name, count in check.counts.items():
        if not count and plan.shares[name]:
            yield f"{name} has no task; give another --seed, more tasks or another --by"
