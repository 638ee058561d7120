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
    assert [places for _, places in retell(a_task()).facts] == [(Output(2, "stay.price"),), ()]


def test_a_solution_is_changed_in_one_thing_only() -> None:
    retold = retell(a_task())

    assert [index for index, _ in retold.without(1).turns[0]] == [0, 2]
    assert retold.with_argument(2, "nights", 4).turns[0][2][1].arguments["nights"] == Fixed(4)
    assert retold.with_argument(2, "nights", 4).turns[0][:2] == retold.turns[0][:2]
    assert retold.with_call(ToolCall("desk", "shout", {"text": "hey"})).turns[0][3][1].tool == "shout"
    assert [index for index, _ in retell(a_task(), (1, 0, 2)).turns[0]] == [1, 0, 2]


def test_in_another_order_only_what_writes_show_is_taken_from_them() -> None:
    steps = [
        step("find", {}, {"items": [{"id": "sty_1bbbbb", "nights": 3}]}),
        step("open", {"stay_id": "sty_1bbbbb"}, {"id": "bil_1ccccc"}, writes=True),
        step("list", {}, {"items": [{"id": "sty_1bbbbb", "nights": 3}, {"id": "sty_2ccccc", "nights": 4}]}),
        step("pay", {"bill_id": "bil_1ccccc", "stay_id": "sty_1bbbbb"}, {"done": True}, writes=True),
    ]
    facts = [Fact(name="stay.nights", value=3, type="int", text="3")]
    task = made(("Pay for the shorter stay.", steps), facts=facts)

    usual, other = retell(task), retell(task, (2, 1, 0, 3))

    first = Output(0, "items[0].id")
    assert usual.turns[0][3][1].arguments == {"bill_id": Output(1, "id"), "stay_id": first}
    assert [index for index, _ in other.turns[0]] == [2, 1, 0, 3]
    assert other.turns[0][3][1].arguments == {"bill_id": Output(1, "id"), "stay_id": Fixed("sty_1bbbbb")}
    at_list, at_find = Output(2, "items[0].nights"), Output(0, "items[0].nights")
    assert (usual.facts[0][1], other.facts[0][1]) == ((at_list,), (at_find, at_list))


async def test_in_another_order_a_fact_is_stated_if_any_place_shows_it() -> None:
    steps = [step("find", {}, {"nights": 3}), step("list", {}, {"nights": 3})]
    task = made(("How long?", steps), facts=[Fact(name="stay.nights", value=3, type="int", text="3")])
    here = [
        Step(ToolCall("desk", name, {}), Observation("", {"nights": nights})) for name, nights in (("a", 3), ("b", 4))
    ]

    assert (await said(retell(task, (0, 1)), *here)).answer == "stay.nights: 3"
    assert (await said(retell(task), *here)).answer == "stay.nights: 4"


def test_an_id_is_taken_from_the_environment_that_it_is_for() -> None:
    steps = [
        step("find", {}, {"items": [{"id": "cus_1aaaaa", "mail": "ana@example.org"}]}, environment="shop"),
        step("list", {}, {"items": [{"id": "cus_1aaaaa"}]}),
        step("invite", {"customer_id": "cus_1aaaaa", "mail": "ana@example.org"}),
    ]

    retold = retell(made(("Invite her.", steps)))

    assert retold.turns[0][2][1].arguments == {
        "customer_id": Output(1, "items[0].id"),
        "mail": Output(0, "items[0].mail"),
    }


def test_a_number_is_not_taken_from_where_a_yes_stands() -> None:
    steps = [step("find", {}, {"is_held": True, "level": 2}), step("list", {"level": 1}, {"items": []})]

    retold = retell(made(("Find out.", steps)))

    assert retold.turns[0][1][1].arguments == {"level": Fixed(1)}


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
