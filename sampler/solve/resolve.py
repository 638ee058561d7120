"""Resolving: from a reading's words to rows and values, by what the tables hold; all that is unclear is said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from envkit.calls import Json
from envkit.manifest import ToolSpec
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
from sampler.words.discourse import UNKNOWN, Discourse


class UnclearError(Exception):
    """Words that cannot be resolved; `asks` if only the user can help: no such row, or several (the `rivals`)."""

    def __init__(self, reason: str, *, asks: bool = False, rivals: frozenset[str] = frozenset()) -> None:
        super().__init__(reason)
        self.asks = asks
        self.rivals = rivals
        self.begun: tuple[tuple[Reading, Reading], ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """What one clause comes to.

    `kind` is `act`, `ask`, `count`, `look`, `hold` or `give`; `members` are arguments by name, as JSON. `target` is the
    row that is asked about, its entity and id; with `is_context` what the last call returned comes first. `unclear` is
    the argument of an act for which each of the `rivals` fits.
    """

    kind: str
    environment: str
    name: str
    members: tuple[tuple[str, str], ...] = ()
    target: tuple[str, str] = ("", "")
    is_before: bool = False
    column: str = ""
    values: tuple[Mapping[str, Json], ...] = ()
    is_context: bool = False
    unclear: str = ""
    rivals: frozenset[str] = frozenset()

    @property
    def key(self) -> tuple[object, ...]:
        """What two readings must agree in."""
        return (self.kind, self.environment, self.name, self.members, self.target, self.is_before, self.unclear)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer that was given: the turn, what was asked, and the value."""

    turn: int
    name: str
    value: Json


class Resolver:
    """Resolves one reading against the tables and a discourse of its own."""

    def __init__(
        self, tables: Tables, discourse: Discourse, answers: Sequence[Answered], rivals: frozenset[str] = frozenset()
    ) -> None:
        """Resolve; of the `rivals`, if there are any, the user was asked to choose one."""
        self.tables = tables
        self.discourse = discourse
        self.answers = answers
        self.rivals = rivals
        self.resolved = 0
        self._listed: tuple[NounPhrase, str] | None = None

    async def intents(self, reading: Reading) -> tuple[Intent, ...]:
        """Return what a reading comes to; UnclearError if some of its words fit no row, or several."""
        found: list[Intent] = []
        is_held, place, used = False, "", None
        for number, clause in enumerate(reading):
            self.resolved = number
            if place not in ("", clause.environment) and not isinstance(clause, PlaceClause):
                raise UnclearError("it is about another place")
            match clause:
                case IntroClause():
                    row_id = await self.one(clause.environment, clause.speaker)
                    self.discourse.speaker = (clause.environment, clause.speaker.entity, row_id)
                case PlaceClause():
                    place = clause.environment
                case IfClause():
                    self.discourse.open()
                    row = await self._row(clause.environment, clause.row)
                    is_held = any(row.get(column) == clause.value for column in clause.columns)
                    if not is_held:
                        found.append(Intent("hold", clause.environment, ""))
                case ActClause():
                    self.discourse.open()
                    used = clause.tool
                    made = await self._act(clause)
                    if clause.tool.kind == "create":
                        self.discourse.mention(clause.environment, clause.tool.entity, UNKNOWN, 0)
                    if found and found[-1].kind == "hold":
                        found.pop()
                    else:
                        found.append(made)
                case GiveClause():
                    value = await self._chosen(clause)
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
                    acted = [each.environment for each in found if each.kind in ("act", "give")]
                    if (clause.row is None or clause.row.mode == "context") and clause.environment not in acted[-1:]:
                        raise UnclearError("what is asked about is not clear")
                    if clause.row is None and used is not None and not _returns(used, clause.name):
                        raise UnclearError("nothing that was done tells that figure")
                    found.append(await self._ask(clause))
                case CountClause():
                    rows = await self.fitting(clause.environment, clause.rows)
                    name = f"{clause.rows.entity}.total"
                    found.append(Intent("count", clause.environment, name, ((name, str(len(rows))),)))
        return tuple(found)

    async def _act(self, clause: ActClause) -> Intent:
        groups: list[dict[str, Json]] = [{}]
        unclear, rivals = "", frozenset[str]()
        for name, argument in clause.arguments:
            try:
                values = await self._argument(clause.environment, argument)
            except UnclearError as error:
                if not error.rivals or unclear:
                    raise
                unclear, rivals = name, error.rivals
                continue
            groups = [{**group, name: value} for group in groups for value in values]
        members = tuple(sorted((name, repr(group[name])) for group in groups for name in group))
        made = Intent("act", clause.environment, clause.name, members, values=tuple(groups))
        return replace(made, unclear=unclear, rivals=rivals)

    async def _chosen(self, clause: GiveClause) -> list[Json]:
        """Return what an answer gives: of rivals the only one that it fits."""
        if not self.rivals or not isinstance(clause.value, NounPhrase) or clause.value.mode != "rows":
            return await self._argument(clause.environment, clause.value)
        place = self.discourse.place
        fitting = [each for each in await self.fitting(clause.environment, clause.value) if each in self.rivals]
        if len(fitting) != 1:
            raise UnclearError(f"{len(fitting)} of the rivals fit")
        self.discourse.mention(clause.environment, clause.value.entity, fitting[0], place)
        return [fitting[0]]

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
            if not values:
                raise UnclearError("what is said to be told before was not")
            return [values[0 if argument.is_first else -1]]
        return [argument]

    async def _ask(self, clause: AskClause) -> Intent:
        made = Intent("ask", clause.environment, clause.name, (), ("", ""), clause.is_before, clause.column)
        row, environment = clause.row, clause.environment
        if row is None:
            return made
        if row.mode == "context":
            latest = self.discourse.latest(environment, row.entity) or ""
            return replace(made, target=(row.entity, latest.removeprefix(UNKNOWN)), is_context=True)
        newest = self._newest(environment, row)
        if newest == UNKNOWN:
            return replace(made, target=(row.entity, ""), is_context=True)
        if self._listed is not None and self._listed[0] is row:  # one row whose columns are listed is named once
            return replace(made, target=(row.entity, self._listed[1]))
        if row.mode == "rows":
            self.discourse.open()
        row_id = await self.one(environment, row)
        self._listed = (row, row_id)
        return replace(made, target=(row.entity, row_id))

    def _newest(self, environment: str, phrase: NounPhrase) -> str | None:
        """Return the row that a pronoun means."""
        if phrase.mode == "latest":
            return self.discourse.latest(environment, phrase.entity)
        if phrase.mode != "foremost":
            return None
        is_person = self._is_somebody(environment, phrase.entity)
        foremost = self.discourse.foremost(lambda where, entity: self._is_somebody(where, entity) == is_person)
        return foremost[2] if foremost and foremost[:2] == (environment, phrase.entity) else None

    def _is_somebody(self, environment: str, entity: str) -> bool:
        return self.tables.lexicons[environment].is_somebody(entity)

    async def one(self, environment: str, phrase: NounPhrase) -> str:
        """Return the id of the only row that a noun phrase fits, and note that it was spoken of."""
        if phrase.mode == "speaker":
            speaker = self.discourse.speaker
            if speaker is None or speaker[:2] != (environment, phrase.entity):
                raise UnclearError("who speaks is not known")
            self.discourse.mention(*speaker)
            return speaker[2]
        if phrase.mode == "foremost":
            newest = self._newest(environment, phrase)
            if newest in (None, UNKNOWN):
                raise UnclearError("what `it` means is not clear")
            self.discourse.mention(environment, phrase.entity, str(newest))
            return str(newest)
        if phrase.mode in ("latest", "context"):
            row_id = self.discourse.latest(environment, phrase.entity)
            if row_id in (None, UNKNOWN):
                raise UnclearError(f"which {phrase.entity} is meant is not clear", asks=phrase.mode == "context")
            assert row_id is not None, "it was just checked"
            self.discourse.mention(environment, phrase.entity, row_id)
            return row_id
        place = self.discourse.place
        rows = await self.fitting(environment, phrase)
        if len(rows) != 1:
            rivals = frozenset(rows if len(rows) > 1 else ())
            raise UnclearError(f"{len(rows)} rows of {phrase.entity} fit", asks=len(rows) > 1, rivals=rivals)
        self.discourse.mention(environment, phrase.entity, rows[0], place)
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
            value = await self._referent(environment, wanted) if isinstance(wanted, NounPhrase) else wanted
            rows = {row_id: row for row_id, row in rows.items() if _holds(row, constraint, value)}
        return self._first(phrase, rows) if phrase.extreme else list(rows)

    async def _referent(self, environment: str, phrase: NounPhrase) -> str:
        """Return the one row that another row is told by; rivals for it are no rivals for that other row."""
        try:
            return await self.one(environment, phrase)
        except UnclearError as error:
            raise UnclearError(str(error), asks=error.asks) from error

    def _first(self, phrase: NounPhrase, rows: Mapping[str, Row]) -> list[str]:
        found: dict[str, None] = {}
        for column, is_highest in phrase.extreme:
            ranked = [(row[column], row_id) for row_id, row in rows.items() if row.get(column) is not None]
            if ranked:
                best = (max if is_highest else min)(value for value, _ in ranked)  # type: ignore[type-var]  # alike
                found |= dict.fromkeys(row_id for value, row_id in ranked if value == best)
        return list(found)

    async def _row(self, environment: str, phrase: NounPhrase) -> Row:
        row_id = await self._referent(environment, phrase)
        row = await self.tables.row(environment, phrase.entity, row_id)
        if row is None:
            raise UnclearError(f"no call shows {phrase.entity} {row_id}")
        return row


def _returns(tool: ToolSpec, figure: str) -> bool:
    """Say whether a tool returns a figure of a name: what a row has under the same words is no such figure."""
    return any(part.name == figure for part in tool.returns)


def _holds(row: Row, constraint: Constraint, value: Json) -> bool:
    for column in constraint.columns:
        found = row.get(column)
        if found is None:
            continue
        match constraint.relation:
            case "is":
                holds = found == value and isinstance(found, bool) == isinstance(value, bool)
            case "called":
                holds = value in (found, str(found).partition(" ")[0])
            case "day":
                holds = str(found).startswith(str(value))
            case "from":
                holds = found >= value  # type: ignore[operator]  # of one column
            case _:
                holds = found <= value  # type: ignore[operator]  # of one column
        if holds:
            return True
    return False
