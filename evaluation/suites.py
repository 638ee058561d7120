"""The suites: which tasks are made of which held-out environments, so that numbers of one version can be compared."""

from __future__ import annotations

import hashlib
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field

from envkit.manifest import Manifest
from envkit.realism import ProfileName
from evaluation.offer import narrowed
from registry.entry import Entry, intact
from registry.whole import write_whole
from sampler.sample import MOST_ENVIRONMENTS, Order
from sampler.shape import MAX_CALLS
from sampler.task import Kind, Task, line_of, seal, stream_tasks

HELD_OUT: Mapping[str, str] = {
    "academia": "wren_library",
    "commerce": "marigold_gifts",
    "finance": "cedar_brokerage",
    "lifestyle": "tempo_studio",
    "office": "quill_signing",
    "travel": "linden_hotels",
    "utilities": "voltway_charging",
}
"""The environment of each domain that suites are made of, and that nothing should be trained on."""

SEED = 20_260_728
TASKS, LISTING = "tasks.jsonl", "suite.json"


@dataclass(frozen=True, slots=True)
class Suite:
    """A kind of evaluation: how many tasks of which kinds, over how many environments and calls, and what is offered.

    `spans` and `calls` are the least and the most; `near` is how many tools are offered beside the needed ones, all of
    them if it is None; `realism` is the profile that the tasks are played in. A change of anything here, of the
    profile, or of how tasks are sampled, is another `version`.
    """

    name: str
    version: int
    about: str
    mix: Mapping[Kind, float]
    count: int = 200
    spans: tuple[int, int] = (1, MOST_ENVIRONMENTS)
    calls: tuple[int, int] = (1, MAX_CALLS)
    has_facts: bool = False
    near: int | None = None
    realism: ProfileName | None = None
    environments: tuple[str, ...] = field(default_factory=lambda: tuple(HELD_OUT.values()))

    @property
    def order(self) -> Order:
        """What is asked of the sampler."""
        least, most = self.spans
        return Order(self.count, SEED, most, self.mix, least_environments=least)

    def faults(self, task: Task) -> Iterator[str]:
        """Yield why a task is none of this suite."""
        fewest, most = self.calls
        if not fewest <= len(task.truth.trajectory) <= most:
            yield f"the suite wants {fewest} to {most} calls"
        if self.has_facts and not task.criteria.facts:
            yield "the suite wants something to tell"


SUITES: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(
            "atlas",
            1,
            "as MCP-Atlas: 2 to 8 calls among ten distractors, judged by claims and by the state",
            {"answer": 0.4, "act_and_answer": 0.4, "multi_turn": 0.2},
            calls=(2, 8),
            has_facts=True,
            near=10,
        ),
        Suite(
            "multiturn",
            1,
            "as BFCL multi-turn: turns that refer back, withheld tools and arguments, checked turn by turn",
            {"multi_turn": 0.4, "missing_parameter": 0.2, "missing_tool": 0.2, "ambiguous": 0.2},
        ),
        Suite(
            "policy",
            1,
            "as tau2: rules that no tool enforces, guards that refuse, and what must be declined",
            {"policy": 0.5, "infeasible": 0.5},
        ),
        Suite(
            "crossdomain",
            1,
            "as VitaBench: two or three environments at once, and long ways through them",
            {"long_horizon": 0.5, "act_and_answer": 0.25, "multi_turn": 0.25},
            spans=(2, MOST_ENVIRONMENTS),
        ),
        Suite(
            "robust",
            1,
            "a cross-section in the profile rough: calls fail, are limited, and pages are short",
            {"act": 0.25, "act_and_answer": 0.25, "multi_turn": 0.25, "long_horizon": 0.25},
            realism="rough",
        ),
    )
}


class Listing(BaseModel):
    """What a suite's folder holds, by digests (sha256 in hex): of the environments' files, and of the tasks file.

    `realism` is the profile that its tasks are played in.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    suite: Literal[1] = 1
    name: str
    version: int
    seed: int
    tasks: int
    environments: Mapping[str, str]
    digest: str
    realism: ProfileName | None = Field(default=None, exclude_if=operator.not_)


def settled(task: Task, suite: Suite, manifests: Mapping[str, Manifest]) -> Task:
    """Return a task as the suite has it; where it is played otherwise than it was sampled it has an id of its own."""
    found = task if suite.near is None else narrowed(task, manifests, suite.near)
    return found if suite.realism is None else seal(found.model_copy(update={"realism": suite.realism}))


def settle(suite: Suite, entries: Sequence[Entry], sampled: Path, folder: Path) -> Listing:
    """Write the suite's tasks file from what was sampled for it, and beside it the listing; return the listing."""
    manifests = {each.slug: intact(each.folder) for each in entries}
    tasks = [settled(task, suite, manifests) for task in stream_tasks(sampled)]
    text = b"".join(map(line_of, tasks))
    listing = Listing(
        name=suite.name,
        version=suite.version,
        seed=SEED,
        tasks=len(tasks),
        environments={each.slug: each.digest for each in entries},
        digest=hashlib.sha256(text).hexdigest(),
        realism=suite.realism,
    )
    write_whole(folder / TASKS, text)
    write_whole(folder / LISTING, orjson.dumps(listing.model_dump(), option=orjson.OPT_INDENT_2))
    return listing
