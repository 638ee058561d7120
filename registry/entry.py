"""What stands in a folder of environments: which are admitted, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from envkit.cast import CAST_FILE, read_cast
from envkit.manifest import Manifest, is_kept, read_manifest
from registry.certificate import read_certificate
from registry.folder import differences, file_digests, folder_digest

EntryStatus = Literal["admitted", "changed", "unproven"]
REQUIRED = ("server.py", "manifest.json", "schema.sql", "seed.jsonl")


@dataclass(frozen=True, slots=True)
class Entry:
    """One environment folder: `reason` is one sentence saying why it is not admitted, empty when it is.

    An unreadable manifest gives version 0 and no tools.
    """

    slug: str
    domain: str
    version: int
    tools: int
    folder: Path
    digest: str
    status: EntryStatus
    reason: str


class FolderError(Exception):
    """An environment folder that cannot be read at all, said in one sentence."""


def entries(root: Path) -> tuple[Entry, ...]:
    """Return what stands under `root` (`<domain>/<slug>/server.py`), ordered by domain and slug."""
    return tuple(entry(folder) for folder in _folders(root) if not is_kept(folder))


def kept(root: Path) -> tuple[Entry, ...]:
    """Return the older versions that are kept under `root` (`<domain>/<slug>@<version>/server.py`), in that order."""
    return tuple(entry(folder) for folder in _folders(root) if is_kept(folder))


def _folders(root: Path) -> list[Path]:
    return sorted({path.parent for name in ("server.py", "manifest.json") for path in root.glob(f"*/*/{name}")})


def entry(folder: Path) -> Entry:
    """Return the entry of one environment folder; a corrupt folder is unproven, never an exception."""
    try:
        manifest = intact(folder)
    except FolderError as error:
        return Entry(folder.name, folder.parent.name, 0, 0, folder, "", "unproven", str(error))
    files = file_digests(folder)
    status, reason = _standing(folder, manifest, files)
    digest = folder_digest(files)
    return Entry(manifest.slug, manifest.domain, manifest.version, len(manifest.tools), folder, digest, status, reason)


def intact(folder: Path) -> Manifest:
    """Return the manifest of a complete folder; FolderError says in one sentence what is missing or broken."""
    if not folder.is_dir():
        raise FolderError(f"{folder}: no such environment folder")
    missing = [name for name in REQUIRED if not (folder / name).is_file()]
    if missing:
        raise FolderError(f"{folder}: {' and '.join(missing)} missing; build the environment again")
    name = "manifest.json"
    try:
        manifest = read_manifest(folder)
        name = CAST_FILE
        read_cast(folder)
    except (ValidationError, UnicodeDecodeError) as error:
        raise FolderError(f"{folder}/{name}: {_first(error)}; build the environment again") from error
    return manifest


def _standing(folder: Path, manifest: Manifest, files: Mapping[str, str]) -> tuple[EntryStatus, str]:
    certificate = read_certificate(folder)
    if certificate is None:
        return "unproven", f"{manifest.slug} has no certificate; run `envfarm verify {manifest.slug}`"
    if certificate.environment != manifest.slug:
        return "changed", f"the certificate is about {certificate.environment}, not {manifest.slug}"
    changes = differences(certificate.files, files)
    if changes:
        return "changed", f"{manifest.slug} differs from what was admitted: {', '.join(changes)}"
    if certificate.digest != folder_digest(files):
        return "changed", f"the certificate of {manifest.slug} does not fit its own files"
    return "admitted", ""


def _first(error: ValidationError | UnicodeDecodeError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])
