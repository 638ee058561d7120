"""Rescues: arguments with which a tool may lift a refusal, all about rows near those of the refused call."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from envkit.calls import Json, JsonObject
from envkit.manifest import ArgumentSpec, ToolSpec
from sampler.ground import candidates
from sampler.state import WorldState

RESCUES = 4
"""How many arguments are offered for a tool."""

_ROWS, _HOPS = 4, 2

_SUMS = (0, 5_000, 50_000)
"""What is tried as a sum, in minor units; 0 leaves it to chance."""


def rescues(
    tool: ToolSpec, state: WorldState, rows: Mapping[str, Sequence[str]], rng: random.Random
) -> Iterator[JsonObject]:
    """Yield arguments about some rows, by entity: each of them in turn, each value of an enum, larger sums."""
    refs = [each for each in tool.arguments if each.type == "ref" and each.required]
    if any(not rows.get(each.to) for each in refs):
        return
    for index in range(RESCUES):
        fixed: dict[str, Json] = {}
        for argument in tool.arguments:
            value = _chosen(argument, rows, index)
            if value is not None and (argument.required or argument.type != "ref"):
                fixed[argument.name] = [value] if argument.many else value
        yield next(candidates(tool, state, rng, fixed=fixed), fixed)


class Neighbourhood:
    """Which rows of a state are near each other; made once for any number of calls."""

    def __init__(self, state: WorldState) -> None:
        self._state = state
        self._owners = {row: entity for entity, rows in state.rows.items() for row in rows}
        self._pointing = _pointing(state)

    def of(self, arguments: JsonObject) -> Mapping[str, Sequence[str]]:
        """Return the rows a call is about, by entity: those it names, and those near them in either direction."""
        owners = self._owners
        found: dict[str, None] = {}
        for given in arguments.values():
            found |= dict.fromkeys(str(each) for each in (given if isinstance(given, list) else [given]))
        found = {row: None for row in found if row in owners}
        edge = list(found)
        for _ in range(_HOPS):
            near = [str(each) for row in edge for each in self._state.rows[owners[row]][row].values()]
            near += [each for row in edge for each in self._pointing.get(row, ())[:_ROWS]]
            edge = [each for each in dict.fromkeys(near) if each in owners and each not in found]
            found |= dict.fromkeys(edge)
        related: dict[str, list[str]] = defaultdict(list)
        for row in found:
            related[owners[row]].append(row)
        return related


def _pointing(state: WorldState) -> Mapping[str, Sequence[str]]:
    """Return the rows that point at each row."""
    found: dict[str, list[str]] = defaultdict(list)
    for entity in state.manifest.entities:
        columns = [field.name for field in entity.fields if field.type == "ref"]
        for name, row in state.rows.get(entity.name, {}).items():
            for column in columns:
                if row.get(column) is not None:
                    found[str(row[column])].append(name)
    return found


def _chosen(argument: ArgumentSpec, rows: Mapping[str, Sequence[str]], index: int) -> Json:
    """Return the value that the attempt of that number gives to an argument; None to leave it to chance."""
    if argument.type == "ref":
        known = rows.get(argument.to, ())
        return known[index % len(known)] if known else None
    if argument.values and argument.type != "list":
        return argument.values[index % len(argument.values)]
    if argument.type == "money":
        wanted = _SUMS[index % len(_SUMS)]
        return min(wanted, argument.maximum or wanted) if wanted else None
    return None
