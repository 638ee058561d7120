"""The gate: an environment folder is admitted if all checks pass, and in no other way."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from registry.certificate import certify, remove_certificate, write_certificate
from registry.entry import FolderError, intact
from registry.folder import file_digests, folder_digest
from registry.ledger import Ledger
from registry.report import Report
from registry.verify import Progress, verify

logger = logging.getLogger(__name__)


async def admit(folder: Path, *, ledger: Ledger, progress: Progress) -> Report:
    """Verify one folder; see `admit_all`."""
    (report,) = await admit_all([folder], ledger=ledger, jobs=1, progress=progress)
    return report


async def admit_all(folders: Sequence[Path], *, ledger: Ledger, jobs: int, progress: Progress) -> tuple[Report, ...]:
    """Verify folders, write the certificate of each that passes, and keep every report in the ledger.

    A folder that fails, or changes while it is verified, loses the certificate it had. A folder already admitted is
    verified again. Interrupted half-way, no certificate is written.
    """
    reports = await verify(folders, jobs=jobs, progress=progress)
    for folder, report in zip(folders, reports, strict=True):
        _certify(folder, report)
        await _record(folder, report, ledger)
    return reports


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
