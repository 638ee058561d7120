from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.runs import recorded
from registry.ledger import LedgerError
from tests.cli.conftest import runs_of


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/ledger.db"


def test_a_run_is_kept_with_its_arguments_figures_and_time(url: str) -> None:
    with recorded(url, "sample", {"count": 3}) as figures:
        figures["tasks"] = 2

    (run,) = runs_of(url, "sample")
    assert (run.arguments, run.figures) == ({"count": 3}, {"tasks": 2})
    assert run.seconds >= 0
    assert run.started_at <= datetime.now(UTC)


def test_a_run_that_breaks_off_is_not_kept(url: str) -> None:
    with pytest.raises(ZeroDivisionError), recorded(url, "sample", {}):
        raise ZeroDivisionError

    assert runs_of(url, "sample") == ()


def test_a_ledger_of_no_use_is_known_before_the_work() -> None:
    begun = []

    with pytest.raises(LedgerError, match="cannot be used"), recorded("nonsense", "sample", {}):
        begun.append(True)

    assert not begun


def test_a_ledger_that_may_only_be_read_is_an_error_in_one_sentence(
    tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs_of(url, "sample")
    before = sorted(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    read_only = f"sqlite+aiosqlite:///file:{tmp_path}/ledger.db?mode=ro&uri=true"

    with pytest.raises(LedgerError, match=r"cannot be written: .*readonly"), recorded(read_only, "sample", {}):
        pass
    assert sorted(tmp_path.iterdir()) == before, "a database named by a file: URL is no folder to be made"
