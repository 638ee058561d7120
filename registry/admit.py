"""The gate: an environment folder is admitted if all checks pass, and in no other way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

from registry.certificate import certify, read_certificate, remove_certificate, write_certificate
from registry.checks.mutants import NUMBER as MUTANTS
from registry.checks.mutants import judged
from registry.checks.table import CHECKS
from registry.crew import Progress
from registry.entry import FolderError, entry, intact
from registry.folder import file_digests, folder_digest
from registry.ledger import Ledger
from registry.mutants.mutate import mutate_all
from registry.mutants.verdict import LawVerdict, MutationReport
from registry.report import CheckResult, Report, tier_of
from registry.verify import verify

logger = logging.getLogger(__name__)

Laws = Callable[[Path], Awaitable[Sequence[LawVerdict]]]
"""Judges the mutants of the blueprint that a folder was emitted from; () where there is none at hand."""


async def no_laws(_folder: Path) -> Sequence[LawVerdict]:
    """Judge nothing: no blueprints are at hand."""
    return ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a verification is to do beside the checks.

    `again`: verify also folders that stand admitted by the checks, the kit and the files there are now. `mutants`:
    judge the mutants of what is proven, and those of its blueprint by `laws`.
    """

    again: bool = False
    mutants: bool = False
    laws: Laws = no_laws


@dataclass(frozen=True, slots=True)
class Verified:
    """What is known of a folder: the report of its checks, its mutants if judged, and whether it is from before."""

    report: Report
    mutation: MutationReport | None = None
    is_recalled: bool = False


async def admit(folder: Path, *, ledger: Ledger, progress: Progress) -> Report:
    """Verify one folder, whatever it stood at before; see `admit_all`."""
    (verified,) = await admit_all([folder], ledger=ledger, jobs=1, progress=progress, asked=Asked(again=True))
    return verified.report


async def admit_all(
    folders: Sequence[Path], *, ledger: Ledger, jobs: int, progress: Progress, asked: Asked
) -> tuple[Verified, ...]:
    """Verify folders in up to `jobs` processes; what is known of them comes in their order.

    Each folder gets its certificate, and its reports a place in the ledger, as soon as it is through. One that fails,
    or changes while it is verified, loses the certificate it had. What stands admitted is recalled from the ledger and
    not verified again, unless asked: so a verification that was interrupted goes on where it stopped. `progress` counts
    checks, and then, under the name `<environment> mutants`, the tools whose mutants are judged.
    """
    gate = _Gate(ledger, asked)
    for folder in folders:
        if not asked.again and await gate.recalls(folder):
            progress(gate.known[folder].report.environment, len(CHECKS), len(CHECKS))
    due = [folder for folder in folders if folder not in gate.known]
    await verify(due, jobs=jobs, progress=progress, finished=gate.checked)
    if asked.mutants:
        await mutate_all(gate.doubtful(), jobs=jobs, progress=_mutants_in(progress), finished=gate.mutated)
    return tuple(gate.known[folder] for folder in folders)


class _Gate:
    """The one writer of certificates; it owns what is known of the folders of one verification."""

    def __init__(self, ledger: Ledger, asked: Asked) -> None:
        self.known: dict[Path, Verified] = {}
        self._ledger, self._asked = ledger, asked
        self._turn = asyncio.Lock()

    async def recalls(self, folder: Path) -> bool:
        """Recall by which reports a folder stands admitted, if they are of these very files, checks and kit."""
        stands, certificate = entry(folder), read_certificate(folder)
        if stands.status != "admitted" or certificate is None:
            return False
        report = await self._ledger.latest(stands.slug, stands.digest)
        if report is None or not report.passed or not _is_of_today(report):
            return False
        if not certificate.tells_of(certify(report, certificate.files, version("envkit"))):
            return False
        mutation = await self._ledger.latest_mutation(stands.slug, stands.digest)
        self.known[folder] = Verified(report, mutation, is_recalled=True)
        return True

    async def checked(self, folder: Path, report: Report) -> None:
        """Keep the report of a folder's checks, and certify the folder if it passed."""
        async with self._turn:
            self.known[folder] = Verified(report)
            _certify(folder, report)
            await self._record(folder, report)

    def doubtful(self) -> list[Path]:
        """Return the folders whose mutants are still to be judged: those that are proven, by an oracle's cases."""
        return [folder for folder, each in self.known.items() if each.report.tier == "proven" and each.mutation is None]

    async def mutated(self, folder: Path, mutation: MutationReport) -> None:
        """Keep what became of a folder's mutants as the check it is, and certify the folder anew or no longer."""
        laws = await self._asked.laws(folder)
        mutation = mutation.model_copy(update={"laws": tuple(laws)})
        async with self._turn:
            before = self.known[folder]
            report = _with_check(before.report, judged(mutation))
            self.known[folder] = replace(before, report=report, mutation=mutation, is_recalled=False)
            _certify(folder, report)
            await self._record(folder, report)
            await self._ledger.record_mutation(mutation)

    async def _record(self, folder: Path, report: Report) -> None:
        try:
            manifest = intact(folder)
        except FolderError:
            return  # nothing is known of it that could be recorded
        await self._ledger.record_report(manifest, report)


def _is_of_today(report: Report) -> bool:
    asked = [(check.number, check.name) for check in CHECKS]
    return [(check.number, check.name) for check in report.checks if check.number != MUTANTS] == asked


def _with_check(report: Report, result: CheckResult) -> Report:
    """Put a check's result into a report, in the place of its number."""
    others = [check for check in report.checks if check.number != result.number]
    checks = tuple(sorted([*others, result], key=lambda check: check.number))
    return report.model_copy(update={"checks": checks, "tier": tier_of(checks)})


def _mutants_in(progress: Progress) -> Progress:
    return lambda environment, done, of: progress(f"{environment} mutants", done, of)


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
    certificate = certify(report, files, version("envkit"))
    if (stood := read_certificate(folder)) is not None:
        certificate = certificate.keeping(stood, MUTANTS)
    write_certificate(folder, certificate)
    logger.info("admitted %s", report.environment)
