from collections.abc import Mapping

import pytest

from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.execute import ExecutionError, execute
from sampler.facts import Asked
from sampler.plan import Binding, Choice, Fixed, Output, Plan


def _choice(tool: str, **arguments: Binding) -> Choice:
    return Choice("tiny_desk", tool, arguments)


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

    async def reseeded(environments: tuple[str, ...], *, seed: int) -> object:
        return await opened(environments, seed=seed + next(seeds))

    monkeypatch.setattr(farm, "open", reseeded)
    add = {"ticket_id": Output(0, "items[0].id"), "kind": Fixed("call"), "body": Fixed("x"), "minutes": Fixed(5)}

    with pytest.raises(ExecutionError, match="two executions differ"):
        await execute(_plan(CLOSE[0], _choice("add_note", **add)), farm, manifests, [[]])
