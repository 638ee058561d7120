"""The dataset card: what Hugging Face reads of an export, and what a person wants to know of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from envkit.manifest import Source as Origin
from rollouts.export.example import Example, Offer
from rollouts.export.formats import Ending, Format
from rollouts.export.shape import yaml_features
from rollouts.export.source import Source
from sampler.task import Version

_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
_LARGEST = "n>1M"
_NAMED_TITLES = 4
_PREFERRED: Sequence[Ending] = ("jsonl", "parquet", "csv")
_TAGS = ("tool-use", "mcp", "agents", "synthetic", "envfarm")


@dataclass(slots=True)
class Tally:
    """What was counted on the way: examples, and their turns and calls; the tasks they are of."""

    examples: int = 0
    turns: int = 0
    calls: int = 0
    tasks: set[str] = field(default_factory=set)

    def count(self, example: Example) -> None:
        """Count an example."""
        self.examples += 1
        self.turns += len(example.turns)
        self.calls += sum(len(turn.steps) for turn in example.turns)
        self.tasks.add(example.task.id)


def card(
    source: Source,
    offers: Mapping[Version, Offer],
    formats: Sequence[Format],
    rows: Mapping[str, int],
    tally: Tally,
    licence: str,
) -> str:
    """Write the card of an export: front matter for the hub, then words."""
    unique = {(offer.manifest.slug, offer.digest): offer for _, offer in sorted(offers.items())}
    told = [unique[key] for key in sorted(unique)]
    lines = [
        "---",
        *_front(source, told, formats, rows, licence),
        "---",
        "",
        f"# Tool-use tasks over {_listed([offer.manifest.title for offer in told])}",
        "",
        *_making(source, tally),
        "",
        "## Files",
        "",
        *_files(source, formats, rows),
        "",
        "## Environments",
        "",
        *_environments(told),
        "",
        "## Sources and licences",
        "",
        *_origins(told, licence),
        "",
        "## Replaying a row",
        "",
        *_replaying(source),
    ]
    return "\n".join(lines) + "\n"


def _front(
    source: Source, told: Sequence[Offer], formats: Sequence[Format], rows: Mapping[str, int], licence: str
) -> Iterator[str]:
    yield f"pretty_name: {_quoted(f'Tool-use tasks over {_listed([offer.manifest.title for offer in told])}')}"
    yield f"license: {_quoted(licence)}"
    yield from ("language:", "- en")
    yield from ("task_categories:", "- text-generation")
    if any(not each.imitates for each in formats):
        yield "- reinforcement-learning"
    yield from ("tags:", *(f"- {tag}" for tag in _TAGS))
    largest = max(rows.values())
    yield from ("size_categories:", f"- {next((name for most, name in _SIZES if largest < most), _LARGEST)}")
    yield "configs:"
    loadable = _loadable(formats)
    for number, each in enumerate(loadable):
        yield f"- config_name: {each.name}"
        if number == 0:
            yield "  default: true"
        yield from ("  data_files:", f"  - split: {source.split}", f"    path: {each.file(source.split)}")
    # Without them, a reader guesses types from the first rows; parquet says its own.
    if loadable[0].ending == "parquet":
        return
    yield "dataset_info:"
    for each in loadable:
        yield from (f"- config_name: {each.name}", "  features:")
        yield from (f"  {line}" for line in yaml_features(each.shape(told)))


def _loadable(formats: Sequence[Format]) -> Sequence[Format]:
    """Choose the formats that the hub loads: it reads one kind of file in a dataset, whatever the configurations."""
    ending = min((each.ending for each in formats), key=_PREFERRED.index)
    return [each for each in formats if each.ending == ending]


def _making(source: Source, tally: Tally) -> Iterator[str]:
    yield (
        f"{_number(tally.examples, 'example')} of {_number(len(tally.tasks), 'task')}, "
        f"{_number(tally.turns, 'turn')} and {_number(tally.calls, 'tool call')}, in the split `{source.split}`."
    )
    yield ""
    yield (
        "A task was drawn from live MCP servers by EnvFarm, without a language "
        "model: its calls were executed twice on fresh worlds of one seed, with equal results, changes and digests. "
        "Queries are written from templates. Worlds are made up: no row is about a real person."
    )
    yield ""
    if source.episodes is None:
        yield (
            "The conversations to imitate are these truths: the calls with what really came back, and answers that "
            "state the facts asked for."
        )
    else:
        yield (
            "The conversations to imitate are what policies did: episodes that answered every turn and earned a "
            f"reward of {source.min_reward:g} or more. A reward is computed from the changes in the worlds and the "
            "facts in the answers, never by a model."
        )


def _files(source: Source, formats: Sequence[Format], rows: Mapping[str, int]) -> Iterator[str]:
    yield from ("| file | for | rows |", "|---|---|---:|")
    for each in formats:
        yield f"| `{each.file(source.split)}` | {each.consumer} | {rows[each.name]} |"
    if beside := [each for each in formats if each not in _loadable(formats)]:
        yield ""
        yield (
            "The hub loads one kind of file in a dataset. Read by their paths: "
            f"{', '.join(f'`{each.file(source.split)}`' for each in beside)}."
        )


def _environments(told: Sequence[Offer]) -> Iterator[str]:
    yield from ("| environment | what it is | version | tools | digest |", "|---|---|---:|---:|---|")
    for offer in told:
        known = offer.manifest
        yield f"| `{known.slug}` | {_cell(known.title)} | {known.version} | {len(offer.tools)} | `{offer.digest}` |"


def _origins(told: Sequence[Offer], licence: str) -> Iterator[str]:
    yield f"This dataset is published under the licence `{licence}`. The shapes of its environments were taken from:"
    yield ""
    yield from ("| environment | source | licence |", "|---|---|---|")
    for offer in told:
        for origin in offer.manifest.sources:
            yield f"| `{offer.manifest.slug}` | {_cell(_named(origin))} | {_cell(origin.licence or 'not stated')} |"
        if not offer.manifest.sources:
            yield f"| `{offer.manifest.slug}` | none | |"


def _replaying(source: Source) -> Iterator[str]:
    yield (
        "Every row names its task: in `task`, `id`, `TASK` or `extra_info.task`, and for OpenAI in the ids of its tool "
        "calls. `envfarm play` plays a tasks file again in the versions above. `ground_truth` holds a whole task, "
        "which `rollouts.reward.score` takes beside an episode. The tasks file has the SHA-256"
    )
    yield f"`{_sha256(source.tasks)}`."


def _named(origin: Origin) -> str:
    place = " ".join(part for part in (origin.package, origin.path) if part) or origin.url
    return f"{origin.title} ({place})" if origin.title and place else origin.title or place


def _listed(titles: Sequence[str]) -> str:
    if len(titles) > _NAMED_TITLES:
        return f"{len(titles)} environments"
    return titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
