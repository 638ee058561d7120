import pytest

from rollouts.episode import Episode, Reward, Turn, Wall
from rollouts.pulse import Beat, Pulse


def an_episode(task: str, trial: int, total: float | None, *calls_s: float) -> Episode:
    return Episode(
        task=task,
        policy="p",
        trial=trial,
        seed=0,
        budget=9,
        environments=("air",),
        turns=(Turn(query="Q"),),
        stop="done",
        reward=Reward(total),
        wall=Wall(calls_s=calls_s),
    )


def test_a_pulse_tells_rate_slowest_calls_reward_and_flat_groups() -> None:
    now = 0.0
    pulse = Pulse(2, lambda: now)
    pulse.hear(an_episode("a", 0, 1.0, *[0.001] * 197), True)
    pulse.hear(an_episode("a", 1, 1.0, 0.5, 0.5, 0.5), True)
    pulse.hear(an_episode("b", 0, 0.0), True)
    pulse.hear(an_episode("b", 1, 1.0), True)
    pulse.hear(an_episode("c", 0, 1.0), True)
    now = 4.0

    beat = pulse.beat()

    assert beat == Beat(calls_s=50.0, p99_ms=500.0, reward=0.8, groups=2, flat=1)
    assert str(beat) == "50 calls/s, p99 500 ms, reward 0.800, 1 of 2 groups flat"


def test_episodes_that_were_found_say_nothing_about_speed() -> None:
    pulse = Pulse(1, lambda: 1.0)
    pulse.hear(an_episode("a", 0, 0.5, 0.1), False)

    assert pulse.beat() == Beat(calls_s=None, p99_ms=None, reward=0.5, groups=0, flat=0)


@pytest.mark.parametrize("total", [None, 0.0])
def test_an_unscored_episode_makes_no_group_whole(total: float | None) -> None:
    pulse = Pulse(2, lambda: 1.0)
    pulse.hear(an_episode("a", 0, 0.0), True)
    pulse.hear(an_episode("a", 1, total), True)

    assert pulse.beat().groups == (total is not None)
