"""Every seeded bug is judged: killed by the suite, shown to be a hole in it, or told apart by nothing."""

from pathlib import Path

import pytest

from envkit.environment import logger
from registry.case import CaseError
from registry.mutants import MutationReport, mutate
from tests.registry.conftest import with_oracle


@pytest.fixture(scope="module")
def report(tiny_air_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> MutationReport:
    return mutate(with_oracle(tiny_air_folder, tmp_path_factory.mktemp("mutants")))


def test_the_unchanged_server_follows_its_cases(report: MutationReport):
    assert report.diverging == ()


def test_every_mutant_has_one_verdict(report: MutationReport):
    tally = report.tally

    assert tally.killed + tally.survived + tally.equivalent == len(report.verdicts)
    assert len({each.id for each in report.verdicts}) == len(report.verdicts)


def test_removed_guards_and_lost_effects_are_killed_by_cases(report: MutationReport):
    killed = {each.operator for each in report.verdicts if each.status == "killed"}

    assert {"guard_remove", "effect_delete", "drop_not_found", "commit_before_guards", "no_tick"} <= killed


def test_a_hole_in_the_suite_comes_with_a_call_that_shows_it(report: MutationReport):
    assert report.survivors
    assert all(each.evidence is not None and each.evidence.calls for each in report.survivors)


def test_the_same_folder_gives_the_same_verdicts(proven: Path, report: MutationReport):
    assert mutate(proven).verdicts == report.verdicts


def test_without_a_hunt_survivors_are_not_looked_into(proven: Path):
    quick = mutate(proven, hunt=False)

    assert quick.tally.equivalent == 0
    assert all(each.evidence is None for each in quick.survivors)


def test_a_report_survives_being_written(report: MutationReport):
    assert MutationReport.model_validate_json(report.model_dump_json()) == report


def test_a_folder_without_an_oracle_cannot_be_judged(by_hand: Path):
    with pytest.raises(CaseError, match=r"cases\.jsonl"):
        mutate(by_hand)


def test_the_kit_logs_again_afterwards(report: MutationReport):
    assert not logger.disabled
