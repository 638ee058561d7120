"""What a reader makes of words: noun phrases and clauses, before any row is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from envkit.calls import Json
from envkit.manifest import ToolSpec


@dataclass(frozen=True, slots=True)
class Constraint:
    """What must hold of a row by one of some columns: a value, a bound, a day, or a reference to a row.

    `relation` is `is`, `from`, `to`, `day`, or `called` where a first name will do.
    """

    columns: tuple[str, ...]
    value: Json | NounPhrase
    relation: str = "is"


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """Words for rows of an entity.

    `mode`: `rows` by what holds of them; `foremost` for `it`; `latest` for `that booking`; `speaker` for `me`;
    `context` for a noun alone, which what was just returned or said must settle. `extreme`: columns by which it is
    first (False) or last (True). `holder`: a row that points at it by a column.
    """

    entity: str
    mode: str = "rows"
    is_all: bool = False
    constraints: tuple[Constraint, ...] = ()
    extreme: tuple[tuple[str, bool], ...] = ()
    holder: tuple[str, NounPhrase] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """A value that an earlier answer gave, the last one or the first, by the columns that its words may mean."""

    columns: tuple[str, ...]
    is_first: bool = False


One = Json | NounPhrase | Told
Argument = One | tuple[One, ...]


@dataclass(frozen=True, slots=True)
class ActClause:
    """Use a tool with these arguments by name."""

    environment: str
    name: str
    arguments: tuple[tuple[str, Argument], ...]
    tool: ToolSpec = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AskClause:
    """Tell a column of a row, or with no row a figure that a tool returned; `is_before` the turn changed anything."""

    environment: str
    name: str
    row: NounPhrase | None
    column: str = ""
    is_before: bool = False


@dataclass(frozen=True, slots=True)
class LookClause:
    """Have a look at a row."""

    environment: str
    row: NounPhrase


@dataclass(frozen=True, slots=True)
class CountClause:
    """Tell how many rows there are."""

    environment: str
    rows: NounPhrase


@dataclass(frozen=True, slots=True)
class IfClause:
    """Do what follows only if a column of a row has a value."""

    environment: str
    row: NounPhrase
    columns: tuple[str, ...]
    value: Json


@dataclass(frozen=True, slots=True)
class IntroClause:
    """Say who speaks."""

    environment: str
    speaker: NounPhrase


@dataclass(frozen=True, slots=True)
class PlaceClause:
    """Say which environment what follows is about."""

    environment: str


@dataclass(frozen=True, slots=True)
class GiveClause:
    """Answer a question back: values for the argument of a name, or for whichever is missing."""

    environment: str
    argument: str
    value: Argument


Clause = ActClause | AskClause | LookClause | CountClause | IfClause | IntroClause | PlaceClause | GiveClause
Reading = tuple[Clause, ...]
