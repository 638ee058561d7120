from evaluation.bfcl.record import TurnVerdict, Verdict


def test_a_turn_without_true_calls_is_not_judged() -> None:
    assert TurnVerdict(wants=False).is_valid


def test_a_turn_that_wants_calls_is_valid_with_calls_and_without_faults_only() -> None:
    assert TurnVerdict(wants=True, called=True).is_valid
    assert not TurnVerdict(wants=True).is_valid
    assert not TurnVerdict(wants=True, called=True, response="misses some").is_valid


def test_verdicts_agree_if_worlds_and_calls_are_judged_alike() -> None:
    good, bad = TurnVerdict(wants=True, called=True), TurnVerdict(wants=True)

    assert Verdict(valid=True, turns=(good, good)).agrees
    assert Verdict(valid=False, turns=(good, bad)).agrees
    assert not Verdict(valid=True, turns=(good, bad)).agrees
