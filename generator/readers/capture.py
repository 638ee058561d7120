"""Captures: documents as they were fetched, kept by their digest, each with a sidecar that says where it came from."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from generator.resource import ResourceError


class Capture(BaseModel):
    """What is known of a document that was fetched. On disk it is the sidecar, `<sha256>.json`.

    `url` is what was asked for and `final_url` what answered; `date` is the day in UTC. `licence` is an SPDX id where
    one was told, else the words that were found; `licence_url` is where. Both are empty where nothing is stated.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    capture: Literal[1] = 1
    kind: Literal["description", "page"]
    format: str
    title: str
    url: str
    final_url: str
    date: str
    content_type: str
    size_bytes: int
    sha256: str
    licence: str = ""
    licence_url: str = ""


def keep(folder: Path, content: bytes, capture: Capture) -> Path:
    """Write a document and its sidecar, each whole or not at all; return the document's path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / capture.sha256
    _write(path, content)
    _write(_beside(path), capture.model_dump_json(indent=2).encode() + b"\n")
    return path


def capture_of(path: Path) -> Capture | None:
    """Read the sidecar of a document; None if it has none. ResourceError if it is no sidecar."""
    beside = _beside(path)
    try:
        return Capture.model_validate_json(beside.read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ResourceError(f"{beside}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(map(str, fault["loc"])) or "the file"
        raise ResourceError(
            f"{beside}: not the sidecar of a capture: {place}: {fault['msg']}; explore again"
        ) from error


def check(content: bytes, capture: Capture, where: str) -> None:
    """Raise ResourceError if a document is no longer what was fetched."""
    if hashlib.sha256(content).hexdigest() != capture.sha256:
        raise ResourceError(f"{where}: changed since it was fetched from {capture.final_url}; explore again")


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _write(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".new")
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
