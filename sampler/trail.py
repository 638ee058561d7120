"""The trail of a walk: the calls chosen so far, what they returned in a live session, and the ids they have shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random

from envkit.calls import Json, Step, ToolCall
from envkit.manifest import Manifest
from farm.session import Session
from sampler.edges import GraphEdge, places
from sampler.plan import Binding, Choice, Fixed, Output, resolve, spread

Cell = tuple[str, str, str, str]
"""Environment, row, column, and the value as a text."""


class Trail:
    """Grows a call plan by executing it; owns the session's worlds while it grows.

    `taste` varies how rows are named; without it they are named in the plainest way. `uses`: how often edges were
    followed in other tasks.
    """

    def __init__(self, session: Session, manifests: Mapping[str, Manifest], taste: Random | None = None) -> None:
        self.session = session
        self.taste = taste
        self.uses: Mapping[GraphEdge, int] = {}
        self.manifests = manifests
        self.choices: list[Choice] = []
        self.steps: list[Step] = []
        self._cells: list[frozenset[Cell]] = []
        self._shown: dict[tuple[str, str, str], Output] = {}
        self._mentioned: dict[tuple[str, str, str], Output] = {}

    def shown(self, environment: str, entity: str, row_id: str) -> Output | None:
        """Return where a row was shown whole, so that a policy could pick it by its traits."""
        return self._shown.get((environment, entity, row_id))

    def binding(self, environment: str, entity: str, row_id: str) -> Output | Fixed:
        """Return where a row's id can be read: where the row was shown, else where another row points at it.

        An id that no call has shown yet is fixed, which only a user who knows the id can ask for.
        """
        key = (environment, entity, row_id)
        return self._shown.get(key) or self._mentioned.get(key) or Fixed(row_id)

    def pointer(self, environment: str, entity: str, row_id: str) -> Output | None:
        """Return where another row points at a row, if one has been shown."""
        return self._mentioned.get((environment, entity, row_id))

    def is_mentioned(self, environment: str, entity: str, row_id: str) -> bool:
        """Say whether the id of a row has been shown, with the row or as a reference to it."""
        key = (environment, entity, row_id)
        return key in self._shown or key in self._mentioned

    def knows(self, environment: str, row: Json, column: str, before: int | None = None) -> bool:
        """Say whether a call has shown that column of a row as it is; of the calls, those `before` an index."""
        cell = _cell(environment, row, column) if isinstance(row, Mapping) else None
        return any(cell in cells for cells in self._cells[:before])

    async def take(self, environment: str, tool: str, arguments: Mapping[str, Binding]) -> Step:
        """Call a tool with bound arguments and remember what it showed."""
        choice = Choice(environment, tool, arguments)
        call = ToolCall(environment, tool, resolve(choice, [step.observation.content for step in self.steps]))
        step = Step(call, await self.session.call(call))
        self.choices.append(replace(choice, code=step.observation.code))
        self.steps.append(step)
        self._cells.append(frozenset(cells(environment, step.observation.content)))
        if not step.observation.is_refused:
            self._remember(len(self.steps) - 1)
        return step

    def cut(self, length: int) -> None:
        """Forget the calls from that index on; they must have been reads."""
        del self.choices[length:], self.steps[length:], self._cells[length:]
        self._shown.clear()
        self._mentioned.clear()
        for index in range(length):
            self._remember(index)

    def focus(self, environment: str) -> dict[str, list[str]]:
        """Return the ids of an environment's rows shown so far, by entity, in the order they came up."""
        found: dict[str, list[str]] = {}
        for where, entity, row_id in self._shown:
            if where == environment:
                found.setdefault(entity, []).append(row_id)
        return found

    def _remember(self, index: int) -> None:
        call, content = self.steps[index].call, self.steps[index].observation.content
        manifest = self.manifests[call.environment]
        for path, entity in places(manifest, manifest.tool(call.tool)):
            ids = self._shown if path.rpartition(".")[2] == "id" else self._mentioned
            for exact, value in spread(content, path):
                if isinstance(value, str):
                    ids.setdefault((call.environment, entity, value), Output(index, exact))


def cells(environment: str, content: Json) -> Iterator[Cell]:
    """Yield what a result shows of rows."""
    if isinstance(content, Mapping):
        if "id" in content:
            yield from (_cell(environment, content, column) for column in content)
        content = list(content.values())
    for member in content if isinstance(content, list) else ():
        yield from cells(environment, member)


def _cell(environment: str, row: Mapping[str, Json], column: str) -> Cell:
    return environment, str(row.get("id")), column, repr(row.get(column))
