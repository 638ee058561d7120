"""The shapes an environment declares: rows of its state and results of its tools."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Generic, Literal, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Money = int
"""An amount in minor units (cents)."""


def _whole_seconds(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)


Time = Annotated[AwareDatetime, AfterValidator(_whole_seconds)]
"""A moment in UTC with whole seconds; on the wire `2025-03-03T09:00:00Z`."""


class Moves:
    """Marks a state field with the moves it allows: `Moves({"confirmed": ["cancelled"]})`."""

    def __init__(self, allowed: Mapping[str, Sequence[str]]) -> None:
        self.allowed = {state: tuple(targets) for state, targets in allowed.items()}


class Result(BaseModel):
    """What a tool answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a row class says of its rows: table, prefix of their ids, the tool that lists them, allowed moves."""

    table: str
    prefix: str
    found_by: str
    moves: Mapping[str, Mapping[str, tuple[str, ...]]]

    @property
    def spoken(self) -> str:
        """The kind's name in a sentence."""
        return self.table.replace("_", " ")


class Row(Result):
    """One row of a table; a subclass names its table, the prefix of its ids and the tool that lists them.

    Within one call a row is live: every name bound to it sees what `World.update` changed.
    """

    __kind__: ClassVar[Kind]

    id: str

    def __init_subclass__(
        cls, *, table: str, prefix: str, found_by: str = "", **config: Any
    ) -> None:  # Any: pydantic's
        super().__init_subclass__(**config)
        cls.__kind__ = Kind(table, prefix, found_by, {})

    @classmethod
    def __pydantic_init_subclass__(cls, **_: Any) -> None:  # Any: the class keywords, read above
        moves = {
            name: mark.allowed
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Moves)
        }
        cls.__kind__ = replace(cls.__kind__, moves=moves)


T = TypeVar("T")
RowT = TypeVar("RowT", bound=Row)


class Page(Result, Generic[RowT]):
    """A page of a list: its rows, how many there are in all, and the cursor of the next page if there is one."""

    items: Annotated[list[RowT], Field(description="The rows of this page")]
    total: Annotated[int, Field(description="How many rows match in all")]
    next_cursor: Annotated[str | None, Field(description="Give it as `cursor` to get the next page; null on the last")]


class Deleted(Result):
    """Confirms that a row is gone."""

    id: Annotated[str, Field(description="The id that was deleted")]
    deleted: Literal[True] = True


Limit = Annotated[int, Field(ge=1, le=100, description="Rows a page, at most 100")]
"""How many rows a list tool answers at once."""

Cursor = Annotated[str | None, Field(description="`next_cursor` of the page before; leave it out for the first page")]
"""Where a list tool goes on."""


def given(**values: object) -> dict[str, object]:
    """Keep the arguments that were given, i.e. are not None."""
    return {name: value for name, value in values.items() if value is not None}


def known(value: T | None) -> T:
    """Return a value that an earlier guard made sure of; a None is a bug in the tool."""
    assert value is not None, "a guard should have refused this call"
    return value
