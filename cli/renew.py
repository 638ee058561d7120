"""Make the next version of an environment whose source drifted: compiled, proven apart, then put in place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cli.build import built_with_bar
from cli.compiled import overlay_of, write_outline
from cli.output import write
from cli.proof import told
from cli.settings import Settings, emission_folder
from cli.verify import verified
from generator.blueprint import Blueprint
from generator.build import put
from generator.compile import OverlayError, compile, dump
from generator.outline import Outline, outline_path, outlined
from generator.resource import Resource, ResourceError
from registry.admit import Asked


@dataclass(frozen=True, slots=True)
class Renewal:
    """How an update ended, in a sentence; `is_settled` if there is nothing left to do."""

    sentence: str
    is_settled: bool


async def renewed(
    path: Path, blueprint: Blueprint, outline: Outline | None, resources: Sequence[Resource], settings: Settings
) -> Renewal:
    """Update one blueprint file from what its sources are now; nothing changes unless the new version is admitted."""
    if outline is None:
        return _recorded(path, blueprint, resources)
    if outline.maker != "compiled":
        advice = f"change {path}, raise its version to {blueprint.version + 1} and run `envfarm build`"
        return Renewal(f"it was {outline.maker}, so this is yours to take over: {advice}", is_settled=False)
    (resource,) = resources
    try:
        made = compile(resource, overlay_of(outline.reference, outline.overlay))
    except (OverlayError, ResourceError) as error:
        return Renewal(f"it does not compile any more: {'; '.join(str(error).splitlines())}", is_settled=False)
    identity = {"name": blueprint.name, "domain": blueprint.domain, "version": blueprint.version + 1}
    fresh = made.blueprint.model_copy(update=identity)
    if _is_like(fresh, blueprint):
        return Renewal("nothing that it uses changed, so it stays as it is", is_settled=True)
    return await _put_in_place(path, fresh, outline, resource, settings)


def _recorded(path: Path, blueprint: Blueprint, resources: Sequence[Resource]) -> Renewal:
    """Keep an outline of the sources of a written blueprint, if they are what it was written from."""
    if [one.sha256 for one in resources] != [one.sha256 for one in blueprint.source]:
        sentence = "no outline was kept, and its source is not the one that it was written from"
        return Renewal(f"{sentence}: name that one with --source first", is_settled=False)
    sources = tuple(outlined(blueprint, one) for one in resources)
    write_outline(path, Outline(maker="written", sources=sources))
    return Renewal(f"kept an outline of its source for the next time: {outline_path(path)}", is_settled=True)


def _is_like(one: Blueprint, other: Blueprint) -> bool:
    blank = {"version": 0, "source": ()}
    return one.model_copy(update=blank) == other.model_copy(update=blank)


async def _put_in_place(
    path: Path, fresh: Blueprint, outline: Outline, resource: Resource, settings: Settings
) -> Renewal:
    stage = settings.runs / "drift" / fresh.name
    shutil.rmtree(stage, ignore_errors=True)
    staged = stage / "blueprints" / fresh.domain / path.name
    text = dump(fresh)
    write(staged, text)
    (built,) = built_with_bar([staged], stage / "servers", 1)
    if built.folder is None:
        found = "; ".join(str(each) for each in built.findings)
        return Renewal(f"version {fresh.version} cannot be built: {found}", is_settled=False)
    (proof,) = await verified([built.folder], settings.ledger, 1, Asked(again=True))
    if not proof.report.passed:
        return Renewal(f"version {fresh.version} is refused:\n" + "\n".join(told([proof])), is_settled=False)
    target = emission_folder(settings) / fresh.domain / fresh.name
    target.parent.mkdir(parents=True, exist_ok=True)
    put(Path(shutil.move(built.folder, target.with_name(f".{target.name}.new"))), target, fresh.version)
    write(path, text)
    write_outline(path, outline.model_copy(update={"sources": (outlined(fresh, resource),)}))
    shutil.rmtree(stage, ignore_errors=True)
    return Renewal(f"version {fresh.version} is admitted: {target}", is_settled=True)
