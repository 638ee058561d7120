"""The reward on hand-made tasks: what is paid, and each known hack that is not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from pydantic import JsonValue

from rollouts.episode import Episode, PlayedStep, Stop, Turn, count
from rollouts.reward import WASTE_COST, is_success, score
from sampler.task import Criteria, DiffJson, Fact, Rule, StepRecord, Task, TaskTurn, Truth

AIR, SHOP = "tiny_air", "tiny_shop"
CLOCKED = {AIR: {"payment": ("paid_at",), "booking": ("changed_at",)}}


def booked(booking: str, payment: str, **changes: JsonValue) -> DiffJson:
    row = {"id": booking, "customer_id": "cus_aaaaaa", "passengers": 2, "price": 9000, **changes}
    paid = {"id": payment, "booking_id": booking, "amount": 9000, "paid_at": "2025-03-03T09:01:00Z"}
    return {
        "added": {"booking": {booking: row}, "payment": {payment: paid}},
        "changed": {
            "flight": {"flt_aaaaaa": {"seats_left": [4, 2]}},
            "customer": {"cus_aaaaaa": {"last": [None, booking]}},
        },
    }


def a_step(content: JsonValue, *, writes: bool = False, tool: str = "list_flights") -> PlayedStep:
    return PlayedStep(environment=AIR, tool=tool, arguments={}, content=content, writes=writes)


def a_refusal() -> PlayedStep:
    return PlayedStep(environment=AIR, tool="get_flight", arguments={"flight_id": "flt_000001"}, code="not_found")


def a_task(writes: Mapping[str, DiffJson], *facts: Fact, calls: int = 2) -> Task:
    step = StepRecord(environment=AIR, tool="list_flights", arguments={}, content={})
    steps = [step] * (calls - 1) + [step.model_copy(update={"writes": bool(writes)})]
    return Task(
        id="task_1",
        environments=(AIR, SHOP),
        seed=0,
        turns=(TaskTurn(query="Please, for Ann Lee of order ord_aaaaaa.", calls=calls),),
        truth=Truth(trajectory=tuple(steps), diffs=writes, facts=facts, digests={}),
        criteria=Criteria(writes=writes, facts=facts, clocked=CLOCKED, drift_s={AIR: 60.0}),
    )


def an_episode(
    diffs: Mapping[str, DiffJson], *steps: PlayedStep, answer: str = "", stop: Stop = "done", drift_s: float = 60.0
) -> Episode:
    turns = (Turn(query="Please, for Ann Lee of order ord_aaaaaa.", steps=steps, answer=answer),)
    return Episode(
        task="task_1",
        policy="test",
        trial=0,
        seed=0,
        budget=20,
        environments=(AIR, SHOP),
        turns=turns,
        stop=stop,
        trouble="the line broke" if stop == "machine_error" else "",
        diffs=diffs,
        drift_s={AIR: drift_s},
        counts=count(turns),
    )


LOOK = a_step({"items": [{"fare": 4500, "number": "SK101"}, {"fare": 5200, "number": "SK202"}]})
BOOK = a_step({"booking": {"id": "bkg_zzzzzz"}}, writes=True, tool="book_flight")
FARE = Fact(name="fare", value=4500, type="money", text="45.00")
BOOKING = a_task({AIR: booked("bkg_aaaaaa", "pay_aaaaaa")})
READING = a_task({}, FARE)


def test_the_truths_changes_are_paid_in_full() -> None:
    reward = score(BOOKING, an_episode({AIR: booked("bkg_aaaaaa", "pay_aaaaaa")}, LOOK, BOOK))

    assert reward.total == 1.0
    assert reward.parts == dict.fromkeys(("state", "facts", "forbidden", "outcomes", "rules", "thrift"), 1.0)
    assert reward.reason == ""


def test_other_ids_for_new_rows_are_paid_in_full() -> None:
    reward = score(BOOKING, an_episode({AIR: booked("bkg_zzzzzz", "pay_zzzzzz")}, LOOK, BOOK))

    assert reward.total == 1.0


def test_ids_that_are_renamed_in_one_place_only_are_not_the_same() -> None:
    diff = booked("bkg_zzzzzz", "pay_zzzzzz")
    broken = {**diff, "changed": {**diff["changed"], "customer": {"cus_aaaaaa": {"last": [None, "bkg_aaaaaa"]}}}}

    reward = score(BOOKING, an_episode({AIR: broken}, LOOK, BOOK))

    assert reward.total == 0.0
    assert reward.parts["state"] == 0.0


def test_a_stamp_may_drift_as_far_as_the_clock_moved() -> None:
    late = booked("bkg_aaaaaa", "pay_aaaaaa")
    late["added"]["payment"]["pay_aaaaaa"]["paid_at"] = "2025-03-03T09:03:00Z"  # type: ignore[index]

    assert score(BOOKING, an_episode({AIR: late}, LOOK, BOOK, drift_s=120.0)).total == 1.0
    assert score(BOOKING, an_episode({AIR: late}, LOOK, BOOK, drift_s=60.0)).total == 0.0


def test_a_stamp_may_not_be_left_out() -> None:
    never = booked("bkg_aaaaaa", "pay_aaaaaa")
    never["added"]["payment"]["pay_aaaaaa"]["paid_at"] = None  # type: ignore[index]

    assert score(BOOKING, an_episode({AIR: never}, LOOK, BOOK)).total == 0.0


def test_a_wrong_value_earns_nothing_and_is_named() -> None:
    reward = score(BOOKING, an_episode({AIR: booked("bkg_aaaaaa", "pay_aaaaaa", passengers=1)}, LOOK, BOOK))

    assert reward.total == 0.0
    assert reward.parts["state"] == 0.0
    assert "booking bkg_aaaaaa added" in reward.reason


def test_the_wrong_row_earns_nothing() -> None:
    task = a_task({AIR: {"changed": {"flight": {"flt_aaaaaa": {"status": ["open", "closed"]}}}}})
    wrong: DiffJson = {"changed": {"flight": {"flt_bbbbbb": {"status": ["open", "closed"]}}}}

    reward = score(task, an_episode({AIR: wrong}, LOOK, BOOK))

    assert (reward.parts["state"], reward.parts["forbidden"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    "extra",
    [
        {"changed": {"customer": {"cus_bbbbbb": {"name": ["A", "B"]}}}},
        {"removed": {"payment": {"pay_cccccc": {"id": "pay_cccccc"}}}},
        {"added": {"note": {"not_aaaaaa": {"id": "not_aaaaaa", "text": "hi"}}}},
    ],
)
def test_an_extra_change_anywhere_is_forbidden(extra: DiffJson) -> None:
    diffs = {AIR: booked("bkg_aaaaaa", "pay_aaaaaa"), SHOP: extra}

    reward = score(BOOKING, an_episode(diffs, LOOK, BOOK))

    assert (reward.parts["state"], reward.parts["forbidden"], reward.total) == (1.0, 0.0, 0.0)


def test_doing_it_twice_is_forbidden() -> None:
    one, two = booked("bkg_aaaaaa", "pay_aaaaaa"), booked("bkg_bbbbbb", "pay_bbbbbb")
    rows = {entity: {**one["added"][entity], **two["added"][entity]} for entity in one["added"]}

    reward = score(BOOKING, an_episode({AIR: {**one, "added": rows}}, LOOK, BOOK, BOOK))

    assert reward.total == 0.0


def test_every_environment_must_be_as_demanded() -> None:
    sold: DiffJson = {"changed": {"stock": {"stk_aaaaaa": {"left": [3, 2]}}}}
    task = a_task({AIR: booked("bkg_aaaaaa", "pay_aaaaaa"), SHOP: sold})
    half = {AIR: booked("bkg_aaaaaa", "pay_aaaaaa")}

    assert score(task, an_episode(half, LOOK, BOOK)).total == 0.0
    assert score(task, an_episode({**half, SHOP: sold}, LOOK, BOOK)).total == 1.0


def test_deleting_rows_does_not_pass_for_changing_them() -> None:
    task = a_task({AIR: {"changed": {"order": {"ord_aaaaaa": {"status": ["open", "cancelled"]}}}}})
    deleted: DiffJson = {"removed": {"order": {"ord_aaaaaa": {"id": "ord_aaaaaa", "status": "open"}}}}

    reward = score(task, an_episode({AIR: deleted}, LOOK, BOOK))

    assert (reward.parts["state"], reward.parts["forbidden"]) == (0.0, 0.0)


def test_a_demanded_removal_is_known_by_its_row() -> None:
    task = a_task({AIR: {"removed": {"order": {"ord_aaaaaa": {"id": "ord_aaaaaa"}}}}})
    other: DiffJson = {"removed": {"order": {"ord_bbbbbb": {"id": "ord_bbbbbb"}}}}

    assert score(task, an_episode(task.criteria.writes, LOOK, BOOK)).total == 1.0
    assert score(task, an_episode({AIR: other}, LOOK, BOOK)).total == 0.0


def test_doing_nothing_earns_nothing() -> None:
    assert score(BOOKING, an_episode({})).total == 0.0
    assert score(READING, an_episode({})).total == 0.0
    assert score(READING, an_episode({}, LOOK, LOOK)).total == 0.0


def test_a_task_that_demands_nothing_is_not_scored() -> None:
    assert score(a_task({}), an_episode({})).total is None


def test_a_stated_fact_is_paid() -> None:
    assert score(READING, an_episode({}, LOOK, LOOK, answer="The fare is $45.00.")).total == 1.0


def test_an_answer_without_looking_earns_nothing() -> None:
    assert score(READING, an_episode({}, answer="45.00")).total == 0.0
    assert score(READING, an_episode({}, a_refusal(), answer="45.00")).total == 0.0


def test_a_wrong_answer_earns_nothing_and_is_named() -> None:
    reward = score(READING, an_episode({}, LOOK, LOOK, answer="The fare is 52.00."))

    assert reward.total == 0.0
    assert reward.reason == "unstated: fare: 45.00 is not in the answer"


def test_dumping_every_observed_value_earns_nothing() -> None:
    fares = [4500, 5200, 6100, 7300, 8800, 9900]
    look = a_step({"items": [{"fare": fare} for fare in fares]})

    assert score(READING, an_episode({}, look, look, answer=f"One of {fares}.")).total == 0.0
    assert score(READING, an_episode({}, look, look, answer="45.00, the next best is 52.00.")).total == 1.0


def test_dumping_observed_words_earns_nothing() -> None:
    titles = ["Desk lamp", "Floor lamp", "Lantern", "Pendant", "Dimmer", "Shade"]
    look = a_step({"items": [{"title": title} for title in titles]})
    task = a_task({}, Fact(name="title", value="Lantern", type="str", text="Lantern"))

    assert score(task, an_episode({}, look, look, answer=", ".join(titles))).total == 0.0
    assert score(task, an_episode({}, look, look, answer="It is the lantern.")).total == 1.0


def test_counting_through_the_numbers_earns_nothing() -> None:
    task = a_task({}, Fact(name="open", value=7, type="int", text="7"))

    assert score(task, an_episode({}, LOOK, LOOK, answer="1, 2, 3, 4, 5, 6, 7, 8, 9")).total == 0.0
    assert score(task, an_episode({}, LOOK, LOOK, answer="There are seven.")).total == 1.0


def test_trying_many_times_of_day_earns_nothing() -> None:
    fact = Fact(name="departs_at", value="2025-03-05T09:00:00Z", type="time", text="2025-03-05T09:00:00Z")
    task, day = a_task({}, fact), "2025-03-05"
    look = a_step({"departs_at": fact.value, "lands_at": f"{day}T11:30:00Z", "gate": "open from 08:10 on 5 March"})
    tried = " or ".join(f"{day} {hour:02}:00" for hour in range(6, 12))

    assert score(task, an_episode({}, look, look, answer=f"{tried}.")).total == 0.0
    answer = "On 5 March at 9:00, landing at 11:30; the gate opens at 8:10 and a taxi at 7:00 should do."
    assert score(task, an_episode({}, look, look, answer=answer)).total == 1.0


def test_listing_many_ids_earns_nothing() -> None:
    ids = [f"ord_{n:06}" for n in range(6)]
    look = a_step({"items": [{"id": each} for each in ids]})
    task = a_task({}, Fact(name="order", value=ids[2], type="id", text=ids[2]))

    assert score(task, an_episode({}, look, look, answer=" ".join(ids))).total == 0.0
    assert score(task, an_episode({}, look, look, answer=f"It is {ids[2]}.")).total == 1.0


def test_naming_every_value_of_an_enum_earns_nothing() -> None:
    fact = Fact(name="status", value="open", type="str", text="open", others=("paid", "closed"))
    task = a_task({}, fact)

    assert score(task, an_episode({}, LOOK, LOOK, answer="open, paid or closed")).total == 0.0
    assert score(task, an_episode({}, LOOK, LOOK, answer="It is open.")).total == 1.0


def test_yes_and_no_at_once_earns_nothing() -> None:
    task = a_task({}, Fact(name="restocked", value=True, type="bool", text="true", others=("false",)))

    assert score(task, an_episode({}, LOOK, LOOK, answer="Yes and no.")).total == 0.0
    assert score(task, an_episode({}, LOOK, LOOK, answer="Yes, it was.")).total == 1.0


def test_facts_do_not_stand_in_each_others_way() -> None:
    facts = [
        Fact(name="order.status", value="open", type="str", text="open", others=("paid",)),
        Fact(name="refunded", value="paid", type="str", text="paid", others=("open",)),
        Fact(name="is_new", value=True, type="bool", text="yes", others=("no",)),
        Fact(name="is_old", value=False, type="bool", text="no", others=("yes",)),
    ]
    answer = "\n".join(f"{fact.name}: {fact.text}" for fact in facts)

    assert score(a_task({}, *facts), an_episode({}, LOOK, LOOK, answer=answer)).total == 1.0


def test_an_amount_in_the_wrong_unit_earns_nothing() -> None:
    assert score(READING, an_episode({}, LOOK, LOOK, answer="The fare is $4500.")).total == 0.0


def test_what_the_query_said_may_be_repeated() -> None:
    names = ["Ann Lee", "Bo Ek", "Cy Ash", "Di Orr", "Ed Fox", "Flo Kay"]
    look = a_step({"items": [{"name": name} for name in names]})
    task = a_task({}, Fact(name="name", value="Bo Ek", type="str", text="Bo Ek"))

    answer = "For Ann Lee, of order ord_aaaaaa: Bo Ek, then Cy Ash, Di Orr, Ed Fox."

    assert score(task, an_episode({}, look, look, answer=answer)).total == 1.0


def test_an_answer_may_name_the_episodes_own_new_id() -> None:
    task = a_task(
        {AIR: booked("bkg_aaaaaa", "pay_aaaaaa")},
        Fact(name="booking", value="bkg_aaaaaa", type="id", text="bkg_aaaaaa"),
    )
    diffs = {AIR: booked("bkg_zzzzzz", "pay_zzzzzz")}

    assert score(task, an_episode(diffs, LOOK, BOOK, answer="Booked as bkg_zzzzzz.")).total == 1.0
    assert score(task, an_episode(diffs, LOOK, BOOK, answer="Booked as bkg_aaaaaa.")).total == 0.0


def test_a_fact_counts_only_in_the_turn_that_asks() -> None:
    task = READING.model_copy(update={"turns": (*READING.turns, TaskTurn(query="And the fare?", calls=1))})
    task = task.model_copy(update={"criteria": Criteria(writes={}, facts=(FARE.model_copy(update={"turn": 1}),))})
    early = an_episode({}, LOOK, answer="45.00")
    late = early.model_copy(update={"turns": (early.turns[0], Turn(query="And the fare?", answer="45.00"))})

    assert score(task, early).total == 0.0
    assert score(task, late).total == 1.0


def test_a_write_that_is_taken_back_costs() -> None:
    diffs = {AIR: booked("bkg_aaaaaa", "pay_aaaaaa")}
    undo = a_step({}, writes=True, tool="update_customer")

    reward = score(BOOKING, an_episode(diffs, LOOK, undo, undo, BOOK))

    assert reward.total == pytest.approx(1 - WASTE_COST * 4 / 20)
    assert reward.reason == "4 needless calls and writes"
    assert is_success(reward)


def test_refused_guesses_cost_and_no_more_than_the_waste_cost() -> None:
    diffs = {AIR: booked("bkg_aaaaaa", "pay_aaaaaa")}

    assert score(BOOKING, an_episode(diffs, LOOK, *[a_refusal()] * 5, BOOK)).total == pytest.approx(1 - 0.05 * 5 / 20)
    assert score(BOOKING, an_episode(diffs, LOOK, *[a_refusal()] * 50, BOOK)).total == pytest.approx(1 - WASTE_COST)


def test_fewer_calls_than_the_truth_are_paid_in_full() -> None:
    assert score(READING, an_episode({}, LOOK, answer="45.00")).total == 1.0


@pytest.mark.parametrize("stop", ["machine_error", "policy_error", "timeout"])
def test_a_failed_machine_is_unscored_and_never_zero(stop: Stop) -> None:
    reward = score(BOOKING, an_episode({}, stop=stop))

    assert reward.total is None
    assert reward.reason.startswith(stop)
    assert not is_success(reward)


def test_a_spent_budget_is_scored_by_what_was_done() -> None:
    diffs = {AIR: booked("bkg_aaaaaa", "pay_aaaaaa")}

    assert score(BOOKING, an_episode(diffs, LOOK, BOOK, stop="budget")).total == 1.0
    assert score(BOOKING, an_episode({}, LOOK, stop="budget")).total == 0.0


def test_what_may_not_be_granted_is_paid_only_if_it_is_declined() -> None:
    turn = BOOKING.turns[0].model_copy(update={"outcome": "declines", "about": ("closed",)})
    task = READING.model_copy(update={"turns": (turn,)})

    said = score(task, an_episode({}, LOOK, answer="45.00, but I cannot book: it is closed."))
    silent = score(task, an_episode({}, LOOK, answer="45.00"))

    assert (said.total, silent.total) == (1.0, 0.0)
    assert silent.reason == "turn 1: the answer does not decline"


def test_a_call_against_a_rule_is_paid_nothing() -> None:
    rule = Rule(text="No bookings.", environment=AIR, tool="book_flight")
    task = BOOKING.model_copy(update={"rules": (rule,)})

    reward = score(task, an_episode({AIR: booked("bkg_aaaaaa", "pay_aaaaaa")}, LOOK, BOOK))

    assert (reward.total, reward.parts["rules"]) == (0.0, 0.0)


def test_progress_weighs_what_was_met() -> None:
    weights = {"state": 0.5, "facts": 0.5}
    task = READING.model_copy(update={"criteria": READING.criteria.model_copy(update={"weights": weights})})

    assert score(task, an_episode({}, LOOK, answer="45.00")).progress == 1.0
    assert score(task, an_episode({}, LOOK)).progress == 0.5
    assert score(READING, an_episode({}, LOOK)).progress is None
