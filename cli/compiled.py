"""Compiling for the verbs: a description in, a blueprint out, with the outline that tells how to do it again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cli.output import write
from generator.compile import Compiled, Overlay, compile, dump, read_overlay, shipped_overlay
from generator.outline import SHIPPED, Outline, outline_path, outline_text, outlined
from generator.readers import read
from generator.resource import Resource


@dataclass(frozen=True, slots=True)
class Source:
    """A description, what it compiled to, and how that can be done again."""

    resource: Resource
    compiled: Compiled
    outline: Outline


def compiled(reference: str, licence: str, overlay: str = SHIPPED) -> Source:
    """Read a description and compile it with an overlay: named as an outline names it. Raises what those raise."""
    resource, additions = read(reference, licence), overlay_of(reference, overlay)
    made = compile(resource, additions)
    outline = Outline(
        maker="compiled",
        reference=reference,
        licence=licence,
        overlay=overlay if additions else "",
        sources=(outlined(made.blueprint, resource),),
    )
    return Source(resource, made, outline)


def overlay_of(reference: str, named: str) -> Overlay | None:
    """Return the overlay that an outline names for a description: SHIPPED, a file, or none."""
    if named == SHIPPED:
        return shipped_overlay(reference)
    return read_overlay(Path(named)) if named else None


def write_outline(path: Path, outline: Outline) -> None:
    """Keep an outline beside its blueprint."""
    write(outline_path(path), outline_text(outline))


def write_compiled(path: Path, source: Source) -> None:
    """Write a blueprint, and its outline beside it."""
    write(path, dump(source.compiled.blueprint))
    write_outline(path, source.outline)
