"""`envfarm build` makes servers from blueprints."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cli.output import ComplaintError, FindingsError, json_option, progress, show
from cli.settings import Settings, emission_folder
from generator.build import Built, build, find_blueprints


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
