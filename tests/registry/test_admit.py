"""The gate: a certificate appears if and only if everything passed."""

import asyncio
import os
import select
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.admit import admit, admit_all
from registry.certificate import read_certificate
from registry.entry import entry
from registry.folder import file_digests
from registry.ledger import Ledger
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
from registry.admit import admit_all
from registry.ledger import Ledger

async def main(ledger, *folders):
    async with Ledger.open(ledger, clock=lambda: datetime(2026, 1, 2, tzinfo=UTC)) as opened:
        tell = lambda *news: print(*news, flush=True)
        await admit_all([Path(folder) for folder in folders], ledger=opened, jobs=2, progress=tell)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with Ledger.open(f"sqlite+aiosqlite:///{tmp_path}/ledger.db", clock=lambda: NOON) as opened:
        yield opened


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


async def test_a_folder_that_changes_while_it_is_verified_is_not_admitted(proven: Path, ledger: Ledger) -> None:
    def meddle(environment: str, done: int, of: int) -> None:
        (proven / "README.md").write_text("new")

    await admit(proven, ledger=ledger, progress=meddle)

    assert read_certificate(proven) is None


async def test_a_folder_that_stands_admitted_is_not_verified_again_when_asked_to_skip(
    proven: Path, ledger: Ledger
) -> None:
    (first,) = await admit_all([proven], ledger=ledger, jobs=1, progress=silent)

    again = await admit_all([proven], ledger=ledger, jobs=1, progress=silent, skip_current=True)
    (proven / "README.md").write_text("changed")
    anew = await admit_all([proven], ledger=ledger, jobs=1, progress=silent, skip_current=True)

    assert again == (first,)
    assert anew[0].digest != first.digest
    assert len(await ledger.history("tiny_air")) == 2


async def test_what_was_through_before_an_interruption_stays_admitted(
    proven: Path, ledger: Ledger, tmp_path: Path
) -> None:
    waiting = tmp_path / "waiting" / "travel" / "tiny_air"
    shutil.copytree(proven, waiting)

    def interrupt(environment: str, done: int, of: int) -> None:
        if (proven / "certificate.json").exists():
            admission.cancel()  # as asyncio does at Ctrl-C

    admission = asyncio.create_task(admit_all([proven, waiting], ledger=ledger, jobs=1, progress=interrupt))
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
