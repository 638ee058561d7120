"""The bench: an environment in this process, in which one tool at a time is swapped for a mutant."""

from __future__ import annotations

import ast
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType, MappingProxyType

import orjson

from envkit.calls import Json, JsonObject
from envkit.environment import Answer, Environment, logger
from envkit.hosted import load
from envkit.snapshot import Diff, edited
from envkit.store import Desk, ImageStore
from envkit.tool import Body, Tool
from registry.case import Edit

_WORLD_BYTES = 8 << 20


class OverdueError(BaseException):
    """A mutant took too long; not an Exception, so that no tool's own handling swallows it."""


class Bench:
    """One environment and one world to play on."""

    def __init__(self, folder: Path) -> None:
        self.environment: Environment = load(folder)
        self._store = ImageStore(Desk(_WORLD_BYTES, places=1), self.environment.template(0))
        self._original = dict(self.environment.tools)

    def original(self, tool: str) -> Tool:
        """Return a tool as its author wrote it."""
        return self._original[tool]

    def start(self, seed: int, edits: Sequence[Edit]) -> bytes:
        """Return the image of a fresh world with some stored values edited."""
        image = self.environment.template(seed)
        return edited(image, [edit.model_dump() for edit in edits]) if edits else image

    def lay(self, image: bytes) -> None:
        """Make the world what an image holds."""
        self._store.replace(image)

    def call(self, tool: str, arguments: JsonObject) -> Answer:
        """Call a tool on the world."""
        return self.environment.call(self._store, tool, arguments)

    def image(self) -> bytes:
        """Return the world as it now is: read from the database itself, so that nothing can hide from it."""
        return self._store.reading().serialize()

    def now(self) -> str:
        """Return the world's time."""
        return self.environment.now(self._store)

    def is_sound(self, image: bytes) -> bool:
        """Lay a world and say whether every invariant holds in it, and no reference points nowhere."""
        self.lay(image)
        judged = self.environment.soundness(self._store)
        return all(judged.holds.values()) and not judged.foreign_keys

    def diff(self, before: bytes, after: bytes) -> Diff:
        """Compare the rows of two images."""
        return self.environment.diff(before, after)

    @contextmanager
    def swapped(self, function: ast.FunctionDef, names: Mapping[str, object] = MappingProxyType({})) -> Iterator[None]:
        """Put a changed function in the place of its tool for a while; `names` are added to those of its module."""
        original = self._original[function.name]
        tool = replace(original, body=_defined(function, original.body, names))
        # The types of arguments and answer are those of the original, and dear to build again.
        tool.__dict__["arguments"] = original.arguments
        self.environment.tools[function.name] = tool
        try:
            yield
        finally:
            self.environment.tools[function.name] = original


def _defined(function: ast.FunctionDef, original: Body, names: Mapping[str, object]) -> Body:
    """Define a function among the names of its server's module, without decorators, types and defaults."""
    parameters = [ast.arg(each.arg) for each in function.args.args]
    arguments = ast.arguments(posonlyargs=[], args=parameters, kwonlyargs=[], kw_defaults=[], defaults=[])
    plain = ast.FunctionDef(name=function.name, args=arguments, body=function.body, decorator_list=[])
    module = ast.fix_missing_locations(ast.Module([plain], []))
    scope = {**sys.modules[original.__module__].__dict__, **names}
    exec(compile(module, f"<mutant of {function.name}>", "exec"), scope)
    body: Body = scope[function.name]
    return body


@contextmanager
def silenced() -> Iterator[None]:
    """Keep the kit from logging the crashes of mutants, which are their purpose."""
    was_disabled, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = was_disabled


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise OverdueError in this block after so many seconds. Main thread only, as signals are."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OverdueError

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)


def content_of(answer: Answer) -> Json:
    """Return the JSON of an answer that is a result."""
    content: Json = orjson.loads(answer.body)
    return content
