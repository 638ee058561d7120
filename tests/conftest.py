"""Shared by all tests: the hand-written environment, pytest's plugins, and the order in which files are begun."""

from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ENVIRONMENTS = TESTS / "environments"

LONGEST = (
    "sampler/test_sample.py",
    "registry/test_admit.py",
    "cli/test_draft.py",
    "cli/test_sample.py",
    "registry/foreign/test_verify.py",
    "registry/checks/test_invariants.py",
    "test_contract.py",
    "cli/test_export.py",
    "cli/test_verbs.py",
)
"""The files that take longest. A file is run by one worker, so one of these begun last keeps the others waiting."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files; all else stays in its order."""
    ranks = {TESTS / name: rank for rank, name in enumerate(LONGEST)}
    items.sort(key=lambda item: ranks.get(item.path, len(ranks)))


@pytest.fixture(scope="session")
def tiny_air_folder() -> Path:
    return ENVIRONMENTS / "travel" / "tiny_air"
