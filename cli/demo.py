"""`envfarm demo` takes real API descriptions all the way to scored rollouts, and prints what came of it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import orjson

from cli.build import blueprints_at, built_with_bar
from cli.output import ComplaintError, FindingsError, columns, json_option, show
from cli.play import Lineup, played, unscored
from cli.runs import recorded
from cli.sample import TASKS, findings_of, sampled_tasks
from cli.settings import Settings
from cli.verify import verified
from envkit.calls import Json
from evaluation.metrics import Metrics, measure, write_metrics
from farm.farm import Farm
from generator.blueprint import Blueprint
from generator.build import Built, find_blueprints
from generator.compile import compile, dump, shipped_overlay
from generator.readers import read
from generator.resource import Resource
from registry.admit import Asked
from registry.entry import Entry, entry
from registry.pages import write_pages
from registry.report import Report
from sampler.sample import Order

RESOURCES = ("google:tasks.v1", "google:calendar.v3")
_OWN = (
    "blueprints",
    "verify",
    "servers",
    "worlds",
    "play",
    "graphs",
    "tasks.",
    "rejected.",
    "metrics.",
    "demo.json",
    "ledger.db",
)
"""How the names of what a demo writes begin; an interrupted one leaves partial files too."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """A part of the demo that is over: what to print of it, what to keep, and what was found wrong."""

    lines: Sequence[str]
    content: Mapping[str, Json]
    findings: Sequence[str] = field(default=())


@click.command("demo")
@click.option("--tasks", "count", type=click.IntRange(1), default=15, show_default=True, help="Tasks to sample.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--written", type=click.IntRange(0), default=4, show_default=True, help="Written blueprints to build, too."
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where all goes; runs/demo."
)
@json_option
@click.pass_obj
def demo_command(settings: Settings, count: int, seed: int, written: int, out: Path | None, as_json: bool) -> None:
    """Show the whole way: read API descriptions, build, prove, serve, sample, play and score.

    Needs no key and no network. Everything made stands in DIR; a demo made there before is replaced. Exit 1 if an
    environment is refused, or a task or rollout is not as it must be.
    """
    folder = out or settings.runs / "demo"
    _clear(folder)
    mine = replace(
        settings,
        servers=folder / "servers",
        runs=folder,
        worlds=folder / "worlds",
        ledger=f"sqlite+aiosqlite:///{folder / 'ledger.db'}",
    )
    content: dict[str, Json] = {}
    findings: list[str] = []
    asked: dict[str, Json] = {"tasks": count, "seed": seed, "written": written, "out": str(folder)}
    with recorded(mine.ledger, "demo", asked) as figures:
        for stage in _stages(settings, mine, count, seed, written):
            content |= stage.content
            findings += stage.findings
            if not as_json:
                show(None, stage.lines, as_json=False)
        figures |= content
    (folder / "demo.json").write_bytes(orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
    show(content, [f"everything is in {folder}"], as_json=as_json)
    if findings:
        raise FindingsError("\n".join(findings))


def _clear(folder: Path) -> None:
    """Remove what an earlier demo left; refuse a folder that holds anything else."""
    strangers = [path.name for path in folder.iterdir() if not path.name.startswith(_OWN)] if folder.is_dir() else []
    if strangers:
        raise ComplaintError(f"{folder}: holds {', '.join(sorted(strangers))}; name a new folder with --out")
    if folder.is_dir():
        _remove(folder)
    folder.mkdir(parents=True)


def _remove(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            _remove(path)
        else:
            path.unlink()
    folder.rmdir()


def _stages(settings: Settings, mine: Settings, count: int, seed: int, written: int) -> Iterator[_Stage]:
    blueprints = mine.runs / "blueprints"
    yield _draft(blueprints)
    paths = [*find_blueprints(blueprints), *_written(settings.blueprints, blueprints)[:written]]
    built = built_with_bar(paths, mine.servers, settings.jobs)
    _refuse_findings(built)
    found = asyncio.run(verified([_folder(each) for each in built], mine.ledger, settings.jobs, Asked(again=True)))
    write_pages(mine.runs / "verify", found)
    yield _proven([each.report for each in found])
    standing = tuple(each for each in map(entry, map(_folder, built)) if each.status == "admitted")
    if not standing:
        raise FindingsError("no environment was admitted; the findings are above")
    yield from asyncio.run(_played(mine, standing, count, seed))


def _draft(blueprints: Path) -> _Stage:
    drafts = [_drafted(read(reference), blueprints) for reference in RESOURCES]
    rows: list[dict[str, Json]] = [
        {
            "resource": resource.title,
            "sha256": resource.sha256[:12],
            "blueprint": blueprint.name,
            "entities": len(blueprint.entities),
            "tools": len(blueprint.tools),
        }
        for resource, blueprint in drafts
    ]
    lines = ["1  resources read", *columns(rows, ("resource", "sha256", "blueprint", "entities", "tools")), ""]
    return _Stage(lines, {"resources": [{**row, "sha256": drafts[i][0].sha256} for i, row in enumerate(rows)]})


def _drafted(resource: Resource, blueprints: Path) -> tuple[Resource, Blueprint]:
    blueprint = compile(resource, shipped_overlay(resource.reference)).blueprint
    path = blueprints / blueprint.domain / f"{blueprint.name}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dump(blueprint), "utf-8")
    return resource, blueprint


def _written(shipped: Path, drafted: Path) -> list[Path]:
    """Return the blueprints that people wrote, those shipped but for the ones drafted here; a domain each first."""
    here = {path.name for path in find_blueprints(drafted)}
    seen: Counter[str] = Counter()
    found: list[tuple[int, Path]] = []
    for path in blueprints_at(shipped):
        if path.name not in here:
            found.append((seen[path.parent.name], path))
            seen[path.parent.name] += 1
    return [path for _, path in sorted(found)]


def _refuse_findings(built: Sequence[Built]) -> None:
    findings = [str(finding) for each in built for finding in each.findings]
    if findings:
        raise FindingsError("\n".join(findings))


def _folder(built: Built) -> Path:
    assert built.folder is not None, "a blueprint without findings has a folder"
    return built.folder


def _proven(reports: Sequence[Report]) -> _Stage:
    rows: list[dict[str, Json]] = [
        {
            "environment": report.environment,
            "verdict": "admitted" if report.passed else "refused",
            "tools": _tools(report),
            "checks": f"{sum(each.status == 'passed' for each in report.checks)} of {len(report.checks)}",
            "calls": sum(each.calls for each in report.checks),
            "seconds": round(report.seconds, 1),
        }
        for report in reports
    ]
    findings = [f"{report.environment} was refused: {each.sentence}" for report in reports for each in report.findings]
    lines = ["2  environments built and proven", *columns(rows, [*rows[0]]), ""]
    return _Stage(lines, {"environments": rows}, findings)


def _tools(report: Report) -> int:
    return next((check.observed for check in report.checks if check.name == "executable"), 0)


async def _played(mine: Settings, standing: Sequence[Entry], count: int, seed: int) -> list[_Stage]:
    """Sample and play on one farm."""
    async with Farm.launch([each.folder for each in standing]) as farm:
        on_farm = replace(mine, farm=farm.url)
        begun = time.perf_counter()
        sampled = await sampled_tasks(standing, on_farm, Order(count, seed), mine.runs, 1)
        seconds = time.perf_counter() - begun
        url, slugs = farm.url, farm.environments
        if not sampled.tasks:
            raise FindingsError("\n".join(findings_of(sampled, count)))
        lineup = Lineup(seed=seed)
        episodes = await played(sampled.tasks, lineup, on_farm, mine.runs / "play")
    metrics = measure(episodes, sampled.tasks, lineup.policies, trials=lineup.trials, seed=seed)
    write_metrics(mine.runs / "metrics.json", metrics)
    steps = sum(len(task.truth.trajectory) for task in sampled.tasks)
    lines = [
        f"3  farm: {url} hosted {len(slugs)} environments",
        f"4  sampled {len(sampled.tasks)} tasks with {steps} executed calls in {seconds:.1f} s: {mine.runs / TASKS}",
        *(f"   e.g. {sampled.tasks[0].turns[0].query}" for _ in sampled.tasks[:1]),
        "",
    ]
    content: dict[str, Json] = {"farm": url, "tasks": len(sampled.tasks)}
    return [_Stage(lines, content, [*findings_of(sampled, count), *unscored(episodes)]), _scored(metrics)]


def _scored(metrics: Metrics) -> _Stage:
    rows: list[dict[str, Json]] = [
        {
            "policy": each.policy,
            "rollouts": each.planned,
            "mean_reward": each.reward.value,
            "succeeded": each.succeeded,
            "unscored": each.unscored,
        }
        for each in metrics.policies
    ]
    shown = [
        {"mean reward" if name == "mean_reward" else name: _rounded(value) for name, value in row.items()}
        for row in rows
    ]
    return _Stage(["5  rollouts over MCP", *columns(shown, [*shown[0]]), ""], {"policies": rows})


def _rounded(value: Json) -> Json:
    return "-" if value is None else f"{value:.2f}" if isinstance(value, float) else value
