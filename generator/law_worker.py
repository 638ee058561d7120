"""A worker that judges the mutants of the blueprints that folders were emitted from; see `registry.crew.Work`.

python -m generator.law_worker BLUEPRINTS
"""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from envkit.manifest import read_manifest
from generator.laws import notices, trajectories
from generator.load import BlueprintError, load
from generator.seeds import seed_rows
from registry.crew import Progress, be_worker
from registry.mutants.verdict import LawReport


def judge(folder: Path, blueprints: Path, progress: Progress) -> LawReport:
    """Judge the blueprint `<domain>/<slug>.yaml` below `blueprints`, if the folder was emitted from exactly it."""
    manifest = read_manifest(folder)
    path = blueprints / manifest.domain / f"{manifest.slug}.yaml"
    try:
        blueprint = load(path)
    except (BlueprintError, FileNotFoundError):
        return LawReport(environment=manifest.slug)
    if blueprint.digest != manifest.blueprint_digest:
        return LawReport(environment=manifest.slug)
    cases = [orjson.loads(line) for line in (folder / "cases.jsonl").read_bytes().splitlines()]
    laws = []
    for law in notices(blueprint, seed_rows(blueprint), trajectories(cases)):
        laws.append(law)
        progress(manifest.slug, len(laws), len(laws))
    return LawReport(environment=manifest.slug, laws=tuple(laws))


if __name__ == "__main__":
    root = Path(sys.argv[1])
    be_worker(sys.stdin.buffer, sys.stdout.buffer, lambda folder, progress: judge(folder, root, progress))
