"""From blueprint files to committed server folders, or a word on each difference between the two."""

from __future__ import annotations

import logging
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import active_children
from pathlib import Path

from envkit.manifest import kept_name, read_manifest
from generator.emit import folder
from generator.finding import Finding
from generator.load import BlueprintError, load
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
    jobs: int = 1,
    progress: Callable[[Built], None] = lambda built: None,
) -> tuple[Built, ...]:
    """Emit each blueprint into `out/<domain>/<slug>/`, or with `check` write nothing and report every difference.

    A folder changes as a whole or not at all; one that is already as emitted stays untouched, its certificate
    included. One of an older version that was admitted is kept beside the new one, so that its tasks can still be
    played. `jobs` processes emit at once; `progress` hears of each blueprint in the order given. A blueprint with
    problems is reported in its findings and stops no other.
    """
    built = []
    for path, emission in zip(blueprints, _emissions(blueprints, jobs), strict=True):
        built.append(_settled(path, emission, out, check=check))
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


def _emissions(blueprints: Sequence[Path], jobs: int) -> Iterator[_Emission]:
    if jobs <= 1 or len(blueprints) <= 1:
        yield from map(_emit, blueprints)
        return
    strangers = set(active_children())
    with ProcessPoolExecutor(min(jobs, len(blueprints)), initializer=_leave_signals_to_parent) as pool:
        try:
            with _interrupts_later():
                emissions = pool.map(_emit, blueprints)
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


def _emit(path: Path) -> _Emission:
    try:
        blueprint = load(path)
        return _Emission(f"{blueprint.domain}/{blueprint.name}", blueprint.version, folder(blueprint))
    except (BlueprintError, SeedError) as error:
        return _Emission(findings=error.findings)


def _settled(path: Path, emission: _Emission, out: Path, *, check: bool) -> Built:
    if emission.files is None:
        return Built(path, findings=emission.findings)
    target = out / emission.place
    differences = tuple(_differences(emission.files, target, path))
    if check or not differences:
        return Built(path, target, findings=differences)
    _replace(target, emission.files, emission.version)
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
