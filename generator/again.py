"""Where the source of a blueprint is read again: from its package, from the file it was, or from what is named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from envkit.manifest import Source
from generator.outline import Outline
from generator.readers import read
from generator.resource import Resource, ResourceError

_SCHEME = re.compile(r"[a-z][a-z-]+:")
_NPM = re.compile(r"npm:(?P<name>@?[^@]+)@")


def read_again(source: Source, outline: Outline | None, given: str, roots: Sequence[Path]) -> Resource:
    """Read what a source is today. Raises ResourceError.

    `given` is what a person names for it. Else it is what was read when the outline was made; else the document of an
    installed package, npm's being looked for in `node_modules` below `roots`.
    """
    reference = given or _reference(source, outline, roots)
    if not reference:
        name = f"{source.package or source.url} {source.path}".strip() or source.title
        raise ResourceError(f"{name}: is not at hand; name it with --source")
    return read(reference, outline.licence if outline else source.licence)


def _reference(source: Source, outline: Outline | None, roots: Sequence[Path]) -> str:
    if source.package.startswith("pypi:google-api-python-client=="):
        return f"google:{PurePosixPath(source.path).stem}"
    known = outline.reference if outline else ""
    if known and (_SCHEME.match(known) or Path(known).is_file()):
        return known
    package = _NPM.match(source.package)
    folders = [root / "node_modules" / package["name"] for root in roots] if package else []
    return next((str(folder / source.path) for folder in folders if (folder / source.path).is_file()), "")
