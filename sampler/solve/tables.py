"""What a reader knows of the rows: what lists and other reads show, fetched once until something is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envkit.calls import Json, JsonObject, Observation, ToolCall
from envkit.manifest import ReturnSpec, ToolSpec
from farm.session import Session
from sampler.words.lexicon import Lexicon

Row = Mapping[str, Json]
_MOST_PAGES = 20


class Tables:
    """Rows by environment and entity, as a session's read-only tools show them; `calls` lists all that was called.

    `writes` lists those that changed something, with the `turn` they were made in.
    """

    def __init__(
        self, session: Session, lexicons: Mapping[str, Lexicon], offered: Mapping[str, frozenset[str]]
    ) -> None:
        self.session = session
        self.lexicons = lexicons
        self.offered = offered
        self.calls: list[tuple[ToolCall, Observation]] = []
        self.writes: list[tuple[int, ToolCall]] = []
        self.turn = 0
        self._tables: dict[tuple[str, str], dict[str, Row]] = {}
        self._shown: set[tuple[str, str, str]] = set()

    async def call(self, environment: str, tool: str, arguments: JsonObject) -> Observation:
        """Make a call; one that writes makes what was fetched before out of date."""
        call = ToolCall(environment, tool, arguments)
        observation = await self.session.call(call)
        self.calls.append((call, observation))
        if self.lexicons[environment].tools[tool].writes and not observation.is_refused:
            self.writes.append((self.turn, call))
            self._tables = {key: rows for key, rows in self._tables.items() if key[0] != environment}
            self._shown.clear()
        return observation

    async def rows(self, environment: str, entity: str) -> Mapping[str, Row]:
        """Return all rows of an entity that lists, or reads by their owners, show."""
        key = (environment, entity)
        if key not in self._tables:
            lister = next((tool for tool in self._readers(environment) if _lists(tool, entity)), None)
            found = await self._listed(environment, lister) if lister else await self._by_owner(environment, entity)
            self._tables[key] = found or await self._by_reference(environment, entity)
        return self._tables[key]

    async def row(self, environment: str, entity: str, row_id: str) -> Row | None:
        """Return one row by its id, from a list or the tool that gets it."""
        found = (await self.rows(environment, entity)).get(row_id)
        if found is not None:
            return found
        for tool in self._readers(environment):
            if tool.kind == "get" and tool.entity == entity:
                content = (await self.call(environment, tool.name, {tool.arguments[0].name: row_id})).content
                return content if isinstance(content, Mapping) and "id" in content else None
        return None

    def _readers(self, environment: str) -> Iterator[ToolSpec]:
        offered = self.offered[environment]
        return (tool for tool in self.lexicons[environment].tools.values() if not tool.writes and tool.name in offered)

    async def _listed(self, environment: str, tool: ToolSpec) -> dict[str, Row]:
        limit = next((each for each in tool.arguments if each.role == "limit"), None)
        asked: dict[str, Json] = {limit.name: limit.maximum} if limit and limit.maximum else {}
        found: dict[str, Row] = {}
        for _ in range(_MOST_PAGES):
            content = (await self.call(environment, tool.name, asked)).content
            if not isinstance(content, Mapping):
                break
            found |= {str(row["id"]): row for row in rows_in(content.get("items"))}
            cursor = next((each.name for each in tool.arguments if each.role == "cursor"), None)
            if cursor is None or not content.get("next_cursor"):
                break
            asked = {**asked, cursor: content["next_cursor"]}
        return found

    async def _by_owner(self, environment: str, entity: str) -> dict[str, Row]:
        """Read the rows that tools show by the row they belong to, for every such row."""
        found: dict[str, Row] = {}
        for tool in self._readers(environment):
            required = [each for each in tool.arguments if each.required]
            shown = [part for part in tool.returns if part.entity == entity]
            if not shown or len(required) != 1 or required[0].type != "ref" or required[0].to == entity:
                continue
            for owner in await self.rows(environment, required[0].to):
                content = (await self.call(environment, tool.name, {required[0].name: owner})).content
                for _, row in shown_rows(content, shown):
                    found[str(row["id"])] = row
            break
        return found

    async def _by_reference(self, environment: str, entity: str) -> dict[str, Row]:
        """Get the rows that columns of listed rows point at, one by one."""
        getters = (each for each in self._readers(environment) if each.kind == "get" and each.entity == entity)
        getter = next(getters, None)
        found: dict[str, Row] = {}
        for spec in self.lexicons[environment].entities.values() if getter else ():
            columns = [each.name for each in spec.fields if each.type == "ref" and each.to == entity]
            is_listed = any(_lists(tool, spec.name) for tool in self._readers(environment))
            rows = await self.rows(environment, spec.name) if columns and is_listed else {}
            for row_id in {str(row[column]) for row in rows.values() for column in columns if row.get(column)}:
                if getter is not None and row_id not in found:
                    content = (await self.call(environment, getter.name, {getter.arguments[0].name: row_id})).content
                    found |= {str(row["id"]): row for row in rows_in(content)}
        return found


def _lists(tool: ToolSpec, entity: str) -> bool:
    return tool.kind == "list" and tool.entity == entity and not any(each.required for each in tool.arguments)


def rows_in(value: Json) -> Iterator[Row]:
    """Yield the rows in a list of JSON, or the one row that it is."""
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping) and "id" in each:
            yield each


def shown_rows(content: Json, returns: list[ReturnSpec]) -> Iterator[tuple[str, Row]]:
    """Yield the rows in a tool's result, each with its entity."""
    if isinstance(content, Mapping):
        for part in returns:
            if part.type in ("row", "rows"):
                for row in rows_in(content if part.name == "" else content.get(part.name)):
                    yield part.entity, row
