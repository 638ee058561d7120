"""Recording cases: calls played on the oracle, written in the form of `cases.jsonl`, within bounds of size."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from envkit.calls import Json, JsonObject
from generator.blueprint import Blueprint
from generator.casting import recast
from generator.interpret import Interpreter, Outcome
from generator.seeds import stale_counters

CURSOR = "<cursor>"
"""In expected content any page cursor; as an argument the cursor that the step before it gave."""

MOST_STEPS = 2400
MOST_BYTES = 800_000
_MOST_CASE_BYTES = 48_000

Call = tuple[str, JsonObject]
Rows = Sequence[tuple[str, JsonObject]]


@dataclass(frozen=True, slots=True)
class Edit:
    """Stored values of one row to change before the first call."""

    entity: str
    id: str
    values: JsonObject

    def to_json(self) -> JsonObject:
        """Write it as in `cases.jsonl`."""
        return {"entity": self.entity, "id": self.id, "set": self.values}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a case is about: its name, kind and tool, the world's seed, and the edits it begins with."""

    name: str
    about: str
    tool: str
    seed: int = 0
    edits: tuple[Edit, ...] = ()


class Casebook:
    """The cases of one environment as they are gathered; what would leave the bounds is left out.

    `broken`: by path in the blueprint, how a call first broke a law that always holds, where calls are judged.
    """

    def __init__(self, blueprint: Blueprint, rows: Rows, *, is_judged: bool = True) -> None:
        self._blueprint, self._rows, self._is_judged = blueprint, rows, is_judged
        self._cases: list[JsonObject] = []
        self._names: dict[str, int] = {}
        self._known: set[bytes] = set()
        self._steps = 0
        self._bytes = 0
        self.broken: dict[str, str] = {}
        self._fresh = {0: Interpreter(blueprint, rows)}

    def world(self, seed: int = 0) -> Interpreter:
        """Give a fresh world of that seed."""
        if seed not in self._fresh:
            self._fresh[seed] = Interpreter(self._blueprint, recast(self._blueprint, self._rows, seed), seed)
        return self._fresh[seed].copy()

    def cases(self) -> tuple[JsonObject, ...]:
        """List the cases in the order they were recorded."""
        return tuple(self._cases)

    def record(self, scene: Scene, calls: Iterable[Call]) -> bool:
        """Play calls on a fresh world and keep them with the oracle's word, unless they are known or too large."""
        world = self.world(scene.seed)
        for edit in scene.edits:
            world.tables.edit(edit.entity, edit.id, edit.values)
        steps: list[JsonObject] = []
        cursor: Json = None
        sums = world.conserved() if self._is_judged else {}
        for tool, arguments in calls:
            asked = {**arguments, "cursor": cursor} if arguments.get("cursor") == CURSOR else arguments
            outcome = world.call(tool, asked)
            cursor = outcome.content.get("next_cursor") if isinstance(outcome.content, Mapping) else None
            steps.append(written_step(tool, arguments, outcome))
            if self._is_judged and outcome.diff.to_json() and not scene.edits:
                self._judge(world, sums, f"{tool} (case {scene.name}) on {orjson.dumps(arguments).decode()}")
        return self._keep(scene, steps)

    def _judge(self, world: Interpreter, sums: Mapping[str, int], how: str) -> None:
        for name, holds in world.invariants().items():
            if not holds:
                self.broken.setdefault(f"invariants.{name}", f"broken by {how}")
        for name, value in world.conserved().items():
            if value != sums[name]:
                self.broken.setdefault(f"conserved.{name}", f"changed by {how}")
        for record, name, value in stale_counters(self._blueprint, world.tables):
            path = f"entities.{record.entity}.fields.{name}"
            self.broken.setdefault(path, f"left at {record.values[name]} where the counter says {value} by {how}")

    def _keep(self, scene: Scene, steps: list[JsonObject]) -> bool:
        body = orjson.dumps([[edit.to_json() for edit in scene.edits], scene.seed, steps])
        is_full = self._steps + len(steps) > MOST_STEPS or self._bytes + len(body) > MOST_BYTES
        if not steps or is_full or len(body) > _MOST_CASE_BYTES or body in self._known:
            return False
        self._known.add(body)
        self._steps += len(steps)
        self._bytes += len(body) + 120
        case: dict[str, Json] = {"case": 1, "name": self._free_name(scene.name), "about": scene.about}
        case |= {"tool": scene.tool, "seed": scene.seed}
        if scene.edits:
            case["edits"] = [edit.to_json() for edit in scene.edits]
        self._cases.append({**case, "steps": steps})
        return True

    def _free_name(self, name: str) -> str:
        self._names[name] = self._names.get(name, 0) + 1
        return name if self._names[name] == 1 else f"{name}_{self._names[name]}"


def written_step(tool: str, arguments: JsonObject, outcome: Outcome) -> JsonObject:
    """Write one call and the oracle's word on it; a page's cursor is opaque."""
    content = outcome.content
    if isinstance(content, Mapping) and content.get("next_cursor") is not None:
        content = {**content, "next_cursor": CURSOR}
    expect: JsonObject = {"content": content} if outcome.code is None else {"code": outcome.code}
    diff = outcome.diff.to_json()
    step: dict[str, Json] = {"tool": tool, "arguments": arguments, "expect": expect}
    return {**step, "diff": diff} if diff else step
