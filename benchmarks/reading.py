"""Measure reading: every document under a folder is read, its pointers resolved, and the sums printed.

    python benchmarks/reading.py FOLDER [--every N]

A refusal is counted under its sentence without the names in it. Anything else that goes wrong is a bug: it ends the
run with its trace. `--every N` reads each Nth document only.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from generator.description import Description, Shape
from generator.readers import read
from generator.resource import Resource, ResourceError, resolve

SUFFIXES = {".json", ".yaml", ".yml", ".gz", ".zip"}


@dataclass(slots=True)
class Sums:
    """What was read, what was refused and why, and how long each took."""

    formats: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    operations: int = 0
    bodies: Counter[str] = field(default_factory=Counter)
    schemas: int = 0
    pointers: int = 0
    licences: int = 0
    seconds: list[tuple[float, int, str]] = field(default_factory=list)


def main() -> None:
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    asked = parser.parse_args()
    sums = Sums()
    paths = sorted(path for path in asked.folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    for path in paths[:: asked.every]:
        _measure(path, path.relative_to(asked.folder).as_posix(), sums)
    _show(sums)


def _measure(path: Path, name: str, sums: Sums) -> None:
    start = time.perf_counter()
    try:
        resource = read(str(path))
    except ResourceError as error:
        sums.refused[_reason(str(error).removeprefix(f"{path}: "))] += 1
        return
    finally:
        sums.seconds.append((time.perf_counter() - start, path.stat().st_size, name))
    description = resource.description
    sums.formats[resource.format] += 1
    sums.licences += bool(resource.licence)
    sums.operations += len(description.operations)
    sums.schemas += len(description.schemas)
    sums.pointers += _resolved(resource)
    for one in description.operations:
        sums.bodies["requests"] += bool(one.request)
        sums.bodies["responses"] += bool(one.response)
        sums.bodies["of many"] += one.gives_many
        for key in (one.request, one.response):
            assert not key or key in description.schemas, f"{name}: {one.id}: no schema {key}"
        given = {*one.parameters, *description.properties(one.request)}
        assert set(one.keys) <= given, f"{name}: {one.id}: a key that is not asked for"


def _resolved(resource: Resource) -> int:
    """Resolve every pointer of a description; LookupError if one leads nowhere."""
    count = 0
    for at in _pointers(resource.description):
        resolve(resource.document, at)
        count += 1
    return count


def _pointers(description: Description) -> Iterator[str]:
    for one in description.operations:
        yield one.at
        for parameter in one.parameters.values():
            yield from _inside(parameter.shape, description)
    for schema in description.schemas.values():
        yield schema.at
        for shape in schema.properties.values():
            yield from _inside(shape, description)


def _inside(shape: Shape, description: Description) -> Iterator[str]:
    assert not shape.ref or shape.ref in description.schemas, f"{shape.at}: no schema {shape.ref}"
    yield shape.at
    for inner in (*([shape.items] if shape.items else []), *shape.properties.values()):
        yield from _inside(inner, description)


def _reason(sentence: str) -> str:
    return re.sub(r"'[^']*'|\"[^\"]*\"|/\S+|\d+", "_", sentence)


def _show(sums: Sums) -> None:
    times = sorted(seconds for seconds, _, _ in sums.seconds)
    middle, high = times[len(times) // 2], times[min(len(times) - 1, len(times) * 95 // 100)]
    slowest = max(sums.seconds)
    largest = max(sums.seconds, key=lambda one: one[1])
    print(f"read {sum(sums.formats.values())} of {len(times)}: {_listed(sums.formats)}")
    print(f"refused {sum(sums.refused.values())}")
    for reason, count in sums.refused.most_common():
        print(f"  {count}: {reason}")
    print(f"operations {sums.operations} ({_listed(sums.bodies)}), schemas {sums.schemas}, licences {sums.licences}")
    print(f"pointers {sums.pointers}, all resolved")
    print(f"seconds: {sum(times):.1f} in all, median {middle:.4f}, p95 {high:.3f}")
    for word, (seconds, size, name) in (("slowest", slowest), ("largest", largest)):
        print(f"  {word}: {seconds:.2f} s, {size / 1e6:.1f} MB, {name}")


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.most_common()) or "none"


if __name__ == "__main__":
    main()
