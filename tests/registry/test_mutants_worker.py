"""Workers judge mutants side by side, and end with their input, however busy they are."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from registry.crew import WorkerError
from registry.folder import file_digests, folder_digest
from registry.mutants.mutate import mutate_all
from registry.mutants.verdict import MutationReport
from tests.registry.conftest import silent, with_oracle

TOOLS = 8


async def kept_by_nobody(folder: Path, report: MutationReport) -> None:
    """Finished, for nobody who cares."""


async def test_folders_judged_side_by_side_report_in_their_order(tiny_air_folder: Path, tmp_path: Path) -> None:
    folders = [with_oracle(tiny_air_folder, tmp_path / name) for name in ("one", "other")]
    (folders[1] / "README.md").write_text("other")
    told: list[tuple[str, int, int]] = []
    ended: dict[Path, MutationReport] = {}

    async def finished(folder: Path, report: MutationReport) -> None:
        ended[folder] = report

    reports = await mutate_all(folders, jobs=2, progress=lambda *news: told.append(news), finished=finished)

    assert [ended[folder] for folder in folders] == [*reports]
    assert [report.digest for report in reports] == [folder_digest(file_digests(folder)) for folder in folders]
    assert reports[0].verdicts == reports[1].verdicts
    assert all(0 < report.peak_mb <= 500 for report in reports)
    assert sorted(told) == sorted(("tiny_air", done, TOOLS) for done in range(1, TOOLS + 1) for _ in folders)


async def test_a_folder_that_cannot_be_judged_is_named(by_hand: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(WorkerError, match=f"{by_hand}: the process that worked on it ended"):
        await mutate_all([by_hand], jobs=1, progress=silent, finished=kept_by_nobody)

    assert "has no cases.jsonl" in capfd.readouterr().err


def test_a_worker_ends_with_its_input_in_the_midst_of_its_work(proven: Path) -> None:
    command = [sys.executable, "-m", "registry.mutants.worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(orjson.dumps(str(proven)) + b"\n")
        worker.stdin.flush()
        first = orjson.loads(worker.stdout.readline())

        worker.stdin.close()
        rest = [orjson.loads(line) for line in worker.stdout]

    assert first["progress"][0] == "tiny_air"
    assert not [said for said in rest if "report" in said]
