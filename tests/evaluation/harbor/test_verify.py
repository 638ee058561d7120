from evaluation.harbor.verify import played
from evaluation.standing import judged
from rollouts.controls import truth_episode
from rollouts.policy import answer_of
from rollouts.reward import score
from sampler.task import Task


def test_the_truths_state_and_answer_earn_what_its_episode_earns(booking: Task) -> None:
    truth = truth_episode(booking)
    standings = {
        slug: {"diff": booking.truth.diffs.get(slug, {}), "digest": booking.truth.digests[slug]}
        for slug in booking.environments
    }

    assert (
        judged(booking, "harbor", played(booking, truth.steps, [3], [answer_of(booking, 0)]), standings).parts
        == score(booking, truth).parts
    )


def test_a_wrong_answer_earns_nothing(reading: Task) -> None:
    standings = {slug: {"diff": {}, "digest": ""} for slug in reading.environments}

    turns = played(reading, truth_episode(reading).steps, [1, 2], ["I do not know.", "51.00"])

    reward = judged(reading, "harbor", turns, standings)

    assert (reward.total, reward.parts["facts"]) == (0.0, 0.0)


def test_calls_are_parted_where_turns_ended(reading: Task) -> None:
    steps = truth_episode(reading).steps

    turns = played(reading, steps, [0, 2], ["a", "b"])

    assert [(len(turn.steps), turn.answer) for turn in turns] == [(0, "a"), (2, "b")]
    assert [turn.query for turn in turns] == [turn.query for turn in reading.turns]
