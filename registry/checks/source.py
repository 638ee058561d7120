"""Check 16: the folder says where its shape comes from, by what licence, and which blueprint it was emitted from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from envkit.manifest import Manifest, Source
from registry.checks.check import Check, Outcome
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "source"
SHA256 = re.compile(r"[0-9a-f]{64}")


async def ask(subject: Subject) -> Outcome:
    """Read what the manifest says of its sources and its blueprint."""
    manifest = subject.manifest
    if not manifest.sources:
        return Outcome(reason="the manifest names no source (a server written by hand)")
    findings = tuple(Finding(check=NAME, sentence=sentence) for sentence in _faults(manifest))
    return Outcome(findings, len(manifest.sources) + 1)


def _faults(manifest: Manifest) -> Iterator[str]:
    if not SHA256.fullmatch(manifest.blueprint_digest):
        yield f"The blueprint's digest {manifest.blueprint_digest!r} is no sha256."
    for place, source in enumerate(manifest.sources, start=1):
        missing = list(_missing(source))
        if missing:
            yield f"Source {place} ({source.title or 'untitled'}) says no {', no '.join(missing)}."
        if source.sha256 and not SHA256.fullmatch(source.sha256):
            yield f"The digest {source.sha256!r} of source {place} is no sha256."


def _missing(source: Source) -> Iterator[str]:
    for name in ("title", "format", "licence", "retrieved", "sha256"):
        if not getattr(source, name):
            yield name
    if not (source.url or (source.package and source.path)):
        yield "url, and no package with a path in it"


CHECK = Check(16, NAME, "sources have digest, licence and place, and the blueprint a digest", "judge", ask)
