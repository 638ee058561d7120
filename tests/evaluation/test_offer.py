import pytest

from evaluation.offer import Offer, OfferError, parse_offer
from farm.link import Tool
from sampler.task import Criteria, StepRecord, Task, TaskTurn, Truth


def a_tool(name: str, description: str = "") -> Tool:
    return Tool(name, description, {}, None, {})


TOOLS = {
    "air": (
        a_tool("list_flights", "List flights by airport and day."),
        a_tool("get_flight", "Get one flight with its gate."),
        a_tool("pay_invoice", "Pay an open invoice."),
        a_tool("cancel_flight", "Cancel a flight."),
    ),
    "bank": (a_tool("pay_bill", "Pay a bill."), a_tool("close_account", "Close an account.")),
}


def a_task(*needed: tuple[str, str], **changes: object) -> Task:
    steps = tuple(StepRecord(environment=slug, tool=tool, arguments={}) for slug, tool in needed)
    parts = {
        "id": "task_1",
        "environments": ("air", "bank"),
        "seed": 0,
        "turns": (TaskTurn(query="Pay the bill please.", calls=len(steps)),),
        "truth": Truth(trajectory=steps, diffs={}, facts=(), digests={}),
        "criteria": Criteria(writes={}, facts=()),
    }
    return Task.model_validate({**parts, **changes})


def names(offered: dict[str, tuple[Tool, ...]]) -> dict[str, list[str]]:
    return {slug: [tool.name for tool in tools] for slug, tools in offered.items()}


def test_all_is_what_there_is_but_for_what_the_task_hides() -> None:
    found = names(Offer().of(a_task(hidden_tools=(("bank", "pay_bill"),)), TOOLS))

    assert found == {
        "air": ["list_flights", "get_flight", "pay_invoice", "cancel_flight"],
        "bank": ["close_account"],
    }


def test_needed_is_what_the_truth_calls() -> None:
    assert names(Offer(0).of(a_task(("air", "get_flight")), TOOLS)) == {"air": ["get_flight"], "bank": []}


def test_the_nearest_have_the_most_words_in_common_with_a_needed_tool() -> None:
    assert names(Offer(1).of(a_task(("air", "pay_invoice")), TOOLS)) == {"air": ["pay_invoice"], "bank": ["pay_bill"]}
    assert names(Offer(1).of(a_task(("air", "get_flight")), TOOLS))["air"] == ["get_flight", "cancel_flight"]


def test_where_nothing_is_needed_the_queries_choose() -> None:
    assert names(Offer(1).of(a_task(), TOOLS)) == {"air": [], "bank": ["pay_bill"]}


def test_more_than_there_is_is_all() -> None:
    assert Offer(50).of(a_task(("air", "get_flight")), TOOLS) == Offer().of(a_task(), TOOLS)


def test_a_hidden_tool_is_not_offered_though_the_truth_calls_it() -> None:
    task = a_task(("air", "get_flight"), hidden_tools=(("air", "get_flight"),))

    assert "get_flight" not in names(Offer(1).of(task, TOOLS))["air"]


@pytest.mark.parametrize("text", ["all", "needed", "near:7"])
def test_an_offer_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_offer(text)) == text


@pytest.mark.parametrize("text", ["none", "near", "near:", "near:-1", "all:3", ""])
def test_what_is_no_offer_is_refused(text: str) -> None:
    with pytest.raises(OfferError, match="expected all, needed or near:N"):
        parse_offer(text)
