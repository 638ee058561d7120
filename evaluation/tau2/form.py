"""The files of a domain: where its environments lie, and by which names its tools are called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict

DOMAINS, SERVERS = "domains", "servers"
DOMAIN, POLICY, TASKS, SPLITS, TRUTHS = "domain.json", "policy.md", "tasks.json", "split_tasks.json", "truths.jsonl"

BEGIN, MEETS = "begin", "meets"
"""What tau2 calls on a toolkit: as an initialization action, and as an assertion."""

CHECKED = ("facts", "outcomes", "rules")
"""The parts of a reward that are asserted; the others are about the state, which tau2 compares."""

UNCALLABLE = frozenset({"self", "tool_name", "requestor"})
"""Arguments that no tool may have, since tau2 hands a tool's arguments on beside its own of these names."""

_REQUEST = re.compile(r'^\s*Request \d+: (".*")$', re.MULTILINE)


class Domain(BaseModel):
    """What a domain offers: the folders of its environments by slug, and each tool by its name, as (slug, tool)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    domain: Literal[1] = 1
    name: str
    folders: Mapping[str, str]
    tools: Mapping[str, tuple[str, str]]


def request_line(number: int, query: str) -> str:
    """Write a request of the user on a line of its own."""
    return f"Request {number}: {orjson.dumps(query).decode()}"


def requests_of(instructions: str) -> tuple[str, ...]:
    """Read the requests out of a user's instructions."""
    return tuple(orjson.loads(found) for found in _REQUEST.findall(instructions))
