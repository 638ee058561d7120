"""The worlds of one task, in this process and without a server: opened as the task begins, called, and compared."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from threading import Lock

from envkit.calls import Json, JsonObject
from envkit.environment import Answer, Environment
from envkit.episodes import Limits
from envkit.hosted import load
from envkit.snapshot import digest
from envkit.store import Desk, ImageStore
from evaluation.standing import Standings
from sampler.task import StepRecord, canonical


class WorldError(Exception):
    """A world did not begin as the task says, or a tool broke down: the machine has failed and not the policy."""


class Shelf:
    """The environments below a folder, each loaded once; tau2 plays in many threads, and one at a time gets at them."""

    def __init__(self, servers: Path) -> None:
        self._servers = servers
        self._loaded: dict[str, Environment] = {}
        self.lock = Lock()

    def environment(self, folder: str) -> Environment:
        """Return the environment that lies in a folder."""
        with self.lock:
            if folder not in self._loaded:
                self._loaded[folder] = load(self._servers / folder)
            return self._loaded[folder]


class Worlds:
    """Worlds of a seed in which the calls of a setup were made. WorldError if one of those goes otherwise."""

    def __init__(
        self, environments: Mapping[str, Environment], lock: Lock, seed: int, setup: tuple[StepRecord, ...] = ()
    ) -> None:
        self._environments, self._lock = environments, lock
        with lock:
            images = {slug: each.template(seed) for slug, each in environments.items()}
        self._stores = {slug: ImageStore(Desk(Limits().world_bytes), image) for slug, image in images.items()}
        for step in setup:
            answer = self.call(step.environment, step.tool, step.arguments)
            if answer.code != (step.code or ""):
                said = answer.sentence or "it succeeded"
                raise WorldError(f"{step.environment}: {step.tool} of the setup was recorded otherwise: {said}")
        self._starts = {slug: store.image() for slug, store in self._stores.items()}

    def call(self, slug: str, tool: str, arguments: JsonObject) -> Answer:
        """Call a tool."""
        with self._lock:
            answer = self._environments[slug].call(self._stores[slug], tool, arguments)
            self._stores[slug].rest()  # a connection belongs to the thread that opened it
        return answer

    def standings(self) -> Standings:
        """Return how each world stands."""
        with self._lock:
            return {
                slug: {
                    "diff": self._environments[slug].diff(self._starts[slug], store.image()).to_json(),
                    "digest": digest(store.image()),
                }
                for slug, store in self._stores.items()
            }

    def state(self) -> dict[str, dict[str, list[dict[str, Json]]]]:
        """Return every row, by environment and entity."""
        with self._lock:
            return {slug: self._environments[slug].state(store.image()) for slug, store in self._stores.items()}


def name_of(digests: Mapping[str, str]) -> str:
    """Return one digest for the worlds of several environments."""
    return hashlib.sha256(canonical({**digests})).hexdigest()
