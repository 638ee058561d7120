"""Which environments a command is about: slugs or folders in, entries out."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from cli.output import ComplaintError, FindingsError, remark
from registry.entry import Entry, entries, entry, kept


def chosen(names: Sequence[str], servers: Path) -> tuple[Entry, ...]:
    """Return the entries of the slugs or folders named, all that stand under `servers` if none is.

    `google_tasks@1` is the slug of a version that is kept.
    """
    standing = {each.slug: each for each in entries(servers)}
    if not names:
        if not standing:
            raise ComplaintError(f"{servers}: no environments here; run `envfarm build` first")
        return tuple(standing.values())
    known = {**standing, **{each.folder.name: each for each in kept(servers)}}
    return tuple(_one(name, known, servers) for name in names)


def admitted(names: Sequence[str], servers: Path) -> tuple[Entry, ...]:
    """Return the admitted ones of all environments, with a remark on the others; those named must all be admitted."""
    found = chosen(names, servers)
    others = tuple(each for each in found if each.status != "admitted")
    if names and others:
        raise FindingsError("\n".join(f"{each.slug} is not admitted: {each.reason}" for each in others))
    for each in others:
        remark(f"left out {each.slug}: {each.reason}")
    standing = tuple(each for each in found if each.status == "admitted")
    if not standing:
        raise FindingsError(f"{servers}: no environment is admitted; run `envfarm verify --all` first")
    return standing


def _one(name: str, known: dict[str, Entry], servers: Path) -> Entry:
    if name in known:
        return known[name]
    folder = Path(name)
    if folder.is_dir():
        return entry(folder)
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"; did you mean {close[0]}?" if close else f"; `envfarm list` shows those in {servers}"
    raise ComplaintError(f"unknown environment {name!r}{hint}")
