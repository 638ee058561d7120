from envkit.calls import Observation, Step, ToolCall
from rollouts.policy import Move, Scene
from rollouts.retold import Retold, RetoldPolicy, retell
from sampler.plan import Fixed, Output, Several
from sampler.task import Fact
from tests.sampler.making import made, step


def a_task():
    steps = [
        step("find", {"email": "ana@example.org"}, {"items": [{"id": "gst_1aaaaa", "age": 40}]}),
        step("list", {"guest_id": "gst_1aaaaa"}, {"items": [{"id": "sty_1bbbbb", "guest_id": "gst_1aaaaa"}]}),
        step(
            "merge", {"stay_ids": ["sty_1bbbbb"], "nights": 3, "by": "gst_1aaaaa"}, {"stay": {"nights": 3, "price": 40}}
        ),
    ]
    facts = [
        Fact(name="stay.price", value=40, type="int", text="40"),
        Fact(name="x", value="gone", type="str", text="gone"),
    ]
    return made(("Merge the stays of ana@example.org for 3 nights.", steps), facts=facts)


def test_what_no_query_says_is_taken_from_the_call_that_showed_the_row() -> None:
    (turn,) = retell(a_task()).turns

    assert [dict(choice.arguments) for _, choice in turn] == [
        {"email": Fixed("ana@example.org")},
        {"guest_id": Output(0, "items[0].id")},
        {"stay_ids": Several((Output(1, "items[0].id"),)), "nights": Fixed(3), "by": Output(0, "items[0].id")},
    ]


def test_a_fact_is_read_where_its_turn_last_shows_it_and_stated_as_it_is_if_nothing_does() -> None:
    assert [place for _, place in retell(a_task()).facts] == [Output(2, "stay.price"), None]


def test_a_solution_is_changed_in_one_thing_only() -> None:
    retold = retell(a_task())

    assert [index for index, _ in retold.without(1).turns[0]] == [0, 2]
    assert retold.with_argument(2, "nights", 4).turns[0][2][1].arguments["nights"] == Fixed(4)
    assert retold.with_argument(2, "nights", 4).turns[0][:2] == retold.turns[0][:2]
    assert retold.with_call(ToolCall("desk", "shout", {"text": "hey"})).turns[0][3][1].tool == "shout"
    assert [index for index, _ in retell(a_task(), (1, 0, 2)).turns[0]] == [1, 0, 2]


def test_in_another_order_values_come_from_the_calls_that_are_made_first_in_it() -> None:
    steps = [
        step("find", {}, {"items": [{"id": "sty_1bbbbb", "nights": 3}]}),
        step("list", {}, {"items": [{"id": "sty_1bbbbb", "nights": 3}, {"id": "sty_2ccccc", "nights": 4}]}),
        step("extend", {"stay_id": "sty_1bbbbb"}, {"done": True}),
    ]
    facts = [Fact(name="stay.nights", value=3, type="int", text="3")]
    task = made(("Extend the shorter stay.", steps), facts=facts)

    usual, other = retell(task), retell(task, (1, 2, 0))

    assert usual.turns[0][2][1].arguments == {"stay_id": Output(0, "items[0].id")}
    assert [index for index, _ in other.turns[0]] == [1, 2, 0]
    assert other.turns[0][1][1].arguments == {"stay_id": Output(1, "items[0].id")}
    assert (usual.facts[0][1], other.facts[0][1]) == (Output(1, "items[0].nights"), Output(0, "items[0].nights"))


def refusing() -> Retold:
    steps = [
        step("find", {"email": "ana@example.org"}, {"items": [{"id": "gst_1aaaaa"}]}),
        step("refund", {"guest_id": "gst_1aaaaa"}, code="too_late"),
    ]
    task = made(("Refund ana@example.org.", steps))
    (turn,) = task.turns
    return retell(task.model_copy(update={"turns": (turn.model_copy(update={"outcome": "declines"}),)}))


async def said(retold: Retold, *steps: Step) -> Move:
    scene = Scene(retold.task.id, 0, 0, {}, (), "Refund.", steps, 9)
    return await RetoldPolicy(retold).act(scene)


async def test_that_a_turn_is_refused_is_known_only_from_the_call() -> None:
    retold = refusing()
    found = Step(ToolCall("desk", "find", {}), Observation("", {"items": [{"id": "gst_7zzzzz"}]}))
    refused, other = (Step(ToolCall("desk", "refund", {}), Observation("", code=code)) for code in ("too_late", "x"))

    assert await said(retold, found) == Move((ToolCall("desk", "refund", {"guest_id": "gst_7zzzzz"}),))
    assert "cannot be done" in (await said(retold, found, refused)).answer
    assert (await said(retold, found, other)).answer == ""
    assert (await said(retold.without(1), found)).answer == ""
    assert (await said(retold.without(0))) == Move()
