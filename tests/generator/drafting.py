"""The answers of a model that drafts the lending desk well, and its slips."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.chat.scripted import Body, Move, good

LENDING: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[1] / "golden" / "lending" / "blueprint.yaml").read_text("utf-8")
)
LEND_IN_PYTHON = """
i = item[item_id]
earlier = [o for o in loan if o.item_id == i.id and o.borrower == borrower and o.status == 'out']
require(i.free >= copies, 'none_left', 'Only {i.free} of {i.label} on the shelf.')
require(len(earlier) < 2, 'too_many', '{borrower} already has {i.label} twice.')
world.update(i, free=i.free - copies)
o = world.add('loan', item_id=i.id, borrower=borrower, copies=copies, due_at=now + days(3))
for e in earlier:
    world.update(o, replaces_id=e.id)
return {'loan': o}
"""
STATIONS = ("let", "require", "do", "return")


def answers() -> dict[str, dict[str, Any]]:
    """Give a fresh copy of the good answer of each stage; one tool has its body in Python."""
    blueprint = copy.deepcopy(LENDING)
    tools = blueprint["tools"]
    tools["lend"] = {key: value for key, value in tools["lend"].items() if key not in STATIONS}
    tools["lend"]["python"] = LEND_IN_PYTHON
    return {
        "propose": {
            "title": blueprint["title"],
            "summary": blueprint["summary"],
            "clock": blueprint["clock"],
            "entities": {name: entity["doc"] for name, entity in blueprint["entities"].items()},
            "tools": {name: tool["doc"] for name, tool in tools.items()},
            "policies": blueprint["policies"],
        },
        "entities": {"entities": blueprint["entities"]},
        "tools": {"tools": tools},
        "invariants": {"invariants": blueprint["invariants"]},
        "phrases": {"phrases": {"lend": ["lend {item_id} to {borrower}"], "wait": ["come back tomorrow"]}},
    }


def stage_of(body: Body) -> str:
    return str(body["response_format"]["json_schema"]["name"])


def findings_in(body: Body) -> str:
    """Return what a request of repair says was found."""
    return str(body["messages"][-1]["content"]) if len(body["messages"]) == 4 else ""


class Writer:
    """A script: each stage makes its slips first, each once, and then answers well."""

    def __init__(self, **slips: list[Move]) -> None:
        self._slips = {stage: list(moves) for stage, moves in slips.items()}

    def __call__(self, body: Body, number: int) -> Move:
        stage = stage_of(body)
        slips = self._slips.get(stage)
        return slips.pop(0) if slips else good(answers()[stage])


def spoilt(stage: str, spoil: Callable[[dict[str, Any]], object]) -> Move:
    """Answer a stage with something changed."""
    answer = answers()[stage]
    spoil(answer)
    return good(json.dumps(answer))


def misnamed_pool() -> Move:
    return spoilt("entities", lambda answer: answer["entities"]["loan"]["fields"]["borrower"].update(seed="persn"))


def forgetful_return() -> Move:
    """Take copies back without counting them: right in form, wrong by the laws."""
    return spoilt("tools", lambda answer: answer["tools"]["bring_back"]["do"].pop())
