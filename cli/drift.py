"""`envfarm drift` reads the sources of environments again and tells, or takes over, what changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from cli.build import blueprints_at
from cli.output import ComplaintError, json_option, remark, show
from cli.renew import Renewal, renewed
from cli.settings import Settings
from generator.again import read_again
from generator.blueprint import Blueprint
from generator.drift import Change, changes, concerned, lost_pointers
from generator.load import load
from generator.outline import Outline, outlined_like, read_outline
from generator.resource import Resource, ResourceError


@dataclass(frozen=True, slots=True)
class _Drift:
    """What became of an environment's sources: those that were read, what changed, and why others were not read.

    `changes` holds with each change the elements that it concerns.
    """

    path: Path
    blueprint: Blueprint
    outline: Outline | None
    resources: tuple[Resource, ...]
    changes: tuple[tuple[Change, tuple[str, ...]], ...] = ()
    unread: tuple[str, ...] = ()
    is_same: bool = False

    @property
    def status(self) -> str:
        if self.changes:
            return "drifted"
        return "unread" if self.unread else "unchanged"


@click.command("drift")
@click.argument("names", nargs=-1, metavar="[ENV]...")
@click.option(
    "--source", "sources", multiple=True, metavar="ENV=RESOURCE", help="Read this as the source of an environment."
)
@click.option("--update", is_flag=True, help="Make a new version, verified, of what drifted and was compiled.")
@json_option
@click.pass_obj
def drift_command(
    settings: Settings, names: tuple[str, ...], sources: tuple[str, ...], update: bool, as_json: bool
) -> None:
    """Read the sources of environments again; tell what changed, and which elements of the blueprint it concerns.

    ENV is a slug; all blueprints by default. A source is an installed package, a file of an npm package in
    ./node_modules, what was read at first, or what --source names. Exit 1 if anything drifted.

    With --update, what was compiled is compiled again as the next version, verified, and put in place; the version
    before it is kept as ENV@VERSION, in which its tasks are played. What a person or a model wrote is theirs to change.
    """
    paths = _chosen(blueprints_at(settings.blueprints), names)
    given = _given(sources, [path.stem for path in paths])
    drifts = [_drift(path, given.get(path.stem, "")) for path in paths]
    renewals = asyncio.run(_renewed(drifts, settings)) if update else {}
    show(
        [_content(each, renewals.get(each.path)) for each in drifts],
        [line for each in drifts for line in _told(each, renewals.get(each.path))],
        as_json=as_json,
    )
    for each in drifts:
        for reason in each.unread:
            remark(f"{each.path.stem}: {reason}")
    if any(each.changes and not _is_settled(renewals.get(each.path)) for each in drifts):
        raise SystemExit(1)


def _chosen(paths: Sequence[Path], names: Sequence[str]) -> list[Path]:
    known = {path.stem: path for path in paths}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise ComplaintError(f"no blueprint of {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in names] if names else [*paths]


def _given(sources: Sequence[str], slugs: Sequence[str]) -> Mapping[str, str]:
    given = {}
    for each in sources:
        slug, separator, reference = each.partition("=")
        if not separator or not reference or slug not in slugs:
            raise ComplaintError(f'--source expects ENV=RESOURCE, ENV being one of those compared, got "{each}"')
        given[slug] = reference
    return given


def _drift(path: Path, given: str) -> _Drift:
    blueprint, outline = load(path), read_outline(path)
    found: list[Change] = []
    unread: list[str] = []
    resources = []
    is_same = True
    for place, source in enumerate(blueprint.source):
        try:
            resource = read_again(source, outline, "" if place else given, [Path.cwd()])
        except ResourceError as error:
            unread.append(str(error))
            continue
        resources.append(resource)
        if resource.sha256 == source.sha256:
            continue
        is_same = False
        before = outline.sources[place] if outline and place < len(outline.sources) else None
        if before is None:
            found += lost_pointers(blueprint, resource)
            unread.append("no outline of its source was kept, so only the places that it points at were compared")
        else:
            found += changes(before, outlined_like(before, resource))
    told = tuple((each, concerned(blueprint, each)) for each in found)
    return _Drift(path, blueprint, outline, tuple(resources), told, tuple(unread), is_same)


async def _renewed(drifts: Sequence[_Drift], settings: Settings) -> Mapping[Path, Renewal]:
    """Update one after the other, so that one that is refused stops no other."""
    return {
        each.path: await renewed(each.path, each.blueprint, each.outline, each.resources, settings)
        for each in drifts
        if each.resources and (each.outline is None or not each.is_same)
    }


def _is_settled(renewal: Renewal | None) -> bool:
    return renewal is not None and renewal.is_settled


def _content(drift: _Drift, renewal: Renewal | None) -> Mapping[str, object]:
    return {
        "slug": drift.blueprint.name,
        "version": drift.blueprint.version,
        "status": drift.status,
        "sources": [each.reference for each in drift.resources],
        "changes": [{"change": each.sentence, "concerns": elements} for each, elements in drift.changes],
        "unread": drift.unread,
        "update": None if renewal is None else renewal.sentence,
    }


def _told(drift: _Drift, renewal: Renewal | None) -> Iterator[str]:
    slug, number = drift.blueprint.name, len(drift.changes)
    yield f"{drift.status} {slug} version {drift.blueprint.version}" + (f": {number} changes" if number else "")
    for each, elements in drift.changes:
        yield f"  {each.sentence}: {', '.join(elements) or 'concerns nothing here'}"
    if renewal is not None:
        yield f"  {renewal.sentence}"
