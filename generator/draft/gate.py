"""The gate seen from a draft: emitted in a temporary place, verified there, and told as findings of the blueprint."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.blueprint import Blueprint
from generator.emit import folder
from generator.finding import Finding
from generator.seeds import SeedError
from registry.crew import Progress
from registry.report import Finding as Reported
from registry.verify import verify

_PLACES = {"invariants": "invariants", "source": "source"}
"""Where the findings of some checks belong that name no tool."""


async def prove(blueprint: Blueprint, progress: Progress) -> tuple[Finding, ...]:
    """Say what keeps a blueprint from being admitted: nothing, if its server passes every check."""
    try:
        files = await asyncio.to_thread(folder, blueprint)
    except SeedError as error:
        return error.findings
    with TemporaryDirectory(prefix="envfarm-draft-") as place:
        server = Path(place) / blueprint.domain / blueprint.name
        server.mkdir(parents=True)
        for name, text in files.items():
            (server / name).write_text(text, encoding="utf-8", newline="\n")
        (report,) = await verify([server], jobs=1, progress=progress)
    return tuple(_told(blueprint, finding) for finding in report.findings)


def _told(blueprint: Blueprint, finding: Reported) -> Finding:
    place = f"tools.{finding.tool}" if finding.tool in blueprint.tools else _PLACES.get(finding.check, "")
    return Finding(place, f"check {finding.check}: {finding.sentence}", blueprint.name)
