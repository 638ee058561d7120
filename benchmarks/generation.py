"""How many descriptions become admitted environments without a language model, and how long each takes.

python benchmarks/generation.py [--most N] [--jobs N] [--seed N] [--keep FOLDER] [RESOURCE ...]

RESOURCE is what `envfarm draft` reads, or a folder whose JSON and YAML files are. Without one: every Discovery document
of google-api-python-client. A document is viable if it has at least 12 operations, 3 entities that can be created and
read, and references to 2 entities. Viable ones are compiled without an overlay, emitted and verified in a temporary
folder; nothing of them is kept, but for the blueprints with `--keep`. `--most` takes a sample of them. A document that
states no licence is given "facts only; see the provider's terms".
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import yaml

from generator.audit import audit
from generator.compile import compile, dump
from generator.compile.entities import group, with_inline_rows
from generator.draft.gate import prove
from generator.readers import read
from generator.readers.discovery import installed_library
from generator.resource import ResourceError

OPERATIONS, ENTITIES, TARGETS = 12, 3, 2
SUFFIXES = {".json", ".yaml", ".yml"}
LICENCE = "facts only; see the provider's terms"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document; `reasons` say why it was not admitted."""

    reference: str
    stage: str
    operations: int = 0
    tools: int = 0
    compile_s: float = 0.0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()


def is_viable(reference: str) -> Outcome:
    """Read one document and say whether it describes enough to make an environment of."""
    try:
        description = read(reference).description
    except ResourceError as error:
        return Outcome(reference, "unreadable", reasons=(str(error),))
    number = len(description.operations)
    entities = group(with_inline_rows(description)).entities
    made = sum("create" in one.crud and bool({"get", "list"} & {*one.crud}) for one in entities)
    targets = {name for one in entities for name in (*one.parents, one.within, one.about) if name}
    enough = number >= OPERATIONS and made >= ENTITIES and len(targets) >= TARGETS
    return Outcome(reference, "viable" if enough else "not viable", number)


def built(reference: str, keep: Path | None) -> Outcome:
    """Compile, emit and verify one document; an exception is a bug, counted as a refusal with its words."""
    begun = time.monotonic()
    try:
        resource = read(reference)
        number = len(resource.description.operations)
        resource = resource if resource.licence else replace(resource, licence=LICENCE)
        blueprint = compile(resource).blueprint
        compile_s = time.monotonic() - begun
        text = dump(blueprint)
        problems = tuple(map(str, audit(yaml.safe_load(text), reference)))
        problems = problems or tuple(map(str, asyncio.run(prove(blueprint, lambda *_: None))))
    except Exception as error:  # noqa: BLE001  # one document must not end the run of all
        seconds = time.monotonic() - begun
        return Outcome(reference, "refused", seconds=seconds, reasons=(f"{type(error).__name__}: {error}",))
    if keep is not None and not problems:
        (keep / f"{blueprint.name}.yaml").write_text(text, "utf-8")
    stage = "refused" if problems else "admitted"
    return Outcome(reference, stage, number, len(blueprint.tools), compile_s, time.monotonic() - begun, problems)


def references(asked: Sequence[str]) -> list[str]:
    """List the documents that are asked for, or the Discovery documents that are installed."""
    if asked:
        return [found for each in asked for found in ([*_inside(Path(each))] if Path(each).is_dir() else [each])]
    library = installed_library()
    if library is None:
        sys.exit("google-api-python-client is not installed; pip install 'envfarm[resources]'")
    return [f"google:{name}" for name in library.apis]


def _inside(folder: Path) -> Iterator[str]:
    return (str(path) for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and path.is_file())


def told(looked: Sequence[Outcome], tried: Sequence[Outcome]) -> None:
    """Print the table, and every refusal with its first reason."""
    counts = Counter(each.stage for each in looked) + Counter(each.stage for each in tried)
    share = counts["admitted"] / len(tried) if tried else 0.0
    print("| documents | read | viable | compiled | admitted | share | median s | slowest s | slowest compilation |")
    print("|---|---|---|---|---|---|---|---|---|")
    seconds = [each.seconds for each in tried] or [0.0]
    slowest = max(tried, key=lambda each: each.compile_s, default=Outcome("", ""))
    print(
        f"| {len(looked)} | {len(looked) - counts['unreadable']} | {counts['viable']} | {len(tried)} "
        f"| {counts['admitted']} | {share:.1%} | {statistics.median(seconds):.1f} | {max(seconds):.1f} "
        f"| {slowest.compile_s:.2f} s, {slowest.operations} operations |"
    )
    for each in (*looked, *tried):
        if each.reasons:
            print(f"{each.reference}: {each.stage}: {each.reasons[0]}")


def main() -> None:
    """Look at all documents, build those that are viable, print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("resources", nargs="*", metavar="RESOURCE")
    parser.add_argument("--most", type=int, default=0, help="build a sample of this many; all by default")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the sample")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the blueprints of what is admitted")
    asked = parser.parse_args()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(asked.jobs) as pool:
        looked = list(pool.map(is_viable, references(asked.resources), chunksize=8))
        viable = [each.reference for each in looked if each.stage == "viable"]
        if 0 < asked.most < len(viable):
            viable = sorted(random.Random(asked.seed).sample(viable, asked.most))
        tried = []
        for outcome in pool.map(partial(built, keep=asked.keep), viable):
            tried.append(outcome)
            print(
                f"{outcome.reference}: {outcome.stage}, {outcome.tools} tools, {outcome.seconds:.1f} s", file=sys.stderr
            )
    told(looked, tried)


if __name__ == "__main__":
    main()
