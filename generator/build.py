"""From blueprint files to committed server folders, or a word on each difference between the two."""

from __future__ import annotations

import logging
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import active_children
from pathlib import Path

from envkit.manifest import kept_name, read_manifest
from generator.blueprint import Blueprint
from generator.emit import emission
from generator.finding import Finding
from generator.load import BlueprintError, load
from generator.lock import LOCK, NO_LOCK, Lock, read_lock
from generator.seeds import SeedError
from registry.folder import CERTIFICATE

logger = logging.getLogger(__name__)

_KEPT = frozenset({CERTIFICATE})
"""Files in a server's folder that are not emitted; they stand as long as the emission is unchanged."""

_IGNORED = frozenset({"__pycache__"})


@dataclass(frozen=True, slots=True)
class Built:
    """What became of one blueprint: its server's folder, whether it was written, and every problem found."""

    blueprint: Path
    folder: Path | None = None
    is_written: bool = False
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Emission:
    """A blueprint's files by name, or what is wrong with it."""

    place: str = ""
    version: int = 1
    files: Mapping[str, str] | None = None
    findings: tuple[Finding, ...] = ()


def find_blueprints(root: Path) -> tuple[Path, ...]:
    """List the blueprint files at or below `root`, in the order of their paths."""
    if root.is_file():
        return (root,)
    return tuple(sorted(path for path in root.rglob("*.yaml") if not path.name.startswith(".")))


def build(
    blueprints: Sequence[Path],
    out: Path,
    *,
    check: bool = False,
    fresh: bool = False,
    jobs: int = 1,
    progress: Callable[[Built], None] = lambda built: None,
) -> tuple[Built, ...]:
    """Emit each blueprint into `out/<domain>/<slug>/`, or with `check` write nothing and report every difference.

    A folder changes as a whole or not at all; one that is already as emitted stays untouched, its certificate
    included. The calls of the cases that it has are tried first, unless `fresh` says to search for all anew. One of an
    older version that was admitted is kept beside the new one, so that its tasks can still be played. `jobs` processes
    emit at once; `progress` hears of each blueprint in the order given. A blueprint with problems is reported in its
    findings and stops no other.
    """
    built = []
    for path, emitted in zip(blueprints, _emissions(blueprints, None if fresh else out, jobs), strict=True):
        built.append(_settled(path, emitted, out, check=check))
        progress(built[-1])
    return tuple(built)


def put(fresh: Path, target: Path, version: int) -> None:
    """Put a folder of that version in the place of the one there is, by renaming; as `build` says of what was there."""
    old = target.with_name(f".{target.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(_kept_as(target, version) or old)
    fresh.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _emissions(blueprints: Sequence[Path], known: Path | None, jobs: int) -> Iterator[_Emission]:
    emit = partial(_emit, known=known)
    if jobs <= 1 or len(blueprints) <= 1:
        yield from map(emit, blueprints)
        return
    strangers = set(active_children())
    with ProcessPoolExecutor(min(jobs, len(blueprints)), initializer=_leave_signals_to_parent) as pool:
        try:
            with _interrupts_later():
                emissions = pool.map(emit, blueprints)
            yield from emissions
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for worker in set(active_children()) - strangers:
                worker.terminate()
            raise


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Put Ctrl-C off while worker processes are started: amid a fork it would leave locks taken for good."""
    came: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came:
        signal.raise_signal(signal.SIGINT)


def _leave_signals_to_parent() -> None:
    """Let Ctrl-C, which reaches the whole process group, be answered once, and SIGTERM end a worker as ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _emit(path: Path, known: Path | None) -> _Emission:
    """Emit a blueprint; `known` is where its server may stand already."""
    try:
        blueprint = load(path)
        place = f"{blueprint.domain}/{blueprint.name}"
        emitted = emission(blueprint, _lock(blueprint, known / place) if known else NO_LOCK)
        return _Emission(place, blueprint.version, {**emitted.files, LOCK: emitted.lock})
    except (BlueprintError, SeedError) as error:
        return _Emission(findings=error.findings)


def _lock(blueprint: Blueprint, folder: Path) -> Lock:
    cases, lock = folder / "cases.jsonl", folder / LOCK
    if not cases.is_file():
        return NO_LOCK
    return read_lock(blueprint, cases.read_bytes(), lock.read_bytes() if lock.is_file() else b"")


def _settled(path: Path, emitted: _Emission, out: Path, *, check: bool) -> Built:
    if emitted.files is None:
        return Built(path, findings=emitted.findings)
    target = out / emitted.place
    differences = tuple(_differences(emitted.files, target, path))
    if check or not differences:
        return Built(path, target, findings=differences)
    if [each.path for each in differences] == [LOCK]:  # it is no part of what was admitted
        (target / LOCK).write_text(emitted.files[LOCK], encoding="utf-8", newline="\n")
    else:
        _replace(target, emitted.files, emitted.version)
    logger.info("emitted %s", target)
    return Built(path, target, is_written=True)


def _differences(files: Mapping[str, str], target: Path, path: Path) -> Iterator[Finding]:
    advice = f"run `envfarm build {path}`"
    for name, text in files.items():
        file = target / name
        if not file.is_file():
            yield Finding(name, f"is missing; {advice}", str(target))
        elif file.read_bytes() != text.encode():
            yield Finding(name, f"differs from what its blueprint emits; {advice}", str(target))
    for name in _extra(target, files):
        yield Finding(name, f"is not emitted; delete it or {advice}", str(target))


def _extra(target: Path, files: Iterable[str]) -> list[str]:
    if not target.is_dir():
        return []
    return sorted({entry.name for entry in target.iterdir()} - {*files} - _KEPT - _IGNORED)


def _replace(target: Path, files: Mapping[str, str], version: int) -> None:
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name, text in files.items():
        (fresh / name).write_text(text, encoding="utf-8", newline="\n")
    put(fresh, target, version)


def _kept_as(target: Path, version: int) -> Path | None:
    """Tell where a folder goes that was admitted as an older version; None if it was not."""
    try:
        before = read_manifest(target).version
    except (OSError, ValueError):
        return None
    kept = target.with_name(kept_name(target.name, before))
    return kept if before < version and (target / CERTIFICATE).is_file() and not kept.exists() else None
