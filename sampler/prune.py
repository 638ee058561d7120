"""Dead calls: those whose removal changes neither what is demanded nor what is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from envkit.calls import Json
from envkit.manifest import FieldSpec, Manifest
from farm.farm import Farm
from sampler.draft import TurnDraft
from sampler.execute import Executed, ExecutionError, execute_once
from sampler.facts import Asked
from sampler.meaning import Browse
from sampler.plan import Binding, Choice, Fixed, Output, Plan, Several, at
from sampler.task import StepRecord, canonical
from sampler.values import is_restamped, is_stamp

_MOST_DROPPED = 3
"""How often a write that is left out may take another call with it."""

_Cell = tuple[str, str, str, bytes]
"""Environment, row, column and value."""


@dataclass(frozen=True, slots=True)
class Pruned:
    """A plan and, for each turn, what it asks for, which points into the plan's calls."""

    plan: Plan
    asked: tuple[tuple[Asked, ...], ...]


def prune(plan: Plan, turns: Sequence[TurnDraft], manifests: Mapping[str, Manifest]) -> Pruned:
    """Leave out the reads that feed no later call and give no fact.

    What a condition is about is among the rows of the call that it is for, or asked for.
    """
    asked = tuple(turn.asked for turn in turns)
    return without(plan, asked, set(range(len(plan.choices))) - _needed(plan, turns, manifests))


def without(plan: Plan, asked: Sequence[Sequence[Asked]], dropped: set[int]) -> Pruned:
    """Return a plan without some calls, which nothing else in it may point at."""
    return rearranged(plan, asked, [index for index in range(len(plan.choices)) if index not in dropped])


def rearranged(plan: Plan, asked: Sequence[Sequence[Asked]], order: Sequence[int]) -> Pruned:
    """Return a plan of these calls in that order; no call may leave its turn, nor be pointed at and left out."""
    place = {index: number for number, index in enumerate(order)}
    choices = tuple(_moved(plan.choices[index], place) for index in order)
    ends, calls = 0, []
    for taken in plan.turns:
        calls.append(sum(index in place for index in range(ends, ends + taken)))
        ends += taken
    moved = tuple(tuple(replace(each, source=_output(each.source, place)) for each in group) for group in asked)
    return Pruned(replace(plan, choices=choices, turns=tuple(calls)), moved)


async def dead_write(pruned: Pruned, executed: Executed, farm: Farm, manifests: Mapping[str, Manifest]) -> str | None:
    """Execute a plan without each of its writes in turn; return the tool of one that made no difference, if any.

    What reads from a write goes with it, unless that gives a fact, and so does what is refused without it: of skipping,
    restoring and skipping a box the first two come to nothing together.
    """
    writes = [index for index, step in enumerate(executed.truth.trajectory) if step.writes]
    for index in writes if len(writes) > 1 else ():
        other = await _executed_without(pruned, index, farm, manifests)
        if other is not None and _demanded(other, manifests) == _demanded(executed, manifests):
            return pruned.plan.choices[index].tool
    return None


async def _executed_without(
    pruned: Pruned, index: int, farm: Farm, manifests: Mapping[str, Manifest]
) -> Executed | None:
    """Execute a plan without a write and what cannot be had or is refused without it; None if that takes too much."""
    facts = {each.source.step for group in pruned.asked for each in group}
    dropped = _with_followers(pruned.plan, index)
    for _ in range(_MOST_DROPPED):
        if dropped & facts or len(dropped) == len(pruned.plan.choices):
            return None
        less = without(pruned.plan, pruned.asked, dropped)
        try:
            return await execute_once(less.plan, farm, manifests, less.asked)
        except ExecutionError as error:
            if error.refused is None:
                return None
            kept = [number for number in range(len(pruned.plan.choices)) if number not in dropped]
            dropped |= _with_followers(pruned.plan, kept[error.refused])
    return None


def dead_read(pruned: Pruned, turns: Sequence[TurnDraft], executed: Executed) -> str | None:
    """Return the tool of a read without which everything asked could be told all the same, if there is one.

    Nothing reads from it, and what is asked of it stands in what another call returned by the end of the turn, of the
    same row; or a later call of the turn shows the like of another row, which is then told by chance. A list that tells
    one row from others is needed to know which one it is, unless what is asked is guessed as well.
    """
    steps = executed.truth.trajectory
    told: dict[int, list[tuple[Asked, int, bool]]] = {}
    for end, turn, group in zip(accumulate(pruned.plan.turns), turns, pruned.asked, strict=True):
        listed = [isinstance(wish, Browse) for wish in turn.wishes for _ in wish.asked]
        for asked, is_listed in zip(group, listed, strict=True):
            told.setdefault(asked.source.step, []).append((asked, end, is_listed))
    fed = {source for choice in pruned.plan.choices for source in sources_of(choice)}
    cells = [frozenset(_cells(step.content, step.environment)) for step in steps]
    for index, step in enumerate(steps):
        if step.writes or step.code is not None or index in fed or index not in told:
            continue
        if all(_is_told_elsewhere(asked, index, end, is_listed, cells, steps) for asked, end, is_listed in told[index]):
            return step.tool
    return None


def _is_told_elsewhere(
    asked: Asked, index: int, end: int, is_listed: bool, cells: Sequence[frozenset[_Cell]], steps: Sequence[StepRecord]
) -> bool:
    """Say whether what is asked of a step stands elsewhere: of the same row by the `end`, or of any in a later step."""
    cell = _cell(asked, steps[index])
    if cell is None:
        return False
    if not is_listed and any(cell in cells[other] for other in range(end) if other != index):
        return True
    by_chance = {each[2:] for later in range(index + 1, end) for each in cells[later]}
    return cell[2:] in by_chance and not (is_listed and asked.is_strong)


def _demanded(executed: Executed, manifests: Mapping[str, Manifest]) -> list[object]:
    """Return what an execution changed, and its facts; of stamps of the time, only that they appeared or went."""
    changes = []
    for slug, diff in executed.truth.diffs.items():
        for part, entities in diff.items():
            for entity, rows in entities.items():
                fields = {field.name: field for field in manifests[slug].entity(entity).fields}
                for row_id, row in rows.items():
                    if kept := {
                        name: cell for name, value in row.items() for cell in _told(fields.get(name), part, value)
                    }:
                        changes.append([slug, part, entity, row_id, kept])
    return [changes, executed.truth.facts]


def _told(field: FieldSpec | None, part: str, value: Json) -> Iterator[Json]:
    """Yield what a cell of a diff comes to, nothing for a mere stamp; times themselves shift with the calls before."""
    if field is None or not is_stamp(field):
        yield value
    elif part == "changed":
        assert isinstance(value, list | tuple), "a changed column is a pair (before, after)"
        before, after = value
        if not is_restamped(field, before, after):
            yield [before is not None, after is not None]


def sources_of(choice: Choice) -> Iterator[int]:
    """Yield the steps that a call reads from."""
    for binding in choice.arguments.values():
        members = binding.members if isinstance(binding, Several) else (binding,)
        yield from (member.step for member in members if isinstance(member, Output))


def _needed(plan: Plan, turns: Sequence[TurnDraft], manifests: Mapping[str, Manifest]) -> set[int]:
    """Return the calls that change something, are refused, give a fact, or feed one of these."""
    needed = {each.source.step for turn in turns for each in turn.asked}
    for index in reversed(range(len(plan.choices))):
        choice = plan.choices[index]
        if choice.code is not None or manifests[choice.environment].tool(choice.tool).writes:
            needed.add(index)
        if index in needed:
            needed.update(sources_of(choice))
    return needed


def _with_followers(plan: Plan, index: int) -> set[int]:
    """Return a call with all that reads from it, or from what reads from it."""
    found = {index}
    for later in range(index + 1, len(plan.choices)):
        if found.intersection(sources_of(plan.choices[later])):
            found.add(later)
    return found


def _moved(choice: Choice, place: Mapping[int, int]) -> Choice:
    return replace(choice, arguments={name: _bound(binding, place) for name, binding in choice.arguments.items()})


def _bound(binding: Binding, place: Mapping[int, int]) -> Binding:
    if isinstance(binding, Several):
        return Several(tuple(_one(member, place) for member in binding.members))
    return _one(binding, place)


def _one(binding: Fixed | Output, place: Mapping[int, int]) -> Fixed | Output:
    return _output(binding, place) if isinstance(binding, Output) else binding


def _output(output: Output, place: Mapping[int, int]) -> Output:
    return replace(output, step=place[output.step])


def _cell(asked: Asked, step: StepRecord) -> _Cell | None:
    """Return the cell of a row that a fact is; None if it belongs to no row."""
    path, _, column = asked.source.path.rpartition(".")
    row = at(step.content, path)
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
        return None
    return step.environment, str(row["id"]), column, canonical(row[column])


def _cells(content: Json, environment: str) -> Iterator[_Cell]:
    """Yield the cells of all rows in a result."""
    if isinstance(content, Mapping):
        if isinstance(content.get("id"), str):
            for column, value in content.items():
                yield environment, str(content["id"]), column, canonical(value)
        for member in content.values():
            yield from _cells(member, environment)
    elif isinstance(content, list | tuple):
        for member in content:
            yield from _cells(member, environment)
