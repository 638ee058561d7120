"""The gate: an environment folder is admitted if all checks pass, and in no other way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from registry.certificate import certify, read_certificate, remove_certificate, write_certificate
from registry.checks.table import CHECKS
from registry.crew import Progress
from registry.entry import FolderError, entry, intact
from registry.folder import file_digests, folder_digest
from registry.ledger import Ledger
from registry.report import Report
from registry.verify import verify

logger = logging.getLogger(__name__)


async def admit(folder: Path, *, ledger: Ledger, progress: Progress) -> Report:
    """Verify one folder; see `admit_all`."""
    (report,) = await admit_all([folder], ledger=ledger, jobs=1, progress=progress)
    return report


async def admit_all(
    folders: Sequence[Path], *, ledger: Ledger, jobs: int, progress: Progress, skip_current: bool = False
) -> tuple[Report, ...]:
    """Verify folders in up to `jobs` processes; the reports come in the order of the folders.

    Each folder gets its certificate, and its report a place in the ledger, as soon as it is through. One that fails, or
    changes while it is verified, loses the certificate it had. With `skip_current`, a folder that stands admitted by
    the checks there are now is not verified again: its report is the one in the ledger. Interrupted half-way, what was
    through stays admitted, and the rest is left without a certificate of this verification.
    """
    current = {folder: report for folder in folders if skip_current and (report := await _current(folder, ledger))}
    turn = asyncio.Lock()

    async def keep(folder: Path, report: Report) -> None:
        async with turn:
            _certify(folder, report)
            await _record(folder, report, ledger)

    for report in current.values():
        progress(report.environment, len(CHECKS), len(CHECKS))
    due = [folder for folder in folders if folder not in current]
    made = dict(zip(due, await verify(due, jobs=jobs, progress=progress, finished=keep), strict=True))
    return tuple(current.get(folder) or made[folder] for folder in folders)


async def _current(folder: Path, ledger: Ledger) -> Report | None:
    """Return the report by which a folder stands admitted, if it is of these very files, checks and kit."""
    stands, certificate = entry(folder), read_certificate(folder)
    if stands.status != "admitted" or certificate is None or certificate.envkit != version("envkit"):
        return None
    report = await ledger.latest(stands.slug, stands.digest)
    if report is None or not report.passed or certify(report, certificate.files, certificate.envkit) != certificate:
        return None
    names = tuple((check.number, check.name) for check in CHECKS)
    return report if tuple((check.number, check.name) for check in report.checks) == names else None


def _certify(folder: Path, report: Report) -> None:
    if not report.passed:
        remove_certificate(folder)
        logger.info("refused %s", report.environment)
        return
    files = file_digests(folder)
    if folder_digest(files) != report.digest:
        remove_certificate(folder)
        logger.warning("%s changed while it was verified", report.environment)
        return
    write_certificate(folder, certify(report, files, version("envkit")))
    logger.info("admitted %s", report.environment)


async def _record(folder: Path, report: Report, ledger: Ledger) -> None:
    try:
        manifest = intact(folder)
    except FolderError:
        return  # nothing is known of it that could be recorded
    await ledger.record_report(manifest, report)
