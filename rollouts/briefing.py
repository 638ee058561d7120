"""The briefing: what a language model is told before a task, and by which names it calls the tools."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from farm.link import Tool

SYSTEM = (
    "You act for the user, with the tools you are given. Look things up before you act on them, change only what you "
    "are asked to change, and state in your answer what the user wants to know."
)
"""How every briefing begins: it says what a reward is paid for."""

LONGEST_NAME, _MARK = 64, 8
_CALLABLE = re.compile(rf"[a-zA-Z0-9_-]{{1,{LONGEST_NAME}}}")

Offered = Mapping[str, tuple[str, Tool]]
"""The tools that a model may call, by the names it knows them by, each with its environment."""


def briefing(rules: Sequence[str]) -> str:
    """Return the system prompt of a task: what every policy is told, and the rules of this task."""
    return "\n".join([SYSTEM, *(f"Rule: {rule}" for rule in rules)])


def tool_name(environment: str, tool: str) -> str:
    """Name a tool as the gateway does, so that names are told apart in a session and in a whole file."""
    return f"{environment}_{tool}"


def is_callable(name: str) -> bool:
    """Whether a name is of the form that APIs of language models take."""
    return _CALLABLE.fullmatch(name) is not None


def offered(tools: Mapping[str, tuple[Tool, ...]]) -> Offered:
    """Name the tools of a task's environments for a model; no two get one name.

    A name is that of `tool_name`, unless it is no name for an API or two tools would share it: then what APIs do not
    take becomes `_`, and a mark of the tool's own ends it, so that it does not depend on what else is offered.
    """
    listed = [(slug, tool) for slug, each in tools.items() for tool in each]
    shared = Counter(tool_name(slug, tool.name) for slug, tool in listed)
    named = {}
    for slug, tool in listed:
        name = tool_name(slug, tool.name)
        named[name if shared[name] == 1 and is_callable(name) else _marked(slug, tool.name)] = (slug, tool)
    assert len(named) == len(listed), "a mark tells tools apart"
    return named


def _marked(environment: str, tool: str) -> str:
    mark = hashlib.sha256(f"{environment}\0{tool}".encode()).hexdigest()[:_MARK]
    return f"{re.sub(r'[^a-zA-Z0-9_-]', '_', tool_name(environment, tool))[: LONGEST_NAME - _MARK - 1]}_{mark}"
