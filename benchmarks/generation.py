"""How many descriptions become admitted environments without a language model, and how long each takes.

python benchmarks/generation.py [--most N] [--jobs N] [--seed N] [RESOURCE ...]

Without RESOURCE: every Discovery document of google-api-python-client. A document is viable if it has at least 12
operations, 3 entities that can be created and read, and references to 2 entities. Viable ones are compiled without an
overlay, emitted and verified in a temporary folder; nothing of them is kept. `--most` takes a sample of them.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import yaml

from generator.audit import audit
from generator.compile import compile, dump
from generator.compile.entities import group, with_inline_rows
from generator.draft.gate import prove
from generator.readers import read
from generator.readers.discovery import installed_library
from generator.resource import ResourceError

OPERATIONS, ENTITIES, TARGETS = 12, 3, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one document; `reasons` say why it was not admitted."""

    reference: str
    stage: str
    tools: int = 0
    seconds: float = 0.0
    reasons: tuple[str, ...] = ()


def is_viable(reference: str) -> Outcome:
    """Read one document and say whether it describes enough to make an environment of."""
    try:
        description = read(reference).description
    except ResourceError as error:
        return Outcome(reference, "unreadable", reasons=(str(error),))
    entities = group(with_inline_rows(description)).entities
    made = sum("create" in one.crud and bool({"get", "list"} & {*one.crud}) for one in entities)
    targets = {name for one in entities for name in (*one.parents, one.within, one.about) if name}
    enough = len(description.operations) >= OPERATIONS and made >= ENTITIES and len(targets) >= TARGETS
    return Outcome(reference, "viable" if enough else "not viable")


def built(reference: str) -> Outcome:
    """Compile, emit and verify one document."""
    begun = time.monotonic()
    blueprint = compile(read(reference)).blueprint
    problems = audit(yaml.safe_load(dump(blueprint)), reference)
    if not problems:
        problems = asyncio.run(prove(blueprint, lambda *_: None))
    stage = "refused" if problems else "admitted"
    seconds = time.monotonic() - begun
    return Outcome(reference, stage, len(blueprint.tools), seconds, tuple(str(each) for each in problems))


def references() -> list[str]:
    """List the Discovery documents that are installed."""
    library = installed_library()
    if library is None:
        sys.exit("google-api-python-client is not installed; pip install 'envfarm[resources]'")
    return [f"google:{name}" for name in library.apis]


def told(looked: Sequence[Outcome], tried: Sequence[Outcome]) -> None:
    """Print the table, and every refusal with its first reason."""
    counts = Counter(each.stage for each in looked) + Counter(each.stage for each in tried)
    share = counts["admitted"] / len(tried) if tried else 0.0
    print("| read | viable | tried | admitted | share | median s | slowest s |")
    print("|---|---|---|---|---|---|---|")
    seconds = [each.seconds for each in tried] or [0.0]
    print(
        f"| {len(looked)} | {counts['viable']} | {len(tried)} | {counts['admitted']} | {share:.1%} "
        f"| {statistics.median(seconds):.1f} | {max(seconds):.1f} |"
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
    asked = parser.parse_args()
    with ProcessPoolExecutor(asked.jobs) as pool:
        looked = list(pool.map(is_viable, asked.resources or references(), chunksize=8))
        viable = [each.reference for each in looked if each.stage == "viable"]
        if 0 < asked.most < len(viable):
            viable = sorted(random.Random(asked.seed).sample(viable, asked.most))
        tried = []
        for outcome in pool.map(built, viable):
            tried.append(outcome)
            print(
                f"{outcome.reference}: {outcome.stage}, {outcome.tools} tools, {outcome.seconds:.1f} s", file=sys.stderr
            )
    told(looked, tried)


if __name__ == "__main__":
    main()
