"""What a turn means, apart from any words for it: the user's wishes, and what each is about."""

from __future__ import annotations

from dataclasses import dataclass

from envkit.calls import Json
from envkit.manifest import ArgumentSpec, FieldSpec, ToolSpec
from sampler.facts import Asked
from sampler.refer import Description, Trait

Order = tuple[FieldSpec, bool]
"""How a list is sorted: the column, and whether it falls."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An argument as the user means it: a value, the rows it stands for, or what an earlier turn asked for.

    With `group` the rows are told as all of a kind that share these traits, not one by one.
    """

    argument: ArgumentSpec
    value: Json
    rows: tuple[Description, ...] = ()
    carried: Asked | None = None
    carried_turn: int = 0
    group: tuple[Trait, ...] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a row, by its column, before something is done: `field` is `value`."""

    description: Description
    field: FieldSpec
    value: Json


@dataclass(frozen=True, slots=True)
class Act:
    """Use a tool that is more than a plain look-up; then tell what was `asked`.

    `place` names the environment where a task has several. `only_if`: the user does not know whether it holds.
    `withheld`: arguments by name that the user leaves out, so that one has to ask; `vague`: arguments of which what the
    user says fits several rows. Where the mention of an argument is a `group`, the tool is used once for each row.
    """

    environment: str
    tool: ToolSpec
    mentions: tuple[Mention, ...]
    asked: tuple[Asked, ...] = ()
    place: str = ""
    only_if: Condition | None = None
    withheld: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Tell what is `asked` of one row; `is_after` the other wishes of the turn were granted."""

    environment: str
    description: Description
    asked: tuple[Asked, ...] = ()
    place: str = ""
    is_after: bool = False


@dataclass(frozen=True, slots=True)
class Browse:
    """Tell what is `asked` of the rows that pass filters: of the first in some order, or how many there are."""

    environment: str
    tool: ToolSpec
    mentions: tuple[Mention, ...]
    asked: tuple[Asked, ...] = ()
    place: str = ""
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Give:
    """Answer a question back about an earlier turn's act: the arguments that were left out, or which row was meant."""

    environment: str
    turn: int
    mentions: tuple[Mention, ...]
    asked: tuple[Asked, ...] = ()


Wish = Act | Look | Browse | Give


def rows_of(wish: Wish) -> tuple[Description, ...]:
    """Return the rows that a wish is about, in order."""
    if isinstance(wish, Look):
        return (wish.description,)
    return tuple(row for mention in wish.mentions for row in mention.rows)


def asked_of(wishes: tuple[Wish, ...]) -> tuple[Asked, ...]:
    """Return what some wishes ask for, in order."""
    return tuple(asked for wish in wishes for asked in wish.asked)
