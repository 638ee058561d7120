"""Execution: a call plan played twice over MCP on fresh episodes, which must agree to the byte."""

from __future__ import annotations

from collections.abc import Sequence

from envkit.calls import Json, ToolCall
from envkit.clock import from_wire
from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.facts import Asked
from sampler.plan import Plan, resolve
from sampler.state import read_states
from sampler.task import Criteria, StepRecord, Truth, canonical


class ExecutionError(Exception):
    """A plan that cannot be truth; the message says why in a few words."""


async def execute(
    plan: Plan, farm: Farm, manifests: dict[str, Manifest], asked: Sequence[Sequence[Asked]]
) -> tuple[Truth, Criteria]:
    """Play a plan on two fresh episodes of its seed; `asked` holds the facts of each turn.

    Raises ExecutionError if a call is refused, a fact is missing, the two executions differ, or nothing is demanded.
    """
    first = await _execute_once(plan, farm, manifests, asked)
    second = await _execute_once(plan, farm, manifests, asked)
    if canonical(_dump(first)) != canonical(_dump(second)):
        raise ExecutionError("two executions differ")
    truth, criteria = first
    if criteria.hold_untouched:
        raise ExecutionError("nothing is demanded")
    return truth, criteria


async def _execute_once(
    plan: Plan, farm: Farm, manifests: dict[str, Manifest], asked: Sequence[Sequence[Asked]]
) -> tuple[Truth, Criteria]:
    async with await farm.open(plan.environments, seed=plan.seed) as session:
        before = await read_states(session, manifests)
        contents: list[Json] = []
        records = []
        for choice in plan.choices:
            arguments = resolve(choice, contents)
            observation = await session.call(ToolCall(choice.environment, choice.tool, arguments))
            if observation.is_refused:
                raise ExecutionError(f"{choice.tool} was refused with {observation.code}")
            contents.append(observation.content)
            records.append(
                StepRecord.model_validate(
                    {
                        "environment": choice.environment,
                        "tool": choice.tool,
                        "arguments": arguments,
                        "content": observation.content,
                        "writes": bool(manifests[choice.environment].tool(choice.tool).writes),
                    }
                )
            )
        diffs = {name: diff.to_json() for name, diff in sorted((await session.diff()).items())}
        after = await read_states(session, manifests)
        digests = dict(sorted((await session.digest()).items()))
    facts = tuple(each.read(contents, turn) for turn, group in enumerate(asked) for each in group)
    drift = {name: (from_wire(after[name].now) - from_wire(before[name].now)).total_seconds() for name in after}
    truth = Truth.model_validate({"trajectory": records, "diffs": diffs, "facts": facts, "digests": digests})
    writes = {name: diff for name, diff in truth.diffs.items() if diff}
    clocked = {name: _clocked(manifests[name]) for name in plan.environments}
    return truth, Criteria(writes=writes, facts=facts, clocked=clocked, drift_s=drift)


def _clocked(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    columns = {
        entity.name: tuple(field.name for field in entity.fields if field.type == "time" and field.generated)
        for entity in manifest.entities
    }
    return {name: fields for name, fields in columns.items() if fields}


def _dump(result: tuple[Truth, Criteria]) -> list[object]:
    return [part.model_dump(mode="json") for part in result]
