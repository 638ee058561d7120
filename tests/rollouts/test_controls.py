from farm.farm import Farm
from rollouts.controls import control, truth_episode
from rollouts.play import play
from rollouts.policy import ReplayPolicy
from sampler.task import Criteria, Fact, Task


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
