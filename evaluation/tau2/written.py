"""Tasks as tau2 reads them: what its user is told, what the worlds begin with, and what is judged in the end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from envkit.manifest import Manifest
from evaluation.tau2.form import BEGIN, CHECKED, MEETS, UNCALLABLE, Domain, request_line
from farm.link import Tool
from rollouts.briefing import briefing, offered
from rollouts.chat_user import person
from sampler.task import Task, canonical

_MARK = 6
_SAYS = {
    "facts": "each fact that was asked for is in the answer to the turn that asks for it",
    "outcomes": "what could not be granted was asked back or declined",
    "rules": "no call went through that a rule forbids",
}
"""What is said of a part whose assertion does not hold."""


class UnplayableError(Exception):
    """What tau2 could not play: a tool for the name of an argument, or a task in a profile of realism."""


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one domain: the same environments in the same versions, the same tools offered, the same rules."""

    domain: Domain
    policy: str
    tasks: list[Task] = field(default_factory=list)


def grouped(tasks: Sequence[tuple[Task, Mapping[str, Path]]], manifests: Mapping[Path, Manifest]) -> tuple[Group, ...]:
    """Part tasks into domains, each task with the folders of its environments by slug.

    A domain bears the names of its environments' folders; a mark follows if it does not offer all of their tools, or
    has rules. UnplayableError if tau2 could not play one.
    """
    groups: dict[str, Group] = {}
    for task, folders in tasks:
        if task.realism is not None:
            raise UnplayableError(
                f"{task.id} is played in the profile {task.realism}, but tau2 makes calls once more when it judges, "
                "and others would then fail; export tasks without a profile"
            )
        name = _name(task, folders)
        if name not in groups:
            of = {slug: manifests[folders[slug]] for slug in task.environments}
            domain = Domain(
                name=name,
                folders={slug: folders[slug].name for slug in task.environments},
                tools=_tools(task, of),
            )
            groups[name] = Group(domain, briefing([rule.text for rule in task.rules]) + "\n")
        groups[name].tasks.append(task)
    return tuple(groups[name] for name in sorted(groups))


def told(task: Task, domain: Domain) -> Mapping[str, object]:
    """Write a task as tau2's `Task`."""
    names = {tool: name for name, tool in domain.tools.items()}
    steps = [step for step in task.truth.trajectory if step.code is None]
    parts = [part for part in CHECKED if _applies(part, task)]
    begins = {"env_type": "assistant", "func_name": BEGIN, "arguments": {"task": task.id}}
    return {
        "id": task.id,
        "description": {"purpose": f"{task.kind} over {', '.join(task.environments)}"},
        "user_scenario": {"persona": person(task.persona), "instructions": _instructions(task)},
        "initial_state": {"initialization_actions": [begins]},
        "evaluation_criteria": {
            "actions": [
                {
                    "action_id": f"{task.id}_{number}",
                    "requestor": "assistant",
                    "name": names[step.environment, step.tool],
                    "arguments": {**step.arguments},
                }
                for number, step in enumerate(steps, 1)
            ],
            "env_assertions": [_assertion(part) for part in parts],
            "communicate_info": [_spoken(fact.text) for fact in task.criteria.facts],
            "reward_basis": ["DB", "ENV_ASSERTION"] if parts else ["DB"],
        },
    }


def _instructions(task: Task) -> Mapping[str, str]:
    """Write what the user wants: its requests in their order, each with what it means in full if it is to be met."""
    count = len(task.turns)
    lines = [
        f"You have {count} request{'s' * (count > 1)}, one for each message, in this order. Use these words, and leave "
        "nothing out. Make the next one when the assistant has answered the one before.",
    ]
    for number, turn in enumerate(task.turns, 1):
        lines.append(request_line(number, turn.query))
        if turn.plain and turn.outcome == "done":
            lines.append(f"  In full: {turn.plain}")
    lines += [
        "If the assistant asks you about a request, say what stands here about it; of anything else say that you do "
        "not know. If it says that it cannot meet one, go on with the next.",
        "When the last one is answered, end the conversation.",
    ]
    return {
        "domain": ", ".join(task.environments),
        "reason_for_call": task.turns[0].query,
        "task_instructions": "\n".join(lines),
    }


def _spoken(text: str) -> str:
    """Write a fact as tau2 looks for it: it takes the commas out of what was said, and not out of this."""
    return text.replace(",", "")


def _applies(part: str, task: Task) -> bool:
    match part:
        case "facts":
            return bool(task.criteria.facts)
        case "outcomes":
            return any(turn.outcome != "done" for turn in task.turns)
        case _:
            return bool(task.rules)


def _assertion(part: str) -> Mapping[str, object]:
    return {
        "env_type": "assistant",
        "func_name": MEETS,
        "arguments": {"part": part},
        "assert_value": True,
        "message": _SAYS[part],
    }


def _name(task: Task, folders: Mapping[str, Path]) -> str:
    plain = "+".join(folders[slug].name for slug in task.environments)
    marked = sorted([*each] for each in task.hidden_tools), [rule.text for rule in task.rules]
    if not any(marked):
        return plain
    return f"{plain}-{hashlib.sha256(canonical(marked)).hexdigest()[:_MARK]}"


def _tools(task: Task, manifests: Mapping[str, Manifest]) -> dict[str, tuple[str, str]]:
    """Name the tools that the task offers as every model here knows them."""
    shown: dict[str, tuple[Tool, ...]] = {}
    for slug, manifest in manifests.items():
        for spec in manifest.tools:
            if clash := sorted(UNCALLABLE & {argument.name for argument in spec.arguments}):
                raise UnplayableError(
                    f"{slug}: the tool {spec.name} takes an argument {clash[0]!r}, which tau2 keeps for itself; "
                    "leave the tasks of this environment out"
                )
        names = [spec.name for spec in manifest.tools if (slug, spec.name) not in task.hidden_tools]
        shown[slug] = tuple(Tool(name, "", {}, None, {}) for name in names)
    return {name: (slug, tool.name) for name, (slug, tool) in offered(shown).items()}
