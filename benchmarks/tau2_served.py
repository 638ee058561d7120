"""Play the true actions of tau2's own tasks over MCP and in tau2, and print whether answers and records are equal.

    python -m benchmarks.tau2_served [--tasks N]

In an environment that has tau2; `make test-tau2` makes one. Each task has a world of its own on a farm, and a fresh
environment of tau2. Every answer is compared character by character, refusals included, and in the end every record of
every collection. Exits with 1 unless all are equal. `--tasks N`: the first N of each domain.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

from envkit.calls import Observation, ToolCall
from evaluation.tau2.borrowed import DOMAINS
from evaluation.tau2.wrapped import emit, slug_of
from evaluation.wrapping import FAILED
from farm.farm import Farm


def main() -> None:
    """Play all and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=None, metavar="N")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as servers:
        faults = asyncio.run(_compared([emit(name, Path(servers)) for name in DOMAINS], asked.tasks))
    sys.exit(1 if faults else 0)


async def _compared(folders: list[Path], count: int | None) -> int:
    faults = 0
    async with Farm.launch(folders, lean=True) as farm:
        for name in DOMAINS:
            module = import_module(f"tau2.domains.{name}.environment")
            tasks = [task for task in module.get_tasks(None) if task.initial_state is None][:count]
            unequal, calls, refused = [], 0, 0
            for task in tasks:
                actions = [each for each in task.evaluation_criteria.actions or () if each.requestor == "assistant"]
                found = await _differences(farm, name, module.get_environment(), actions)
                unequal += [f"{name} {task.id}: {each}" for each in found[0]]
                calls, refused = calls + len(actions), refused + found[1]
            for sentence in unequal:
                print(f"  {sentence}")
            print(f"{name}: {len(tasks)} tasks, {calls} calls, {refused} refused, {len(unequal)} unequal")
            faults += len(unequal)
    return faults


async def _differences(farm: Farm, name: str, theirs: Any, actions: list[Any]) -> tuple[list[str], int]:
    """Return what was not equal, and how many calls were refused."""
    unequal, refused, slug = [], 0, slug_of(name)
    async with await farm.open([slug]) as session:
        for action in actions:
            call = import_module("tau2.data_model.message").ToolCall(name=action.name, arguments=action.arguments)
            wanted = theirs.get_response(call).content
            seen = await session.call(ToolCall(slug, action.name, action.arguments))
            refused += seen.is_refused
            if _heard(seen) != wanted:
                unequal.append(f"{action.name} says {_heard(seen)} and not {wanted}")
        state = (await session.state())[slug]
    records: Any = state["entities"]  # Any: JSON whose shape the schema fixes
    for collection, kept in theirs.tools.db.model_dump(mode="json").items():
        rows = {row["id"]: {field: row[field] for field in row if field != "id"} for row in records[collection]}
        if json.dumps(rows, sort_keys=True) != json.dumps(kept, sort_keys=True):
            unequal.append(f"{collection} are not the same")
    return unequal, refused


def _heard(seen: Observation) -> str:
    """Return what an observation says in the words of tau2."""
    if seen.code == FAILED:
        return "Error: " + seen.text.removeprefix(f"{FAILED}: ")
    match seen.content:
        case {"text": str() as text, **others} if not others:
            return text
    return seen.text


if __name__ == "__main__":
    main()
