from collections.abc import Mapping
from dataclasses import replace

import pytest

from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.execute import ExecutionError, execute
from sampler.facts import Asked
from sampler.opening import opened
from sampler.plan import Binding, Choice, Fixed, Output, Plan
from sampler.task import StepRecord


def _choice(tool: str, code: str | None = None, **arguments: Binding) -> Choice:
    return Choice("tiny_desk", tool, arguments, code)


def _plan(*choices: Choice) -> Plan:
    return Plan(("tiny_desk",), 5, choices, (len(choices),))


CLOSE = (
    _choice("list_tickets", status=Fixed("open")),
    _choice("close_ticket", ticket_id=Output(0, "items[0].id")),
)
COST = Asked("cost", "money", Output(1, "cost"), 0, "the cost", True)


async def test_truth_is_what_the_plan_did(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    executed, criteria = await execute(_plan(*CLOSE), farm, manifests, [[COST]])

    truth = executed.truth
    assert [step.tool for step in truth.trajectory] == ["list_tickets", "close_ticket"]
    assert [step.writes for step in truth.trajectory] == [False, True]
    assert set(truth.diffs["tiny_desk"]["changed"]) == {"project", "ticket"}
    assert criteria.writes == truth.diffs
    assert [(fact.name, fact.value, fact.text) for fact in truth.facts] == [("cost", 1750, "1750")]
    assert len(truth.digests["tiny_desk"]) == 64


async def test_criteria_tell_which_columns_are_stamped_and_how_far_the_clock_went(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    _, criteria = await execute(_plan(*CLOSE), farm, manifests, [[]])

    assert criteria.clocked == {"tiny_desk": {"ticket": ("closed_at",)}}
    assert criteria.drift_s == {"tiny_desk": 60.0}


async def test_a_read_only_plan_demands_its_facts_and_no_change(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    budget = Asked("budget", "money", Output(0, "items[1].budget"), 0, "the budget", True)

    _, criteria = await execute(_plan(_choice("list_projects")), farm, manifests, [[budget]])

    assert criteria.writes == {}
    assert [fact.value for fact in criteria.facts] == [45000]


async def test_a_plan_that_demands_nothing_is_no_truth(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    with pytest.raises(ExecutionError, match="nothing is demanded"):
        await execute(_plan(_choice("list_projects")), farm, manifests, [[]])


async def test_a_refused_call_is_no_truth(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    with pytest.raises(ExecutionError, match="close_ticket was refused with not_open"):
        await execute(_plan(*CLOSE, CLOSE[1]), farm, manifests, [[]])


async def test_executions_that_differ_are_no_truth(
    farm: Farm, manifests: Mapping[str, Manifest], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = iter([1, 2])
    opened = farm.open

    async def reseeded(environments: tuple[str, ...], *, seed: int, realism: None) -> object:
        return await opened(environments, seed=seed + next(seeds))

    monkeypatch.setattr(farm, "open", reseeded)
    add = {"ticket_id": Output(0, "items[0].id"), "kind": Fixed("call"), "body": Fixed("x"), "minutes": Fixed(5)}

    with pytest.raises(ExecutionError, match="two executions differ"):
        await execute(_plan(CLOSE[0], _choice("add_note", **add)), farm, manifests, [[]])


async def test_the_worlds_as_the_task_begins_are_known_by_their_digests(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    closed = {"environment": "tiny_desk", "tool": "close_ticket", "arguments": {"ticket_id": "tic_2k4hna"}}
    setup = (StepRecord.model_validate({**closed, "writes": True}),)
    plan = _plan(*CLOSE)

    fresh, _ = await execute(plan, farm, manifests, [[]])
    later, criteria = await execute(replace(plan, setup=setup), farm, manifests, [[]])

    async with opened(farm, ("tiny_desk",), 5, setup) as session:
        assert later.snapshots == await session.digest() != fresh.snapshots
    assert "tic_2k4hna" not in criteria.writes["tiny_desk"]["changed"]["ticket"]
    assert later.drift_s == {"tiny_desk": 60.0}


async def test_a_planned_refusal_is_part_of_the_truth_with_its_words(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    plan = _plan(*CLOSE, replace(CLOSE[1], code="not_open"))

    executed, _ = await execute(plan, farm, manifests, [[]])

    last = executed.truth.trajectory[-1]
    assert (last.code, last.writes, last.content) == ("not_open", False, None)
    assert last.text.startswith("not_open: Ticket ")


@pytest.mark.parametrize(
    ("choice", "reason"),
    [
        (replace(CLOSE[1], code="not_open"), "close_ticket should be refused with not_open, but was accepted"),
        (
            _choice("close_ticket", "not_open", ticket_id=Fixed("tic_000000")),
            "close_ticket should be refused with not_open, but was refused with not_found",
        ),
        (_choice("close_ticket", ticket_id=Output(0, "items[99].id")), "close_ticket needs what no call returned"),
    ],
)
async def test_a_call_that_ends_otherwise_than_planned_is_no_truth(
    farm: Farm, manifests: Mapping[str, Manifest], choice: Choice, reason: str
) -> None:
    with pytest.raises(ExecutionError, match=reason):
        await execute(_plan(CLOSE[0], choice), farm, manifests, [[]])


async def test_a_fact_that_no_call_returned_is_no_truth(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    missing = replace(COST, source=Output(1, "price"))

    with pytest.raises(ExecutionError, match="a fact was not returned"):
        await execute(_plan(*CLOSE), farm, manifests, [[missing]])


async def test_worlds_that_cannot_be_opened_are_no_truth(farm: Farm, manifests: Mapping[str, Manifest]) -> None:
    setup = (StepRecord(environment="tiny_desk", tool="close_ticket", arguments={"ticket_id": "tic_000000"}),)

    with pytest.raises(ExecutionError, match="close_ticket of the setup was recorded otherwise: not_found"):
        await execute(replace(_plan(*CLOSE), setup=setup), farm, manifests, [[]])


async def test_the_second_execution_may_be_on_another_clients_word(
    farm: Farm, manifests: Mapping[str, Manifest]
) -> None:
    async with farm.scout() as scout:
        alone, _ = await execute(_plan(*CLOSE), farm, manifests, [[COST]])
        both, _ = await execute(_plan(*CLOSE), farm, manifests, [[COST]], scout)

    assert alone == both
