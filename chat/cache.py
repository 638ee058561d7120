"""Answers on disk, by the digest of what was asked: whoever starts again pays for no answer twice."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

from pydantic import ValidationError

from chat.messages import Reply

logger = logging.getLogger(__name__)


class Cache:
    """A folder of replies, `<digest>.json` each; a reply is there whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, digest: str) -> Reply | None:
        """Return the reply to the request of this digest, if it is known; one that cannot be read counts as none."""
        try:
            content = self._path(digest).read_bytes()
        except FileNotFoundError:
            return None
        try:
            return Reply.model_validate_json(content)
        except ValidationError as error:
            logger.warning("%s: not a reply, asked again: %s", self._path(digest), error.errors()[0]["msg"])
            return None

    def keep(self, reply: Reply) -> None:
        """Put a reply under the digest of its request, safe from a kill or a power cut."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".new")
        fresh = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(reply.model_dump_json().encode())
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path(reply.request))
        finally:
            fresh.unlink(missing_ok=True)

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"
