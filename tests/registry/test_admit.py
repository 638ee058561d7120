"""The gate: a certificate appears if and only if everything passed."""

import asyncio
import os
import select
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import orjson
import pytest

from envkit.manifest import read_manifest
from registry.admit import Asked, Verified, admit, admit_all
from registry.certificate import certify, read_certificate, write_certificate
from registry.checks.table import CHECKS
from registry.entry import entry
from registry.folder import file_digests, folder_digest
from registry.ledger import Ledger
from registry.mutants.verdict import LawVerdict
from registry.report import CheckResult, Report
from tests.generator.emitting import emitted, write
from tests.registry.conftest import silent

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
DEADLINE_S = 60.0

ADMIT = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from registry.admit import admit
from registry.ledger import Ledger

async def main(folder, ledger):
    async with Ledger.open(ledger, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC)) as opened:
        await admit(Path(folder), ledger=opened, progress=lambda *news: print(*news, flush=True))

asyncio.run(main(*sys.argv[1:]))
"""

ADMIT_ALL = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from registry.admit import Asked, admit_all
from registry.ledger import Ledger

async def main(ledger, *folders):
    async with Ledger.open(ledger, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC)) as opened:
        tell = lambda *news: print(*news, flush=True)
        await admit_all([Path(folder) for folder in folders], ledger=opened, jobs=2, progress=tell, asked=Asked())

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with Ledger.open(f"sqlite+aiosqlite:///{tmp_path}/ledger.db", clock=lambda: NOON) as opened:
        yield opened


def report_of(folder: Path) -> Report:
    """Say that a folder passed every check there is."""
    checks = tuple(
        CheckResult(name=check.name, number=check.number, title=check.title, status="passed") for check in CHECKS
    )
    digest = folder_digest(file_digests(folder))
    return Report(environment="tiny_air", version=1, digest=digest, tier="proven", checks=checks)


@pytest.fixture
def admitted(proven: Path) -> Path:
    write_certificate(proven, certify(report_of(proven), file_digests(proven), version("envkit")))
    return proven


@pytest.fixture
def lending(tmp_path: Path) -> Path:
    (tmp_path / "desk").mkdir()
    files = emitted("lending")
    authored = orjson.dumps({**orjson.loads(files["manifest.json"]), "sources": []}).decode()
    return write({**files, "manifest.json": authored}, tmp_path / "desk" / "lending_desk")


async def test_a_sound_folder_is_admitted_with_the_same_certificate_each_time(proven: Path, ledger: Ledger) -> None:
    await admit(proven, ledger=ledger, progress=silent)
    first = (proven / "certificate.json").read_bytes()
    await admit(proven, ledger=ledger, progress=silent)

    assert entry(proven).status == "admitted"
    assert (proven / "certificate.json").read_bytes() == first
    assert len(await ledger.history("tiny_air")) == 2


async def test_a_folder_that_fails_loses_its_certificate_and_the_ledger_keeps_why(proven: Path, ledger: Ledger) -> None:
    (proven / "certificate.json").write_text("{}")
    server = proven / "server.py"
    server.write_text(server.read_text().replace('    world.update(booking, status="cancelled")\n', ""))

    report = await admit(proven, ledger=ledger, progress=silent)

    (kept,) = await ledger.history("tiny_air")
    assert not (proven / "certificate.json").exists()
    assert "effects" in {finding.check for finding in report.findings}
    assert kept.report == report


async def test_a_folder_that_is_not_there_is_reported_and_not_recorded(tmp_path: Path, ledger: Ledger) -> None:
    report = await admit(tmp_path / "nowhere", ledger=ledger, progress=silent)

    assert report.tier == "unproven"
    assert await ledger.history("nowhere") == ()


async def test_a_folder_that_changes_while_it_is_verified_is_not_admitted(proven: Path, ledger: Ledger) -> None:
    def meddle(environment: str, done: int, of: int) -> None:
        (proven / "README.md").write_text("new")

    await admit(proven, ledger=ledger, progress=meddle)

    assert read_certificate(proven) is None


async def test_a_folder_that_stands_admitted_is_recalled_and_not_verified_again(proven: Path, ledger: Ledger) -> None:
    told: list[tuple[str, int, int]] = []
    (first,) = await admit_all([proven], ledger=ledger, jobs=1, progress=silent, asked=Asked())

    (again,) = await admit_all([proven], ledger=ledger, jobs=1, progress=lambda *news: told.append(news), asked=Asked())

    assert again == Verified(first.report, is_recalled=True)
    assert told == [("tiny_air", len(CHECKS), len(CHECKS))]
    assert len(await ledger.history("tiny_air")) == 1


async def test_a_folder_that_changed_is_verified_anew(proven: Path, ledger: Ledger) -> None:
    (first,) = await admit_all([proven], ledger=ledger, jobs=1, progress=silent, asked=Asked())
    (proven / "README.md").write_text("changed")

    (anew,) = await admit_all([proven], ledger=ledger, jobs=1, progress=silent, asked=Asked())

    assert not anew.is_recalled
    assert anew.report.digest != first.report.digest


async def test_a_folder_is_verified_anew_if_the_ledger_does_not_know_it(admitted: Path, ledger: Ledger) -> None:
    (anew,) = await admit_all([admitted], ledger=ledger, jobs=1, progress=silent, asked=Asked())

    assert not anew.is_recalled
    assert len(await ledger.history("tiny_air")) == 1


async def test_a_folder_is_verified_anew_if_other_checks_admitted_it(admitted: Path, ledger: Ledger) -> None:
    report = report_of(admitted)
    fewer = report.model_copy(update={"checks": report.checks[1:]})
    await ledger.record_report(read_manifest(admitted), fewer)

    (anew,) = await admit_all([admitted], ledger=ledger, jobs=1, progress=silent, asked=Asked())

    assert not anew.is_recalled


async def test_a_folder_is_verified_anew_if_another_kit_admitted_it(admitted: Path, ledger: Ledger) -> None:
    await ledger.record_report(read_manifest(admitted), report_of(admitted))
    certificate = read_certificate(admitted)
    assert certificate is not None
    write_certificate(admitted, certificate.model_copy(update={"envkit": "0.0.1"}))

    (anew,) = await admit_all([admitted], ledger=ledger, jobs=1, progress=silent, asked=Asked())

    assert not anew.is_recalled


async def test_mutants_are_judged_of_what_is_recalled_and_stay_in_the_certificate(
    lending: Path, ledger: Ledger
) -> None:
    told: list[str] = []
    law = LawVerdict(
        tool="lend", operator="guard_remove", path="tools.lend.require.none_left", before="a", after="",
        status="caught", is_owed=True, by="shelf_in_range",
    )  # fmt: skip

    async def laws(folder: Path) -> Sequence[LawVerdict]:
        return [law] if folder == lending else []

    asked = Asked(mutants=True, laws=laws)
    await admit(lending, ledger=ledger, progress=silent)

    (judged,) = await admit_all(
        [lending], ledger=ledger, jobs=1, progress=lambda name, *_: told.append(name), asked=asked
    )
    (recalled,) = await admit_all([lending], ledger=ledger, jobs=1, progress=silent, asked=asked)
    with_mutants = (lending / "certificate.json").read_bytes()
    (again,) = await admit_all([lending], ledger=ledger, jobs=1, progress=silent, asked=Asked(again=True))

    assert judged.mutation is not None
    assert (judged.report.tier, judged.mutation.laws) == ("proven", (law,))
    assert [check.name for check in judged.report.checks if check.number == 14] == ["mutants"]
    assert set(told) == {"lending_desk", "lending_desk mutants"}
    assert recalled == replace(judged, is_recalled=True)
    assert not any(check.number == 14 for check in again.report.checks)
    assert (lending / "certificate.json").read_bytes() == with_mutants


async def test_a_suite_that_lets_too_many_mutants_live_costs_the_certificate(proven: Path, ledger: Ledger) -> None:
    (judged,) = await admit_all([proven], ledger=ledger, jobs=1, progress=silent, asked=Asked(mutants=True))

    assert judged.report.tier == "unproven"
    assert {finding.check for finding in judged.report.findings} == {"mutants"}
    assert read_certificate(proven) is None
    assert await ledger.latest_mutation("tiny_air", judged.report.digest) == judged.mutation


async def test_what_was_through_before_an_interruption_stays_admitted(
    proven: Path, ledger: Ledger, tmp_path: Path
) -> None:
    waiting = tmp_path / "waiting" / "travel" / "tiny_air"
    shutil.copytree(proven, waiting)

    def interrupt(environment: str, done: int, of: int) -> None:
        if (proven / "certificate.json").exists():
            admission.cancel()  # as asyncio does at Ctrl-C

    admission = asyncio.create_task(
        admit_all([proven, waiting], ledger=ledger, jobs=1, progress=interrupt, asked=Asked())
    )
    with pytest.raises(asyncio.CancelledError):
        await admission

    assert entry(proven).status == "admitted"
    assert entry(waiting).status == "unproven"


async def test_killed_with_workers_it_leaves_no_certificate_no_file_and_no_process(
    proven: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "travel" / "tiny_air"
    shutil.copytree(proven, other)
    before = file_digests(proven)
    command = [sys.executable, "-c", ADMIT_ALL, f"sqlite+aiosqlite:///{tmp_path}/ledger.db", str(proven), str(other)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None

    await asyncio.wait_for(process.stdout.readline(), DEADLINE_S)
    workers = children(process.pid)
    started = [os.pidfd_open(pid) for worker in workers for pid in (worker, *children(worker))]
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    try:
        assert len(workers) == 2
        assert len(started) > len(workers)
        for pid in started:
            assert select.select([pid], [], [], DEADLINE_S)[0], "a process outlived the one that started it"
    finally:
        for pid in started:
            os.close(pid)
    assert file_digests(proven) == before
    assert names_in(proven) <= {*before, "__pycache__"}


async def test_killed_half_way_it_leaves_no_certificate_no_file_and_no_process(proven: Path, tmp_path: Path) -> None:
    before = file_digests(proven)
    command = [sys.executable, "-c", ADMIT, str(proven), f"sqlite+aiosqlite:///{tmp_path}/ledger.db"]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None

    await asyncio.wait_for(process.stdout.readline(), DEADLINE_S)
    hosts = [os.pidfd_open(pid) for pid in children(process.pid)]
    process.send_signal(signal.SIGKILL)
    await process.communicate()

    try:
        assert hosts
        for host in hosts:
            assert select.select([host], [], [], DEADLINE_S)[0], "a host outlived its launcher"
    finally:
        for host in hosts:
            os.close(host)
    assert file_digests(proven) == before
    assert names_in(proven) <= {*before, "__pycache__"}


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}
