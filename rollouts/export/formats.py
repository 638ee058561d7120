"""The formats that tasks and episodes can leave in, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from envkit.calls import JsonObject
from rollouts.export.atlas import atlas_row
from rollouts.export.example import Example, Offer
from rollouts.export.rl import trl_rl_row, verifiers_row, verl_row, verl_shape
from rollouts.export.sft import llamafactory_row, openai_row, trl_row
from rollouts.export.shape import Shape

Ending = Literal["jsonl", "csv", "parquet"]


@dataclass(frozen=True, slots=True)
class Format:
    """How rows look for one consumer, and the kind of file they stand in.

    `row` gives None for an example that the consumer has no use for. `shape` gives the columns of a file over the
    environments of an export. `imitates`: rows are conversations to learn from, so they can be made of episodes too.
    """

    name: str
    consumer: str
    ending: Ending
    row: Callable[[Example], JsonObject | None]
    shape: Callable[[Iterable[Offer]], Mapping[str, Shape]]
    imitates: bool = False

    def file(self, split: str) -> str:
        """Return where the rows of a split stand in the export's folder."""
        return f"{self.name}/{split}.{self.ending}"


def _always(**columns: Shape) -> Callable[[Iterable[Offer]], Mapping[str, Shape]]:
    return lambda offers: columns


_MESSAGES: Shape = [{"role": "string", "content": "string"}]

FORMATS: Mapping[str, Format] = {
    each.name: each
    for each in (
        Format(
            "trl",
            "TRL's SFTTrainer",
            "jsonl",
            trl_row,
            _always(task="string", environment="string", messages=["json"], tools="string"),
            imitates=True,
        ),
        Format(
            "openai",
            "OpenAI's supervised fine-tuning",
            "jsonl",
            openai_row,
            _always(messages=["json"], tools=["json"], parallel_tool_calls="bool"),
            imitates=True,
        ),
        Format(
            "llamafactory",
            "LlamaFactory, as sharegpt",
            "jsonl",
            llamafactory_row,
            _always(
                task="string",
                environment="string",
                conversations=[{"from": "string", "value": "string"}],
                system="string",
                tools="string",
            ),
            imitates=True,
        ),
        Format(
            "trl-rl",
            "TRL's GRPOTrainer with an environment_factory",
            "jsonl",
            trl_rl_row,
            _always(
                prompt=_MESSAGES,
                environment="string",
                task="string",
                environments=["string"],
                seed="int64",
                queries=["string"],
                ground_truth="string",
            ),
        ),
        Format("verl", "verl's RLHFDataset and tool agent loop", "parquet", verl_row, verl_shape),
        Format(
            "verifiers",
            "a Taskset of verifiers",
            "jsonl",
            verifiers_row,
            _always(
                id="string",
                name="string",
                prompt="string",
                system_prompt="string",
                answer="string",
                info="json",
                ground_truth="string",
            ),
        ),
        Format(
            "atlas",
            "MCP-Atlas",
            "csv",
            atlas_row,
            _always(TASK="string", ENABLED_TOOLS="string", PROMPT="string", TRAJECTORY="string", GTFA_CLAIMS="string"),
        ),
    )
}
