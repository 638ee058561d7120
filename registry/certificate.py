"""The certificate: the proof of an admission, standing in the folder it is about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from registry.folder import CERTIFICATE
from registry.report import Report, Status, Tier
from registry.whole import write_whole


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CertifiedCheck(_Frozen):
    """What one check did: how many things it put to the test, by how many calls."""

    number: int
    name: str
    status: Status
    observed: int
    calls: int
    reason: str = ""


class Certificate(_Frozen):
    """An admission at rest. It holds no time and no machine, so that the same proof has the same bytes."""

    certificate: Literal[1] = 1
    environment: str
    version: int
    tier: Tier
    digest: str
    files: Mapping[str, str]
    envkit: str
    checks: tuple[CertifiedCheck, ...]

    def tells_of(self, other: Certificate) -> bool:
        """Say whether this is the other certificate, or the same with more checks beside."""
        mine = {check.number for check in other.checks}
        return self.model_copy(update={"checks": tuple(each for each in self.checks if each.number in mine)}) == other

    def keeping(self, stood: Certificate, number: int) -> Certificate:
        """Take over a check that this certificate lacks from the one that stood, if both are of the same bytes."""
        same = (stood.digest, stood.envkit) == (self.digest, self.envkit)
        if not same or any(check.number == number for check in self.checks):
            return self
        kept = [check for check in stood.checks if check.number == number]
        return self.model_copy(update={"checks": tuple(sorted([*self.checks, *kept], key=lambda each: each.number))})


def certify(report: Report, files: Mapping[str, str], envkit_version: str) -> Certificate:
    """Make the certificate of a report without findings."""
    assert report.passed, f"{report.environment} failed its checks and cannot be certified"
    checks = tuple(
        CertifiedCheck(
            number=check.number,
            name=check.name,
            status=check.status,
            observed=check.observed,
            calls=check.calls,
            reason=check.reason,
        )
        for check in report.checks
    )
    return Certificate(
        environment=report.environment,
        version=report.version,
        tier=report.tier,
        digest=report.digest,
        files=dict(files),
        envkit=envkit_version,
        checks=checks,
    )


def read_certificate(folder: Path) -> Certificate | None:
    """Read the certificate of a folder; None if there is none or it is not one."""
    try:
        return Certificate.model_validate_json((folder / CERTIFICATE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def write_certificate(folder: Path, certificate: Certificate) -> None:
    """Put the certificate into the folder at once: a reader sees the whole of it or nothing."""
    write_whole(folder / CERTIFICATE, f"{certificate.model_dump_json(indent=2)}\n".encode())


def remove_certificate(folder: Path) -> None:
    """Take a folder's certificate away, if it has one."""
    (folder / CERTIFICATE).unlink(missing_ok=True)
