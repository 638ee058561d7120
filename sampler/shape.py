"""The shape of a task before it is grown: its kind, how many turns, how many calls; drawn from a mix."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from sampler.task import LONG_HORIZON, Kind

DEFAULT_MIX: Mapping[Kind, float] = {
    "act": 0.14,
    "answer": 0.10,
    "act_and_answer": 0.18,
    "multi_turn": 0.14,
    "missing_parameter": 0.06,
    "missing_tool": 0.04,
    "infeasible": 0.20,
    "policy": 0.05,
    "ambiguous": 0.04,
    "long_horizon": 0.05,
}
"""What share of the tasks is of which kind, if nothing else is asked for."""

MAX_TURNS, MAX_CALLS = 8, 20
_TURNS = {"multi_turn": (2, 6), "long_horizon": (4, 8), "infeasible": (2, 5)}
_FEW_TURNS = (1, 5)


class MixError(ValueError):
    """A mix that cannot be read, said in one sentence."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a draw should become: at least `turns` turns, and at least `calls` calls."""

    kind: Kind
    turns: int
    calls: int = 0


def parse_mix(text: str) -> Mapping[Kind, float]:
    """Read a mix such as `act=0.5,infeasible=0.5`; the shares are made to sum to 1. Raises MixError."""
    mix: dict[Kind, float] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, mark, share = part.partition("=")
        known = {str(kind): kind for kind in get_args(Kind)}
        if name not in known:
            raise MixError(f"{name!r} is no kind of task; the kinds are {', '.join(known)}")
        if known[name] in mix:
            raise MixError(f"{name!r} is there twice; give each kind one share")
        try:
            value = float(share)
        except ValueError:
            value = -1.0
        if not mark or not 0 <= value < float("inf"):
            raise MixError(f"expected {name}=SHARE with a number of 0 or more, not {part!r}")
        mix[known[name]] = value
    total = sum(mix.values())
    if not total:
        raise MixError("at least one kind needs a share above 0, as in act=0.5,infeasible=0.5")
    return {kind: value / total for kind, value in mix.items()}


def draw_shape(mix: Mapping[Kind, float], rng: random.Random) -> Shape:
    """Draw what the next task should become; the order in which the mix names its kinds does not matter."""
    kinds = sorted(mix)
    kind = rng.choices(kinds, [mix[kind] for kind in kinds])[0]
    fewest, most = _TURNS.get(kind, _FEW_TURNS)
    calls = rng.randint(LONG_HORIZON, MAX_CALLS - 4) if kind == "long_horizon" else 0
    return Shape(kind, rng.randint(fewest, most), calls)
