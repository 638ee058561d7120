"""Saying a task: its turns in a person's words, kept only if a reader comes from the words alone to the truth."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from random import Random

from envkit.clock import derive
from envkit.manifest import Manifest
from farm.farm import Farm
from farm.session import Session
from sampler.meaning import Wish
from sampler.opening import opened
from sampler.solve.grammar import Grammar
from sampler.solve.judge import shortfall
from sampler.solve.solve import Solved, Unsolved, solve
from sampler.state import WorldState
from sampler.task import Persona, Proof, Rule, Task, Truth
from sampler.words.calibrate import TRIES, calibrate
from sampler.words.lexicon import Lexicon


@dataclass(frozen=True, slots=True)
class Said:
    """The words of each turn, who speaks, what was shown of them, and how many tries were dropped, each for why."""

    queries: tuple[str, ...]
    persona: Persona
    hidden: int
    proof: Proof
    dropped: tuple[str, ...] = ()


class UnsaidError(Exception):
    """A task that no try put into words a reader could solve; the message says why the last fell short."""


def grammars(manifests: Mapping[str, Manifest]) -> dict[str, Grammar]:
    """Compile what can be said about each environment; worth keeping for many tasks."""
    return {name: Grammar(Lexicon(manifest)) for name, manifest in manifests.items()}


async def say(
    turns: Sequence[Sequence[Wish]],
    plain: Sequence[str],
    states: Mapping[str, WorldState],
    known: Mapping[str, Grammar],
    truth: Truth,
    *,
    opening: Callable[[], AbstractAsyncContextManager[Session]],
    seed: int,
    calls: Sequence[int],
    outcomes: Sequence[str] = (),
    hidden_tools: Sequence[tuple[str, str]] = (),
    rules: Sequence[Rule] = (),
    noise: float = 1.0,
) -> Said:
    """Put a task's turns into words, from the freest voice to the stiffest, until a reader solves it from them.

    `states` are the worlds at the start, as `opening` opens them for each try. `calls` is how many of the truth's steps
    belong to each turn, `outcomes` how the turns must end; all `done` by default. Raises UnsaidError if no voice is
    understood.
    """
    lexicons = {name: known[name].lexicon for name in states}
    spoken = {name: known[name] for name in states}
    dropped: list[str] = []
    for number, (level, has_noise) in enumerate(TRIES):
        rng = Random(derive(seed, "words", number))
        told = calibrate(turns, states, lexicons, rng, level=level, noise=noise if has_noise else 0.0)
        async with opening() as session:
            solution = await _solved(told.queries, spoken, session, hidden_tools, rules)
        reason = shortfall(solution, truth, calls, outcomes or ["done"] * len(turns))
        if reason is None:
            proof = Proof(solved=True, shorter=shorter(told.queries, plain))
            return Said(told.queries, told.persona, told.hidden, proof, tuple(dropped))
        dropped.append(reason)
    raise UnsaidError(f"no words led a reader to its truth; at last {dropped[-1]}")


async def misread(task: Task, known: Mapping[str, Grammar], farm: Farm) -> str:
    """Have a reader solve a task from its queries; say where it falls short of the truth, or nothing.

    Raises FarmError where the worlds cannot be opened.
    """
    spoken = {name: known[name] for name in task.environments}
    async with opened(farm, task.environments, task.seed, task.setup) as session:
        queries = [turn.query for turn in task.turns]
        solution = await _solved(queries, spoken, session, task.hidden_tools, task.rules)
    calls, outcomes = [turn.calls for turn in task.turns], [turn.outcome for turn in task.turns]
    return shortfall(solution, task.truth, calls, outcomes) or ""


def shorter(queries: Sequence[str], plain: Sequence[str]) -> float:
    """Return by what share of the plain words the queries are shorter."""
    words, plainly = (sum(len(text.split()) for text in texts) for texts in (queries, plain))
    return round(1 - words / plainly, 4)


async def _solved(
    queries: Sequence[str],
    known: Mapping[str, Grammar],
    session: Session,
    hidden_tools: Sequence[tuple[str, str]],
    rules: Sequence[Rule],
) -> Solved | Unsolved:
    offered = {
        name: tuple(tool for tool in tools if (name, tool.name) not in hidden_tools)
        for name, tools in (await session.tools()).items()
    }
    return await solve(queries, offered, known, session, rules)
