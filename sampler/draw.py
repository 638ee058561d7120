"""One draw: a shape is grown in a live session, executed, proven and put into words; a task comes out, or why not."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from envkit.cast import Cast
from envkit.clock import derive
from farm.errors import FarmError
from farm.farm import Farm
from sampler.difficulty import difficulty
from sampler.execute import Executed, ExecutionError, execute
from sampler.graph import ToolGraph, joined
from sampler.hints import Hints, Known, Setups, in_names
from sampler.opening import opened
from sampler.orders import other_orders
from sampler.prune import Pruned, dead_read, dead_write, prune
from sampler.say import Said, UnsaidError, say
from sampler.shape import Shape
from sampler.solve.grammar import Grammar
from sampler.task import Criteria, Task, TaskTurn
from sampler.template import template
from sampler.uses import Uses
from sampler.walk import Walked, WalkError, walk

logger = logging.getLogger(__name__)

_SEEDS, _WALKS, _ENOUGH, _FEW = 2**31, 3, 8, 0.02
_WEIGHTS = {"state": 3, "facts": 2, "outcomes": 2, "rules": 1, "forbidden": 1}
"""What the parts of the criteria are worth to each other, where a task has them."""


@dataclass(frozen=True, slots=True)
class Commission:
    """What a draw is to make: its number, the environments, the seed that decides all of it, and the shape."""

    number: int
    environments: tuple[str, ...]
    seed: int
    shape: Shape


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a draw gave: a task that is not sealed yet, or the reason why there is none."""

    commission: Commission
    task: Task | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where draws are made: the farm over the official client, a scout over the lean one, what is known of tools."""

    farm: Farm
    scout: Farm
    graphs: Mapping[str, ToolGraph]
    hints: Hints
    known: Known
    setups: Setups
    grammars: Mapping[str, Grammar]
    casts: Mapping[str, Cast]


async def draw(commission: Commission, stage: Stage, uses: Uses) -> Drawn:
    """Make a task, or say why it came to nothing."""
    try:
        return Drawn(commission, await _made(commission, stage, uses))
    except (WalkError, ExecutionError, UnsaidError) as error:
        return Drawn(commission, None, str(error))
    except FarmError:
        raise
    except Exception as error:  # a bug that one draw comes upon must not stop the others
        logger.exception("a bug in draw %d over %s", commission.number, ", ".join(commission.environments))
        return Drawn(commission, None, f"a bug: {type(error).__name__}")


async def _made(commission: Commission, stage: Stage, uses: Uses) -> Task:
    graph = joined([stage.graphs[slug] for slug in commission.environments])
    seed = commission.seed % _SEEDS
    walked = await _walked(commission, stage, uses, graph)
    pruned = prune(walked.plan, walked.turns, graph.manifests)
    executed, criteria = await execute(pruned.plan, stage.farm, graph.manifests, pruned.asked, stage.scout)
    if tool := await dead_write(pruned, executed, stage.scout, graph.manifests):
        raise ExecutionError(f"{tool} makes no difference")
    if tool := dead_read(pruned, walked.turns, executed):
        raise ExecutionError(f"{tool} shows only what another call does")
    rng = random.Random(derive(commission.seed, "orders"))
    orders = await other_orders(pruned, executed, stage.scout, graph.manifests, rng)
    said = await say(
        [turn.wishes for turn in walked.turns],
        [turn.plain for turn in walked.turns],
        walked.states,
        stage.grammars,
        executed.truth,
        opening=partial(opened, stage.scout, pruned.plan.environments, seed, pruned.plan.setup),
        seed=commission.seed,
        calls=pruned.plan.turns,
        outcomes=[turn.outcome for turn in walked.turns],
        hidden_tools=walked.hidden,
        rules=walked.rules,
    )
    task = _task(walked, pruned, executed, criteria, orders, said)
    offered = sum(len(manifest.tools) for manifest in graph.manifests.values()) - len(walked.hidden)
    return task.model_copy(update={"template": template(task), "difficulty": difficulty(task, offered)})


async def _walked(commission: Commission, stage: Stage, uses: Uses, graph: ToolGraph) -> Walked:
    """Walk until a walk follows some unused edges, a few times at most; return the one that follows the most.

    Where few edges are unused the first walk is as good as any. Raises WalkError if none came to be.
    """
    seed, found, trouble = commission.seed % _SEEDS, list[Walked](), WalkError("no walk was made")
    unused = sum(not uses.edges.get(edge) for edge in graph.proven)
    casts = {slug: stage.casts[slug] for slug in commission.environments if slug in stage.casts}
    told = in_names(stage.hints, stage.known, stage.setups, casts, seed)
    for attempt in range(_WALKS):
        async with await stage.scout.open(tuple(graph.manifests), seed=seed) as session:
            try:
                found.append(await walk(session, graph, seed, uses, commission.shape, *told, attempt))
            except WalkError as error:
                trouble = error
        if found and (found[-1].worth >= _ENOUGH or unused <= _FEW * len(graph.proven)):
            break
    if not found:
        raise trouble
    return max(found, key=lambda walked: walked.worth)


def _task(
    walked: Walked,
    pruned: Pruned,
    executed: Executed,
    criteria: Criteria,
    orders: tuple[tuple[int, ...], ...],
    said: Said,
) -> Task:
    turns = tuple(
        TaskTurn(query=query, plain=turn.plain, calls=calls, outcome=turn.outcome, about=turn.about)
        for query, turn, calls in zip(said.queries, walked.turns, pruned.plan.turns, strict=True)
    )
    return Task(
        id="",
        environments=walked.plan.environments,
        seed=walked.plan.seed,
        turns=turns,
        truth=executed.truth.model_copy(update={"orders": orders}),
        criteria=criteria.model_copy(update={"weights": _weights(criteria, walked)}),
        kind=walked.kind,
        setup=walked.plan.setup,
        snapshots=executed.snapshots,
        hidden_tools=walked.hidden,
        rules=walked.rules,
        persona=said.persona,
        proof=said.proof.model_copy(update={"alternatives": len(orders)}),
    )


def _weights(criteria: Criteria, walked: Walked) -> dict[str, float]:
    """Weigh the parts that a task has, so that they sum to 1."""
    has = {
        "state": bool(criteria.writes),
        "facts": bool(criteria.facts),
        "outcomes": any(turn.outcome != "done" for turn in walked.turns),
        "rules": bool(walked.rules),
        "forbidden": True,
    }
    total = sum(weight for name, weight in _WEIGHTS.items() if has[name])
    return {name: weight / total for name, weight in _WEIGHTS.items() if has[name]}
