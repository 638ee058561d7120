"""Detours: calls like those of a witness, an earlier one varied, by which a condition at last goes its other way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from envkit.clock import derive
from generator.interpret import Interpreter
from generator.search import Call, Goal, Witness, conditions_of, variations

_VARIED = 40
"""How many variations of one call are tried."""


def detours(root: Interpreter, known: Sequence[Witness]) -> Iterator[Witness]:
    """Yield successes that go ways which no known success of their tool goes; the search varies last calls only."""
    for tool, part in root.blueprint.tools.items():
        ways = {(text, holds) for text in conditions_of(part) for holds in (True, False)}
        successes = [each for each in known if each.goal.tool == tool and not each.goal.code]
        for witness in successes:
            ways -= witness.goal.ways
        for witness in successes:
            for found in _strayed(root, witness) if ways else ():
                if found.goal.ways & ways:
                    ways -= found.goal.ways
                    yield found


def _strayed(root: Interpreter, witness: Witness) -> Iterator[Witness]:
    """Yield the successes that come of a witness's calls with one but the last of them varied, late ones first."""
    chance = Random(derive(root.blueprint.name, "detours", witness.goal.tool))
    for at in range(len(witness.calls) - 2, -1, -1):
        before, (tool, arguments), after = witness.calls[:at], witness.calls[at], witness.calls[at + 1 :]
        world = root.copy()
        for call in before:
            world.attempt(*call)
        varied = [*variations(world, tool, arguments, chance)]
        for each in chance.sample(varied, min(_VARIED, len(varied))):
            other = world.copy()
            if _succeed(other, [(tool, each), *after]):
                yield Witness(Goal(witness.goal.tool, "", other.ways), (*before, (tool, each), *after))


def _succeed(world: Interpreter, calls: Sequence[Call]) -> bool:
    return all(world.attempt(*call) is None for call in calls)
