"""Check 12: what is created can be got, listed, updated and deleted, and is then gone."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, JsonObject, Observation
from envkit.clock import derive
from envkit.errors import NOT_FOUND
from envkit.manifest import Manifest, ToolKind, ToolSpec
from registry.checks.answers import rows_in
from registry.checks.check import Check, Outcome
from registry.checks.ground import propose
from registry.checks.probe import Probe, State
from registry.checks.recording import Seen
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "round_trip"
ATTEMPTS = 8
"""How often a create or update is tried with other arguments until one succeeds."""
ROWS_GOT = 3
WHOLE = 1_000
"""A page as long as a list allows."""
PAGES = 200


@dataclass(frozen=True, slots=True)
class Offer:
    """The plain tools an environment offers for one entity; None where it offers none."""

    entity: str
    list: ToolSpec | None
    get: ToolSpec | None
    create: ToolSpec | None
    update: ToolSpec | None
    delete: ToolSpec | None


async def ask(subject: Subject) -> Outcome:
    """Play the round of each entity on a fresh world; compare the rows tools return with the rows that are stored."""
    offers = [offer for offer in _offers(subject) if offer.list or offer.get]
    findings = list(_untrue_returns(subject))
    if not offers:
        return Outcome(tuple(findings), reason="" if findings else "no entity can be listed or got")
    async with subject.host.probe() as probe:
        for offer in offers:
            await probe.reset()
            findings += await _Round(probe, subject, offer).play()
        return Outcome(tuple(findings), len(offers), probe.calls)


def _offers(subject: Subject) -> Iterator[Offer]:
    for entity in subject.manifest.entities:
        by_kind: dict[ToolKind, ToolSpec] = {}
        for tool in subject.manifest.tools:
            if tool.entity == entity.name and tool.name in subject.tools:
                by_kind.setdefault(tool.kind, tool)
        kinds: Sequence[ToolKind] = ("list", "get", "create", "update", "delete")
        yield Offer(entity.name, *(by_kind.get(kind) for kind in kinds))


def _untrue_returns(subject: Subject) -> Iterator[Finding]:
    """Yield a finding for each tool that returned a row it had just written otherwise."""
    told: set[str] = set()
    for seen in subject.seen:
        tool = subject.manifest.tool(seen.call.tool)
        if seen.observation.is_refused or tool.read_only or tool.name in told:
            continue
        for entity, row in rows_in(tool, seen.observation.content):
            stored = _written(seen, entity, str(row.get("id")))
            wrong = {name: value for name, value in stored.items() if name in row and row[name] != value}
            if wrong:
                told.add(tool.name)
                shown = {name: row[name] for name in wrong}
                sentence = f"{tool.name} returns a {entity} that differs from what it stored: {', '.join(wrong)}."
                yield seen.trail.finding(NAME, tool.name, sentence, expected=wrong, actual=shown)
                break


def _written(seen: Seen, entity: str, row_id: str) -> JsonObject:
    added = seen.diff.added.get(entity, {}).get(row_id)
    if added is not None:
        return added
    return {name: after for name, (_, after) in seen.diff.changed.get(entity, {}).get(row_id, {}).items()}


class _Round:
    """One entity's round on a fresh world: list, get, create, update, delete, each as far as it is offered."""

    def __init__(self, probe: Probe, subject: Subject, offer: Offer) -> None:
        self._probe, self._subject, self._offer = probe, subject, offer
        self._manifest: Manifest = subject.manifest
        self._rng = random.Random(derive(subject.seed, "round", offer.entity))
        self._findings: list[Finding] = []

    async def play(self) -> list[Finding]:
        """Play the round and return what was wrong."""
        state = await self._probe.state()
        await self._listed(state)
        for row_id, row in list(state.rows.get(self._offer.entity, {}).items())[:ROWS_GOT]:
            await self._got(row_id, row)
        created = await self._created(state)
        if created is not None:
            await self._shown(created)
            created = await self._updated(created)
            await self._deleted(created)
        return self._findings

    async def _listed(self, state: State) -> None:
        """Page through the whole list by small pages: each row once, equal to what is stored."""
        tool = self._offer.list
        if tool is None or any(argument.required for argument in tool.arguments):
            return
        stored = state.rows.get(self._offer.entity, {})
        listed = await self._pages(tool, max(1, len(stored) // 3))
        ids = [str(row.get("id")) for row in listed]
        if sorted(ids) != sorted(stored):
            sentence = f"{tool.name} lists {len(ids)} rows page by page; {len(stored)} {self._offer.entity} are stored."
            self._find(tool, sentence, sorted(stored), sorted(ids))
        elif wrong := next((row for row in listed if _differs(row, stored[str(row["id"])])), None):
            self._find(tool, f"{tool.name} shows a row otherwise than it is stored.", stored[str(wrong["id"])], wrong)

    async def _pages(self, tool: ToolSpec, size: int) -> list[JsonObject]:
        by_role = {argument.role: argument for argument in tool.arguments}
        asked = by_role.get("limit")
        limit = {asked.name: size if asked.maximum is None else min(size, asked.maximum)} if asked else {}
        rows: list[JsonObject] = []
        cursor: Json = None
        for _ in range(PAGES):
            paging = {by_role["cursor"].name: cursor} if cursor is not None else {}
            page = (await self._probe.call(tool.name, {**limit, **paging})).content
            rows += [row for _, row in rows_in(tool, page)]
            cursor = page.get("next_cursor") if isinstance(page, Mapping) else None
            if cursor is None or "cursor" not in by_role:
                break
        return rows

    async def _got(self, row_id: str, row: JsonObject) -> None:
        tool = self._offer.get
        if tool is None:
            return
        observation = await self._probe.call(tool.name, {_key(tool): row_id})
        shown = _one(tool, observation)
        if shown is None or _differs(shown, row):
            actual = observation.code or shown
            self._find(
                tool, f"{tool.name} does not show the {self._offer.entity} {row_id} as it is stored.", row, actual
            )

    async def _created(self, state: State) -> JsonObject | None:
        tool = self._offer.create
        if tool is None:
            return None
        known = self._subject.success(tool.name)
        for attempt in range(ATTEMPTS):
            is_known = attempt == 0 and known is not None and not known.trail.edits
            arguments = known.call.arguments if is_known and known else propose(tool, self._manifest, state, self._rng)
            row = _one(tool, await self._probe.call(tool.name, arguments))
            if row is not None:
                return row
        return None

    async def _shown(self, row: JsonObject) -> None:
        """The row a writer returned must be the one that is stored, got and listed."""
        row_id = str(row["id"])
        stored = (await self._probe.state()).rows[self._offer.entity].get(row_id)
        writer = self._offer.create
        assert writer is not None
        if stored is None or _differs(row, stored):
            self._find(writer, f"The {self._offer.entity} returned is not the one stored.", row, stored)
            return
        await self._got(row_id, row)
        if self._offer.list and not any(argument.required for argument in self._offer.list.arguments):
            listed = await self._pages(self._offer.list, WHOLE)
            if not any(each.get("id") == row_id for each in listed):
                self._find(self._offer.list, f"{self._offer.list.name} does not list a row just written.", row_id, None)

    async def _updated(self, row: JsonObject) -> JsonObject:
        tool = self._offer.update
        if tool is None:
            return row
        state = await self._probe.state()
        for _ in range(ATTEMPTS):
            arguments = {**propose(tool, self._manifest, state, self._rng), _key(tool): row["id"]}
            updated = _one(tool, await self._probe.call(tool.name, arguments))
            if updated is not None:
                await self._took(tool, arguments, updated)
                await self._shown(updated)
                return updated
        return row

    async def _took(self, tool: ToolSpec, arguments: JsonObject, row: JsonObject) -> None:
        """Every column a caller gave must be what the row now holds."""
        given = {name: value for name, value in arguments.items() if name in row and value is not None}
        kept = {name: row[name] for name in given if row[name] != given[name]}
        if kept:
            sentence = f"{tool.name} does not take what it was given: {', '.join(kept)}."
            self._find(tool, sentence, {name: given[name] for name in kept}, kept)

    async def _deleted(self, row: JsonObject) -> None:
        tool = self._offer.delete
        if tool is None:
            return
        row_id = str(row["id"])
        if (await self._probe.call(tool.name, {_key(tool): row_id})).is_refused:
            return  # a guard of its own; reachable and effects judge it
        if row_id in (await self._probe.state()).rows.get(self._offer.entity, {}):
            self._find(tool, f"{tool.name} leaves the row where it was.", None, row_id)
        for again in (self._offer.get, tool):
            if again is not None:
                observation = await self._probe.call(again.name, {_key(again): row_id})
                if observation.code != NOT_FOUND:
                    sentence = f"{again.name} answers the id of a deleted row with {observation.code or 'a result'}."
                    self._find(again, sentence, NOT_FOUND, observation.text)

    def _find(self, tool: ToolSpec, sentence: str, expected: Json, actual: Json) -> None:
        trail = self._probe.trail
        self._findings.append(trail.finding(NAME, tool.name, sentence, expected=expected, actual=actual))


def _one(tool: ToolSpec, observation: Observation) -> JsonObject | None:
    rows = () if observation.is_refused else rows_in(tool, observation.content)
    return rows[0][1] if rows and "id" in rows[0][1] else None


def _differs(shown: JsonObject, stored: JsonObject) -> bool:
    return any(shown[name] != stored[name] for name in shown if name in stored)


def _key(tool: ToolSpec) -> str:
    return next((each.name for each in tool.arguments if each.role == "key"), tool.arguments[0].name)


CHECK = Check(12, NAME, "create, get, list, update, get, delete, not_found fit together", "world", ask)
