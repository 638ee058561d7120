"""`envfarm draft` makes a blueprint from a resource; `envfarm build` makes servers from blueprints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cli.output import ComplaintError, FindingsError, json_option, progress, show
from cli.settings import Settings, emission_folder
from generator.build import Built, build, find_blueprints
from generator.compile import Compiled, compile, dump, read_overlay, shipped_overlay
from generator.readers import read


@click.command("draft")
@click.argument("reference", metavar="RESOURCE")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it here, not to stdout."
)
@click.option("--overlay", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Reviewed additions.")
@click.option("--plain", is_flag=True, help="Only what the document says, without the overlay that came for it.")
@json_option
def draft_command(reference: str, out: Path | None, overlay: Path | None, plain: bool, as_json: bool) -> None:
    """Draft a blueprint from an API description, without a language model.

    RESOURCE is a file, or `google:tasks.v1` for a Discovery document of google-api-python-client. What could not be
    taken over is listed with the reason.
    """
    if overlay is not None and plain:
        raise ComplaintError("--overlay and --plain exclude each other; give one")
    additions = None if plain else read_overlay(overlay) if overlay is not None else shipped_overlay(reference)
    compiled = compile(read(reference), additions)
    text = dump(compiled.blueprint)
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, "utf-8")
    content = {
        "slug": compiled.blueprint.name,
        "tools": len(compiled.blueprint.tools),
        "digest": compiled.blueprint.digest,
        "blueprint": text if out is None else str(out),
        "dropped": [{"what": each.what, "reason": each.reason} for each in compiled.dropped],
    }
    show(content, [text.rstrip("\n") if out is None else _told_of_draft(compiled, out)], as_json=as_json)
    if not as_json:
        for each in compiled.dropped:
            click.echo(f"left out: {each.what}: {each.reason}", err=True)


def _told_of_draft(compiled: Compiled, out: Path) -> str:
    blueprint = compiled.blueprint
    return f"drafted {blueprint.name}: {len(blueprint.entities)} entities, {len(blueprint.tools)} tools: {out}"


@click.command("build")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[BLUEPRINT]...")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if the servers are not what the blueprints emit.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Where servers go; ./servers."
)
@click.option("--jobs", type=click.IntRange(1), help="How many at once; the cores by default.")
@json_option
@click.pass_obj
def build_command(
    settings: Settings, paths: tuple[Path, ...], check: bool, out: Path | None, jobs: int | None, as_json: bool
) -> None:
    """Emit servers from blueprints (files or folders; all by default). Exit 1 if there are findings."""
    found = [blueprint for path in paths or (settings.blueprints,) for blueprint in blueprints_at(path)]
    target = out or (emission_folder(settings) if paths else settings.servers)
    built = built_with_bar(found, target, jobs or settings.jobs, check=check)
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
    if any(each.findings for each in built):
        raise FindingsError("\n".join(str(finding) for each in built for finding in each.findings))


def built_with_bar(blueprints: Sequence[Path], out: Path, jobs: int, *, check: bool = False) -> tuple[Built, ...]:
    """Build with a bar on stderr."""
    with progress("build") as advance:
        done = 0

        def heard(_: Built) -> None:
            nonlocal done
            done += 1
            advance(done, len(blueprints))

        return build(blueprints, out, check=check, jobs=jobs, progress=heard)


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
