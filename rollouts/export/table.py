"""Episodes as a table: a row each in parquet, beside the JSON lines; what differs from row to row is JSON as text."""

from __future__ import annotations

from pathlib import Path

import orjson

from envkit.calls import Json, JsonObject
from rollouts.episode import Cost, Episode, PlayedStep, Turn, stream_episodes
from rollouts.export.shape import Shape
from rollouts.export.write import drafting, writers_of

_STEP: Shape = {
    "environment": "string",
    "tool": "string",
    "arguments": "string",
    "content": "string",
    "code": "string",
    "text": "string",
    "writes": "bool",
}
COLUMNS: dict[str, Shape] = {
    "task": "string",
    "policy": "string",
    "configuration": "string",
    "trial": "int64",
    "seed": "int64",
    "fork": "string",
    "environments": ["string"],
    "realism": "string",
    "stop": "string",
    "trouble": "string",
    "reward": "float64",
    "progress": "float64",
    "by_turn": ["float64"],
    "reason": "string",
    "codes": ["string"],
    "findings": "string",
    "turns": [{"query": "string", "answer": "string", "steps": [_STEP]}],
    "diffs": "string",
    "digests": "string",
    "calls": "int64",
    "refused": "int64",
    "writes": "int64",
    "seconds": "float64",
    "prompt_tokens": "int64",
    "completion_tokens": "int64",
    "micros": "int64",
    "episode": "string",
}
"""`fork`, `findings`, `diffs`, `digests`, arguments and contents are JSON: Arrow merges objects of different members.

`episode` is the whole line of the episodes file, so that nothing is lost.
"""


def require_table() -> None:
    """Raise ExportError if pyarrow is not installed, before there is work that it would be missed after."""
    writers_of("parquet")


def write_table(episodes: Path) -> Path:
    """Write `episodes.parquet` beside an episodes file; ExportError if pyarrow is not installed."""
    path = episodes.with_suffix(".parquet")
    with drafting(path.parent) as folder:
        rows = folder.rows(path.name, "parquet", COLUMNS)
        for episode in stream_episodes(episodes):
            rows.write(row_of(episode))
    return path


def row_of(episode: Episode) -> JsonObject:
    """Write an episode as a row of `COLUMNS`."""
    told = episode.model_dump(mode="json")
    reward, cost = episode.reward, episode.cost or Cost()
    return {
        "task": episode.task,
        "policy": episode.policy,
        "configuration": episode.configuration,
        "trial": episode.trial,
        "seed": episode.seed,
        "fork": None if episode.fork is None else _text(told["fork"]),
        "environments": list(episode.environments),
        "realism": episode.realism,
        "stop": episode.stop,
        "trouble": episode.trouble,
        "reward": reward.total,
        "progress": reward.progress,
        "by_turn": list(reward.by_turn),
        "reason": reward.reason,
        "codes": [finding.code for finding in reward.findings],
        "findings": _text(told["reward"]["findings"]),
        "turns": [_turn(turn) for turn in episode.turns],
        "diffs": _text(told["diffs"]),
        "digests": _text(told["digests"]),
        "calls": episode.counts.calls,
        "refused": episode.counts.refused,
        "writes": episode.counts.writes,
        "seconds": episode.wall.total_s,
        "prompt_tokens": cost.prompt_tokens,
        "completion_tokens": cost.completion_tokens,
        "micros": cost.micros,
        "episode": _text(told),
    }


def _turn(turn: Turn) -> JsonObject:
    return {"query": turn.query, "answer": turn.answer, "steps": [_step(step) for step in turn.steps]}


def _step(step: PlayedStep) -> JsonObject:
    return {
        "environment": step.environment,
        "tool": step.tool,
        "arguments": _text(dict(step.arguments)),
        "content": _text(step.content),
        "code": step.code,
        "text": step.as_step().observation.text,
        "writes": step.writes,
    }


def _text(value: Json) -> str:
    return orjson.dumps(value).decode()
