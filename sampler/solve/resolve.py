"""Resolving: from a reading's words to rows and values, by what the tables hold; all that is unclear is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json
from sampler.solve.nodes import (
    ActClause,
    Argument,
    AskClause,
    Constraint,
    CountClause,
    GiveClause,
    IfClause,
    IntroClause,
    LookClause,
    NounPhrase,
    One,
    PlaceClause,
    Reading,
    Told,
)  # fmt: skip
from sampler.solve.tables import Row, Tables
from sampler.words.discourse import Discourse


class UnclearError(Exception):
    """Words that cannot be resolved; `asks` if only the user can help: no such row, or several."""

    def __init__(self, reason: str, *, asks: bool = False) -> None:
        super().__init__(reason)
        self.asks = asks


@dataclass(frozen=True, slots=True)
class Intent:
    """What one clause comes to.

    `kind` is `act`, `ask`, `count` or `give`; `members` are arguments by name, as JSON. `target` is the row that is
    asked about: its entity and id; an empty id means what the last call returned.
    """

    kind: str
    environment: str
    name: str
    members: tuple[tuple[str, str], ...] = ()
    target: tuple[str, str] = ("", "")
    is_before: bool = False
    column: str = ""
    values: tuple[Mapping[str, Json], ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """What two readings must agree in."""
        return (self.kind, self.environment, self.name, self.members, self.target, self.is_before)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given: the turn, what was asked, and the value."""

    turn: int
    name: str
    value: Json


class Resolver:
    """Resolves one reading against the tables and a discourse of its own."""

    def __init__(self, tables: Tables, discourse: Discourse, answers: Sequence[Answered]) -> None:
        self.tables = tables
        self.discourse = discourse
        self.answers = answers

    async def intents(self, reading: Reading) -> tuple[Intent, ...]:
        """Return what a reading comes to; UnclearError if some of its words fit no row, or several."""
        found: list[Intent] = []
        is_held = False
        for clause in reading:
            match clause:
                case IntroClause():
                    row_id = await self.one(clause.environment, clause.speaker)
                    self.discourse.speaker = (clause.environment, clause.speaker.entity, row_id)
                case PlaceClause():
                    if any(each.environment != clause.environment for each in reading[reading.index(clause) :][:2]):
                        raise UnclearError("it is about another place")
                case IfClause():
                    self.discourse.open()
                    row = await self._row(clause.environment, clause.row)
                    is_held = any(row.get(column) == clause.value for column in clause.columns)
                    if not is_held:
                        found.append(Intent("hold", clause.environment, ""))
                case ActClause():
                    self.discourse.open()
                    made = await self._act(clause)
                    if found and found[-1].kind == "hold":
                        found.pop()
                    else:
                        found.append(made)
                case GiveClause():
                    value = await self._argument(clause.environment, clause.value)
                    members = ((clause.argument, repr(value)),)
                    found.append(
                        Intent(
                            "give", clause.environment, clause.argument, members, values=({clause.argument: value[0]},)
                        )
                    )
                case LookClause():
                    self.discourse.open()
                    row_id = await self.one(clause.environment, clause.row)
                    found.append(Intent("look", clause.environment, "", (), (clause.row.entity, row_id)))
                case AskClause():
                    found.append(await self._ask(clause))
                case CountClause():
                    rows = await self.fitting(clause.environment, clause.rows)
                    name = f"{clause.rows.entity}.total"
                    found.append(Intent("count", clause.environment, name, ((name, str(len(rows))),)))
        return tuple(found)

    async def _act(self, clause: ActClause) -> Intent:
        groups: list[dict[str, Json]] = [{}]
        for name, argument in clause.arguments:
            values = await self._argument(clause.environment, argument)
            groups = [{**group, name: value} for group in groups for value in values]
        members = tuple(sorted((name, repr(group[name])) for group in groups for name in group))
        return Intent("act", clause.environment, clause.name, members, values=tuple(groups))

    async def _argument(self, environment: str, argument: Argument) -> list[Json]:
        """Return the values of an argument: one, or one for each row of a group."""
        if isinstance(argument, tuple):
            return [[(await self._one(environment, each))[0] for each in argument]]
        return await self._one(environment, argument)

    async def _one(self, environment: str, argument: One) -> list[Json]:
        if isinstance(argument, NounPhrase):
            if argument.is_all:
                rows = await self.fitting(environment, argument)
                if not rows:
                    raise UnclearError(f"no {argument.entity} fits", asks=True)
                return list(rows)
            return [await self.one(environment, argument)]
        if isinstance(argument, Told):
            values = [each.value for each in self.answers if each.name in argument.columns]
            if len(set(map(repr, values))) != 1:
                raise UnclearError("what was told before is not clear")
            return [values[0]]
        return [argument]

    async def _ask(self, clause: AskClause) -> Intent:
        target = ("", "")
        if clause.row is not None:
            entity = clause.row.entity
            if clause.row.mode == "context":
                target = (entity, "")
            else:
                if clause.row.mode == "rows":
                    self.discourse.open()
                target = (entity, await self.one(clause.environment, clause.row))
        return Intent("ask", clause.environment, clause.name, (), target, clause.is_before, clause.column)

    async def one(self, environment: str, phrase: NounPhrase) -> str:
        """Return the id of the only row that a noun phrase fits, and note that it was spoken of."""
        if phrase.mode == "speaker":
            speaker = self.discourse.speaker
            if speaker is None or speaker[:2] != (environment, phrase.entity):
                raise UnclearError("who speaks is not known")
            self.discourse.mention(*speaker)
            return speaker[2]
        if phrase.mode == "foremost":
            foremost = self.discourse.foremost()
            if foremost is None or foremost[:2] != (environment, phrase.entity):
                raise UnclearError("what `it` means is not clear")
            self.discourse.mention(*foremost)
            return foremost[2]
        if phrase.mode in ("latest", "context"):
            row_id = self.discourse.latest(environment, phrase.entity)
            if row_id is None:
                raise UnclearError(f"which {phrase.entity} is meant is not clear", asks=phrase.mode == "context")
            self.discourse.mention(environment, phrase.entity, row_id)
            return row_id
        place = len(self.discourse.said[-1]) if self.discourse.said else 0
        rows = await self.fitting(environment, phrase)
        if len(rows) != 1:
            raise UnclearError(f"{len(rows)} rows of {phrase.entity} fit", asks=len(rows) > 1)
        if not self.discourse.said:
            self.discourse.open()
        self.discourse.said[-1].insert(place, (environment, phrase.entity, rows[0]))
        return rows[0]

    async def fitting(self, environment: str, phrase: NounPhrase) -> list[str]:
        """Return the ids of all rows that a noun phrase fits."""
        by_id = next((each.value for each in phrase.constraints if each.columns == ("id",)), None)
        if by_id is not None:
            return [str(by_id)]
        if phrase.holder is not None:
            column, holder = phrase.holder
            row = await self._row(environment, holder)
            return [str(row[column])] if row.get(column) else []
        rows: Mapping[str, Row] = await self.tables.rows(environment, phrase.entity)
        for constraint in phrase.constraints:
            wanted = constraint.value
            value = await self.one(environment, wanted) if isinstance(wanted, NounPhrase) else wanted
            rows = {row_id: row for row_id, row in rows.items() if _holds(row, constraint, value)}
        return self._first(phrase, rows) if phrase.extreme else list(rows)

    def _first(self, phrase: NounPhrase, rows: Mapping[str, Row]) -> list[str]:
        found: dict[str, None] = {}
        for column, is_highest in phrase.extreme:
            ranked = [(row[column], row_id) for row_id, row in rows.items() if row.get(column) is not None]
            if ranked:
                best = (max if is_highest else min)(value for value, _ in ranked)  # type: ignore[type-var]  # alike
                found |= dict.fromkeys(row_id for value, row_id in ranked if value == best)
        return list(found)

    async def _row(self, environment: str, phrase: NounPhrase) -> Row:
        row_id = await self.one(environment, phrase)
        row = await self.tables.row(environment, phrase.entity, row_id)
        if row is None:
            raise UnclearError(f"no call shows {phrase.entity} {row_id}")
        return row


def _holds(row: Row, constraint: Constraint, value: Json) -> bool:
    for column in constraint.columns:
        found = row.get(column)
        if found is None:
            continue
        match constraint.relation:
            case "is":
                holds = found == value and isinstance(found, bool) == isinstance(value, bool)
            case "day":
                holds = str(found).startswith(str(value))
            case "from":
                holds = found >= value  # type: ignore[operator]  # of one column
            case _:
                holds = found <= value  # type: ignore[operator]  # of one column
        if holds:
            return True
    return False
