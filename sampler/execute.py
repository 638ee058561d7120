"""Execution: a call plan played twice over MCP on fresh episodes, which must agree to the byte."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from envkit.calls import Json, Observation, ToolCall
from envkit.clock import from_wire
from envkit.manifest import Manifest
from farm.errors import FarmError
from farm.farm import Farm
from sampler.facts import Asked
from sampler.opening import opened
from sampler.plan import Choice, Plan, resolve
from sampler.task import Criteria, StepRecord, Truth, canonical
from sampler.values import is_stamp


class ExecutionError(Exception):
    """A plan that cannot be truth; the message says why in a few words.

    `refused` is the index of a call that was refused and should not have been.
    """

    def __init__(self, message: str, refused: int | None = None) -> None:
        super().__init__(message)
        self.refused = refused


@dataclass(frozen=True, slots=True)
class Executed:
    """What playing a plan gave; `snapshots`: the digests of the worlds as it began, `drift_s`: how far clocks went."""

    truth: Truth
    snapshots: Mapping[str, str]
    drift_s: Mapping[str, float]

    @property
    def mark(self) -> bytes:
        """All of it in bytes, to compare executions by."""
        return canonical([self.truth.model_dump(mode="json"), dict(self.snapshots), dict(self.drift_s)])


async def execute(
    plan: Plan,
    farm: Farm,
    manifests: Mapping[str, Manifest],
    asked: Sequence[Sequence[Asked]],
    other: Farm | None = None,
) -> tuple[Executed, Criteria]:
    """Play a plan on two fresh episodes of its seed; `asked` holds the facts of each turn.

    The second one is played on the `other` farm, if there is one: another client's word on the same servers. Raises
    ExecutionError if a call does not end as planned, a fact is missing, the two executions differ, or nothing is
    demanded.
    """
    first = await execute_once(plan, farm, manifests, asked)
    second = await execute_once(plan, other or farm, manifests, asked)
    if first.mark != second.mark:
        raise ExecutionError("two executions differ")
    writes = {name: diff for name, diff in first.truth.diffs.items() if diff}
    clocked = {name: _clocked(manifests[name]) for name in plan.environments}
    ticks = {name: manifests[name].clock.tick_s for name in plan.environments}
    criteria = Criteria(writes=writes, facts=first.truth.facts, clocked=clocked, drift_s=first.drift_s, tick_s=ticks)
    if criteria.hold_untouched:
        raise ExecutionError("nothing is demanded")
    return first, criteria


async def execute_once(
    plan: Plan, farm: Farm, manifests: Mapping[str, Manifest], asked: Sequence[Sequence[Asked]]
) -> Executed:
    """Play a plan on a fresh episode; raises ExecutionError if a call does not end as planned or a fact is missing."""
    try:
        async with opened(farm, plan.environments, plan.seed, plan.setup) as session:
            before = dict(sorted((await session.standing()).items()))
            contents: list[Json] = []
            records = []
            for choice in plan.choices:
                arguments = _resolved(choice, contents)
                observation = await session.call(ToolCall(choice.environment, choice.tool, arguments))
                if observation.code != choice.code:
                    refused = len(contents) if choice.code is None else None
                    raise ExecutionError(_otherwise(choice, observation), refused)
                contents.append(observation.content)
                records.append(_record(choice, arguments, observation, manifests))
            after = dict(sorted((await session.standing()).items()))
    except FarmError as error:
        raise ExecutionError(str(error)) from error
    try:
        facts = tuple(each.read(contents, turn) for turn, group in enumerate(asked) for each in group)
    except (LookupError, TypeError) as error:
        raise ExecutionError("a fact was not returned") from error
    drift = {name: (from_wire(after[name].now) - from_wire(before[name].now)).total_seconds() for name in after}
    snapshots = {name: world.digest for name, world in before.items()}
    diffs = {name: world.diff.to_json() for name, world in after.items()}
    digests = {name: world.digest for name, world in after.items()}
    truth = Truth.model_validate({"trajectory": records, "diffs": diffs, "facts": facts, "digests": digests})
    return Executed(truth, snapshots, drift)


def _resolved(choice: Choice, contents: Sequence[Json]) -> Mapping[str, Json]:
    try:
        return resolve(choice, contents)
    except (LookupError, TypeError) as error:
        raise ExecutionError(f"{choice.tool} needs what no call returned") from error


def _record(
    choice: Choice, arguments: Mapping[str, Json], seen: Observation, manifests: Mapping[str, Manifest]
) -> StepRecord:
    writes = not seen.is_refused and bool(manifests[choice.environment].tool(choice.tool).writes)
    return StepRecord.model_validate(
        {
            "environment": choice.environment,
            "tool": choice.tool,
            "arguments": arguments,
            "content": seen.content,
            "code": seen.code,
            "text": seen.text if seen.is_refused else "",
            "writes": writes,
        }
    )


def _otherwise(choice: Choice, seen: Observation) -> str:
    if choice.code is None:
        return f"{choice.tool} was refused with {seen.code}"
    ended = f"refused with {seen.code}" if seen.is_refused else "accepted"
    return f"{choice.tool} should be refused with {choice.code}, but was {ended}"


def _clocked(manifest: Manifest) -> dict[str, tuple[str, ...]]:
    columns = {
        entity.name: tuple(field.name for field in entity.fields if is_stamp(field)) for entity in manifest.entities
    }
    return {name: fields for name, fields in columns.items() if fields}
