"""An environment folder as content: the digest of each file and of all of them together."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

CERTIFICATE = "certificate.json"


def file_digests(folder: Path) -> Mapping[str, str]:
    """Return the sha256 of every emitted file, by its path relative to `folder`, in the order of the paths.

    The certificate, hidden files and what Python writes while importing are not emitted and do not count.
    """
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths if _is_emitted(path)}


def folder_digest(files: Mapping[str, str]) -> str:
    """Return one sha256 over the names and digests of the files, independent of their order."""
    whole = hashlib.sha256()
    for path in sorted(files):
        whole.update(f"{path}\0{files[path]}\n".encode())
    return whole.hexdigest()


def differences(admitted: Mapping[str, str], present: Mapping[str, str]) -> tuple[str, ...]:
    """Name the files that changed, are missing or are new since the admission, each with what happened to it."""
    return (
        *(f"{path} changed" for path in sorted(admitted) if path in present and present[path] != admitted[path]),
        *(f"{path} is missing" for path in sorted(admitted) if path not in present),
        *(f"{path} is new" for path in sorted(present) if path not in admitted),
    )


def _is_emitted(path: str) -> bool:
    parts = path.split("/")
    return path != CERTIFICATE and "__pycache__" not in parts and not any(part.startswith(".") for part in parts)
