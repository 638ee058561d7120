import pytest

from evaluation.taxonomy import Mode, modes, tally
from rollouts.controls import truth_episode
from rollouts.episode import Episode, PlayedStep, Turn, count
from rollouts.reward import score
from sampler.task import Criteria, Fact, Rule, StepRecord, Task, TaskTurn, Truth

LOOK = StepRecord(environment="air", tool="get", arguments={"id": "f1"}, content={"gate": "B12", "seats": 41})
BOOK = StepRecord(environment="air", tool="book", arguments={"id": "f1"}, content={"id": "f1"}, writes=True)
DIFFS = {"air": {"changed": {"flight": {"f1": {"seats": [41, 40]}}}}}
GATE = Fact(name="flight.gate", value="B12", type="str", text="B12")


def a_task(**changes: object) -> Task:
    parts = {
        "id": "t",
        "environments": ("air",),
        "seed": 0,
        "turns": (TaskTurn(query="Book it. Which gate?", calls=2),),
        "truth": Truth(trajectory=(LOOK, BOOK), diffs=DIFFS, facts=(GATE,), digests={}),
        "criteria": Criteria(writes=DIFFS, facts=(GATE,)),
    }
    return Task.model_validate({**parts, **changes})


def a_step(tool: str, code: str | None = None, content: object = None, writes: bool = False) -> PlayedStep:
    given = {"environment": "air", "tool": tool, "arguments": {}, "code": code, "content": content, "writes": writes}
    return PlayedStep.model_validate(given)


LOOKED, BOOKED = a_step("get", content=LOOK.content), a_step("book", content=BOOK.content, writes=True)
SEATS = a_step("list", content=[{"gate": "B12"}, {"gate": "C7"}])


def played(
    task: Task, steps: tuple[PlayedStep, ...], answer: str = "B12", diffs: object = None, **more: object
) -> Episode:
    turns = (Turn(query=task.turns[0].query, steps=steps, answer=answer),)
    changes = {"turns": turns, "diffs": DIFFS if diffs is None else diffs, "counts": count(turns), **more}
    episode = truth_episode(task).model_copy(update=changes)
    return episode.model_copy(update={"reward": score(task, episode)})


@pytest.mark.parametrize(
    ("first", "steps", "answer", "diffs"),
    [
        ("no_tool_use", (), "Done.", {}),
        ("malformed_call", (LOOKED, a_step("book", "invalid_argument")), "B12", {}),
        ("malformed_call", (LOOKED, a_step("bok", "unknown_tool")), "B12", {}),
        ("wrong_tool", (LOOKED, a_step("cancel", writes=True)), "B12", {}),
        ("err_recovery", (LOOKED, a_step("book", "sold_out")), "B12", {}),
        ("err_recovery", (LOOKED, a_step("book", "unavailable")), "B12", {}),
        ("err_recovery", (LOOKED, a_step("book", "rate_limited"), a_step("book", "unavailable")), "B12", {}),
        ("early_termination", (LOOKED,), "B12", {}),
        ("logical_error", (LOOKED, BOOKED), "B12", {"air": {"changed": {"flight": {"f1": {"seats": [41, 39]}}}}}),
        ("faulty_synthesis", (LOOKED, BOOKED), "Done.", None),
    ],
)
def test_the_first_mode_is_the_first_cause(
    first: Mode, steps: tuple[PlayedStep, ...], answer: str, diffs: object
) -> None:
    task = a_task()

    assert modes(task, played(task, steps, answer, diffs))[0] == first


def test_a_value_of_the_same_column_in_its_place_is_a_misread_response() -> None:
    task = a_task(truth=Truth(trajectory=(LOOK, BOOK), diffs=DIFFS, facts=(GATE,), digests={}))
    shown = a_step("get", content=[{"gate": "B12"}, {"gate": "C7"}])

    assert modes(task, played(task, (shown, BOOKED), "The gate is C7."))[0] == "response_misparsing"


def test_an_answer_without_looking_is_made_up() -> None:
    task = a_task()
    refused = a_step("get", "not_found")

    assert "hallucinated_fact" in modes(task, played(task, (refused,), "B12", {}))


def test_numbers_out_of_nowhere_are_made_up() -> None:
    seats = Fact(name="flight.seats", value=41, type="int", text="41")
    task = a_task(criteria=Criteria(writes=DIFFS, facts=(seats,)))

    assert modes(task, played(task, (LOOKED, BOOKED), "41, or 17, 23, 99 or 1234."))[0] == "hallucinated_fact"


def test_a_broken_rule_is_a_violation() -> None:
    task = a_task(rules=(Rule(text="Never look.", environment="air", tool="get"),))

    assert modes(task, played(task, (LOOKED, BOOKED)))[0] == "constraint_violation"


def test_a_turn_that_should_be_declined_and_is_not_is_misunderstood() -> None:
    task = a_task(
        turns=(TaskTurn(query="Fly me to the moon.", calls=1, outcome="declines"),),
        truth=Truth(trajectory=(LOOK,), diffs={}, facts=(), digests={}),
        criteria=Criteria(writes={}, facts=(GATE,)),
    )

    assert modes(task, played(task, (LOOKED,), "Gate B12, with pleasure.", {}))[0] == "task_misunderstanding"


@pytest.mark.parametrize("stop", ["budget", "tokens", "context", "left"])
def test_what_was_cut_short_ended_early(stop: str) -> None:
    task = a_task()

    assert modes(task, played(task, (LOOKED,), "", {}, stop=stop))[0] == "early_termination"


def test_a_refusal_that_the_truth_meets_too_is_no_failure_to_recover() -> None:
    truth = Truth(
        trajectory=(LOOK, BOOK.model_copy(update={"code": "sold_out", "writes": False})),
        diffs={},
        facts=(GATE,),
        digests={},
    )
    task = a_task(truth=truth, criteria=Criteria(writes={}, facts=(GATE,)))

    assert modes(task, played(task, (LOOKED, a_step("book", "sold_out")), "No idea.", {})) == ("faulty_synthesis",)


def test_a_recovered_slip_is_no_mode() -> None:
    task = a_task()
    steps = (a_step("get", "invalid_argument"), LOOKED, BOOKED)

    assert modes(task, played(task, steps, "Done.")) == ("faulty_synthesis",)


def test_successes_and_unscored_episodes_have_no_mode() -> None:
    task = a_task()

    assert modes(task, played(task, (LOOKED, BOOKED))) == ()
    assert modes(task, played(task, (), "", {}, stop="machine_error")) == ()


def test_failures_are_tallied_by_their_first_mode_in_the_order_of_causes() -> None:
    task = a_task()
    failed = [played(task, (LOOKED,), "B12", {}), played(task, (), "", {}), played(task, (), "", {})]

    assert [*tally((task, each) for each in failed).items()] == [("no_tool_use", 2), ("early_termination", 1)]


def test_a_call_that_was_refused_for_the_moment_is_given_up_unless_that_very_call_is_made_again() -> None:
    task, wrong = a_task(), {"air": {"changed": {"flight": {"f1": {"seats": [41, 39]}}}}}
    unavailable = a_step("book", "unavailable").model_copy(update={"arguments": {"id": "f1"}})
    again, other = [BOOKED.model_copy(update={"arguments": {"id": name}}) for name in ("f1", "f2")]

    assert modes(task, played(task, (LOOKED, unavailable, other), "B12", wrong))[0] == "err_recovery"
    assert modes(task, played(task, (LOOKED, unavailable, again), "B12", wrong))[0] == "logical_error"
