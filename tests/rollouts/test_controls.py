from farm.farm import Farm
from rollouts.controls import control, truth_episode
from rollouts.play import play
from rollouts.policy import ReplayPolicy
from sampler.task import Criteria, Fact, Rule, Task, TaskTurn


async def test_sound_tasks_pass_their_controls(reading: Task, booking: Task) -> None:
    assert control(reading) == ()
    assert control(booking) == ()


async def test_the_truth_as_an_episode_is_what_replay_plays(booking: Task, farm: Farm) -> None:
    played = await play(booking, ReplayPolicy([booking]), farm, seed=0, trial=0, budget=3, timeout_s=30.0)

    made = truth_episode(booking)

    assert [step.content for step in made.steps] == [step.content for step in played.steps]
    assert (made.diffs, made.digests, made.drift_s) == (played.diffs, played.digests, played.drift_s)
    assert made.counts == played.counts


async def test_a_fact_nobody_can_state_is_found(reading: Task) -> None:
    fact = Fact(name="motto", value="x", type="str", text="")
    broken = reading.model_copy(
        update={"criteria": Criteria(writes={}, facts=(fact.model_copy(update={"value": ""}),))}
    )

    assert "the truth earns 0.0: unstated: motto" in control(broken)[0]


async def test_criteria_that_the_truth_does_not_meet_are_found(booking: Task) -> None:
    broken = booking.model_copy(update={"criteria": booking.criteria.model_copy(update={"writes": {}})})

    assert "the truth earns 0.0: forbidden" in control(broken)[0]


async def test_a_task_that_demands_nothing_is_found(reading: Task) -> None:
    broken = reading.model_copy(update={"criteria": Criteria(writes={}, facts=())})

    assert len(control(broken)) == 3


def _declining(task: Task, *about: str) -> Task:
    """Add a turn without calls that has to be declined."""
    turn = TaskTurn(query="Cancel it.", calls=0, outcome="declines", about=about)
    return task.model_copy(update={"turns": (*task.turns, turn)})


async def test_a_task_that_must_be_declined_in_part_passes(reading: Task, booking: Task) -> None:
    assert control(_declining(reading, "supervisor")) == ()
    assert control(_declining(booking, "supervisor")) == ()


async def test_a_turn_that_demands_nothing_else_could_be_paid_for_doing_nothing(reading: Task) -> None:
    nothing = reading.model_copy(update={"criteria": Criteria(writes={}, facts=())})

    faults = control(_declining(nothing, "supervisor"))

    assert any(fault.endswith("doing nothing earns None") for fault in faults)


async def test_a_truth_that_writes_where_nothing_may_change_is_found(booking: Task) -> None:
    (turn,) = booking.turns
    broken = booking.model_copy(update={"turns": (turn.model_copy(update={"outcome": "declines"}),)})

    assert any("the truth earns 0.0: turn 1 changed something" in fault for fault in control(broken))


async def test_a_truth_that_goes_against_a_rule_is_found(booking: Task) -> None:
    rule = Rule(text="No bookings.", environment="tiny_air", tool="book_flight")

    faults = control(booking.model_copy(update={"rules": (rule,)}))

    assert any("the truth earns 0.0: book_flight was called against the rule: No bookings." in each for each in faults)
