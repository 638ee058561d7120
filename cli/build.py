"""`envfarm build` makes servers from blueprints."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from cli.compiled import Source, compiled, write_compiled
from cli.output import ComplaintError, FindingsError, json_option, progress, remark, show
from cli.proof import summary, told
from cli.settings import Settings, blueprint_folder, emission_folder
from cli.verify import verified
from generator.build import Built, build, find_blueprints
from generator.compile import COMPILED
from registry.admit import Asked


@click.command("build")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[BLUEPRINT]...")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the servers are not what the blueprints emit.")
@click.option("--fresh", is_flag=True, help="Search for all cases anew, whatever cases stand already.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where servers go; ./servers."
)
@click.option("--from", "sources", multiple=True, metavar="RESOURCE", help="Compile this first, and admit what comes.")
@click.option("--licence", default="", metavar="NAME", help="Of a description that states none, for --from.")
@click.option("--domain", default=COMPILED, show_default=True, metavar="NAME", help="Of what --from gives.")
@click.option("--jobs", type=click.IntRange(1), help="How many at once; the cores by default.")
@json_option
@click.pass_obj
def build_command(
    settings: Settings,
    paths: tuple[Path, ...],
    check: bool,
    fresh: bool,
    out: Path | None,
    sources: tuple[str, ...],
    licence: str,
    domain: str,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Emit servers from blueprints (files or folders; all by default). Exit 1 if there are findings.

    With --from, a blueprint is compiled from a description (see `draft`) into ./blueprints, its server emitted,
    verified and admitted; may be given several times. `drift` tells when the description changes.
    """
    if sources:
        if paths or check:
            raise ComplaintError("--from stands alone: name blueprints in a call of their own, and --check in another")
        if not re.fullmatch(r"[a-z][a-z0-9_]*", domain):
            raise ComplaintError(f'--domain expects a name in snake_case such as commerce, got "{domain}"')
        described = [_in_domain(compiled(reference, licence), domain) for reference in sources]
        written = out.parent / "blueprints" if out else blueprint_folder(settings)
        blueprints = [_kept(written, each) for each in described]
        target = out or emission_folder(settings)
        _from_resources(settings, described, blueprints, target, jobs or settings.jobs, as_json)
        return
    found = [blueprint for path in paths or (settings.blueprints,) for blueprint in blueprints_at(path)]
    target = out or (emission_folder(settings) if paths else settings.servers)
    built = built_with_bar(found, target, jobs or settings.jobs, check=check, fresh=fresh)
    content = [
        {
            "blueprint": str(each.blueprint),
            "folder": str(each.folder) if each.folder else None,
            "written": each.is_written,
            "findings": [str(finding) for finding in each.findings],
        }
        for each in built
    ]
    show(content, [_told_of(each, check=check) for each in built if not each.findings], as_json=as_json)
    _complain(built)


def _in_domain(source: Source, domain: str) -> Source:
    """Put a blueprint into a domain, unless an overlay has named one."""
    if source.outline.overlay:
        return source
    blueprint = source.compiled.blueprint.model_copy(update={"domain": domain})
    return replace(source, compiled=replace(source.compiled, blueprint=blueprint))


def _from_resources(
    settings: Settings,
    sources: Sequence[Source],
    blueprints: Sequence[Path],
    servers: Path,
    jobs: int,
    as_json: bool,
) -> None:
    """Emit the server of each description's blueprint and have it admitted."""
    built = built_with_bar(blueprints, servers, jobs)
    folders = [each.folder for each in built if each.folder is not None]
    found = asyncio.run(verified(folders, settings.ledger, jobs, Asked())) if folders else ()
    content = [
        {
            "resource": one.resource.reference,
            "blueprint": str(path),
            "folder": str(each.folder) if each.folder else None,
        }
        for one, path, each in zip(sources, blueprints, built, strict=True)
    ]
    for one, path in zip(sources, blueprints, strict=True):
        sizes = f"{len(one.compiled.blueprint.tools)} tools, {len(one.compiled.dropped)} parts left out"
        remark(f"{one.resource.reference}: {sizes}: {path}")
    show(
        {"built": content, "verified": [summary(each) for each in found]}, told(found) if found else [], as_json=as_json
    )
    _complain(built)
    if not all(each.report.passed for each in found):
        raise SystemExit(1)


def _complain(built: Sequence[Built]) -> None:
    """Raise FindingsError with every problem of the blueprints, if there is any."""
    if any(each.findings for each in built):
        raise FindingsError("\n".join(str(finding) for each in built for finding in each.findings))


def _kept(folder: Path, source: Source) -> Path:
    blueprint = source.compiled.blueprint
    path = folder / blueprint.domain / f"{blueprint.name}.yaml"
    write_compiled(path, source)
    return path


def built_with_bar(
    blueprints: Sequence[Path], out: Path, jobs: int, *, check: bool = False, fresh: bool = False
) -> tuple[Built, ...]:
    """Build with a bar on stderr."""
    with progress("build") as advance:
        done = 0

        def heard(_: Built) -> None:
            nonlocal done
            done += 1
            advance(done, len(blueprints))

        return build(blueprints, out, check=check, fresh=fresh, jobs=jobs, progress=heard)


def blueprints_at(path: Path) -> tuple[Path, ...]:
    """Return the blueprint files at or below a path; there must be one."""
    if not path.exists():
        raise ComplaintError(f"{path}: no such file or folder; a blueprint (.yaml) is expected")
    found = find_blueprints(path)
    if not found:
        raise ComplaintError(f"{path}: no blueprints (.yaml) here")
    return found


def _told_of(built: Built, *, check: bool) -> str:
    done = "checked" if check else "built" if built.is_written else "unchanged"
    return f"{done} {built.folder}"
