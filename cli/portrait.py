"""A task as a person reads it, in lines of 100 columns; start at `portrait`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from sampler.difficulty import hidden_of, needs_of
from sampler.task import DiffJson, StepRecord, Task

WIDTH = 100
_LABEL = 14
_NAMES = ("name", "title", "summary", "subject", "email", "label", "number", "code", "reference")
"""The columns that a row is best named by, the best first."""

_ROWS = 3
_VALUE = 60
_OUTCOMES = {"done": "must be done", "asks": "must end in a question back", "declines": "must be declined"}


def portrait(task: Task) -> Iterator[str]:
    """Yield the lines: what the task is, each turn with its calls, what they change, and what is forbidden."""
    names = row_names(task)
    yield from _head(task, names)
    first = 0
    hidden, needs = hidden_of(task), needs_of(task)
    for index, turn in enumerate(task.turns):
        yield ""
        yield f"turn {index + 1} of {len(task.turns)}: {_OUTCOMES[turn.outcome]}"
        yield from _labelled("says", turn.query)
        if task.paraphrase:
            yield from _labelled("said before", task.paraphrase.queries[index])
        if turn.plain and turn.plain != turn.query:
            yield from _labelled("plainly", turn.plain)
        for number in range(first, first + turn.calls):
            needed = [each + 1 for each in sorted(needs[number])]
            yield from _step(number + 1, task.truth.trajectory[number], hidden[number], needed, names)
        first += turn.calls
        for fact in task.criteria.facts:
            if fact.turn == index:
                yield from _labelled("must tell", f"{fact.name}: {fact.text}")
        if turn.about:
            yield from _labelled("must mention", " or ".join(turn.about))
    yield ""
    yield from _changes(task, names)
    yield ""
    yield from _labelled("forbidden", _forbidden(task))


def row_names(task: Task) -> dict[str, str]:
    """Return what rows are called, by id, as far as the calls and changes of the truth show it."""
    names: dict[str, str] = {}
    for step in (*task.setup, *task.truth.trajectory):
        _name_rows(step.content, names)
    for diff in task.truth.diffs.values():
        for part in ("added", "removed"):
            for rows in diff.get(part, {}).values():
                for row_id, row in rows.items():
                    _name_rows({"id": row_id, **row}, names)
    return names


def _head(task: Task, names: Mapping[str, str]) -> Iterator[str]:
    level = f", level {task.difficulty.level}" if task.difficulty else ""
    yield f"{task.id}: {task.kind.replace('_', ' ')}{level}"
    versions = (f"{slug} version {task.environment_versions.get(slug, '?')}" for slug in task.environments)
    profile = f", in the profile {task.realism}" if task.realism else ""
    yield from _labelled("environments", f"{', '.join(versions)}; worlds of seed {task.seed}{profile}")
    if task.origin:
        yield from _labelled("drawn", f"number {task.origin.draw} of the sampling {task.origin.settings}")
    if task.persona:
        who = task.persona.name or "somebody"
        mail = f" <{task.persona.email}>" if task.persona.email else ""
        yield from _labelled("speaks", f"{who}{mail}, {task.persona.manner}")
    if task.difficulty:
        hard = task.difficulty
        yield from _labelled(
            "hardness",
            f"{_count(hard.calls, 'call')}, depth {hard.depth}, breadth {hard.breadth}, "
            f"{_count(hard.hidden, 'argument')} that nobody says, {_count(hard.distractors, 'tool')} to no purpose",
        )
    if task.paraphrase:
        yield from _labelled("words", f"of {task.paraphrase.model}, instead of those of {task.paraphrase.of}")
    yield from _labelled("proof", _proof(task))
    for rule in task.rules:
        yield from _labelled("rule", rule.text)
    if task.hidden_tools:
        hidden = ", ".join(f"{tool} of {slug}" for slug, tool in task.hidden_tools)
        yield from _labelled("not offered", hidden)
    for number, step in enumerate(task.setup, 1):
        yield from _labelled("" if number > 1 else "begins after", _call(step, (), names))
    if task.template:
        yield from _labelled("template", task.template)


def _proof(task: Task) -> str:
    proof = task.proof
    said = [f"executed {_count(proof.executions, 'time')} with equal results"]
    if proof.solved:
        said.append("solved from the words alone")
    if task.paraphrase and task.paraphrase.rollouts:
        said.append(f"{task.paraphrase.wins} of {_count(task.paraphrase.rollouts, 'rollout')} came to the truth")
    if proof.alternatives:
        said.append(f"{_count(proof.alternatives, 'other order')} came to the same")
    if proof.shorter:
        said.append(f"{proof.shorter:.0%} shorter than its plain form")
    return "; ".join(said)


def _step(
    number: int, step: StepRecord, hidden: tuple[str, ...], needs: list[int], names: Mapping[str, str]
) -> Iterator[str]:
    mark = "*" if step.writes else " "
    after = f"  (after {', '.join(map(str, needs))})" if needs else ""
    yield from _wrapped(f"  {number:>3}{mark} ", f"{_call(step, hidden, names)}{after}")
    yield from _wrapped(" " * 9 + "-> ", _came_back(step, names))


def _call(step: StepRecord, hidden: tuple[str, ...], names: Mapping[str, str]) -> str:
    said = (
        f"{name}: {_value(value, names)}{' (not said)' if name in hidden else ''}"
        for name, value in step.arguments.items()
    )
    return f"{step.environment}: {step.tool}({', '.join(said)})"


def _came_back(step: StepRecord, names: Mapping[str, str]) -> str:
    if step.code is not None:
        return f"refused: {step.code}" + (f": {step.text}" if step.text else "")
    content = step.content
    if isinstance(content, Mapping) and isinstance(items := content.get("items"), list):
        shown = "; ".join(_row(item, names) for item in items[:_ROWS])
        return f"{_count(len(items), 'row')}{': ' if items else ''}{shown}{'; ...' if len(items) > _ROWS else ''}"
    return _row(content, names)


def _row(content: JsonValue, names: Mapping[str, str]) -> str:
    if not isinstance(content, Mapping):
        return _value(content, names)
    row_id = content.get("id")
    if isinstance(row_id, str):
        return _value(row_id, names)
    return ", ".join(f"{name}: {_row(value, names)}" for name, value in content.items())


def _changes(task: Task, names: Mapping[str, str]) -> Iterator[str]:
    if not any(task.truth.diffs.values()):
        yield from _labelled("changes", "none")
    for slug, diff in task.truth.diffs.items():
        if diff:
            yield f"changes in {slug}"
            yield from _diff(diff, names)


def _diff(diff: DiffJson, names: Mapping[str, str]) -> Iterator[str]:
    for part, verb in (("added", "new"), ("removed", "gone"), ("changed", "changed")):
        for entity, rows in diff.get(part, {}).items():
            for row_id, columns in rows.items():
                yield from _wrapped("  ", f"{verb} {entity} {_value(row_id, names)}")
                for column, value in columns.items():
                    if column != "id":
                        yield from _wrapped("      ", f"{column}: {_cell(part, value, names)}")


def _cell(part: str, value: JsonValue, names: Mapping[str, str]) -> str:
    if part == "changed" and isinstance(value, list | tuple):
        before, after = value
        return f"{_value(before, names)} -> {_value(after, names)}"
    return _value(value, names)


def _forbidden(task: Task) -> str:
    changed = [slug for slug, diff in task.criteria.writes.items() if diff]
    if not changed:
        return f"to change anything in {', '.join(task.environments)}"
    others = [slug for slug in task.environments if slug not in changed]
    return "any other change" + (f", and any at all in {', '.join(others)}" if others else "")


def _value(value: JsonValue, names: Mapping[str, str]) -> str:
    """Write a value as JSON, an id with what its row is called; what is long is cut."""
    if isinstance(value, str) and value in names:
        return f"{value} ({names[value]})"
    if isinstance(value, list):
        return f"[{', '.join(_value(each, names) for each in value)}]"
    if isinstance(value, str) and value.isidentifier():
        return value
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _VALUE else f"{text[:_VALUE]}..."


def _name_rows(content: JsonValue, names: dict[str, str]) -> None:
    if isinstance(content, Mapping):
        row_id = content.get("id")
        told = next((str(content[each]) for each in _NAMES if isinstance(content.get(each), str | int)), "")
        if isinstance(row_id, str) and told:
            names.setdefault(row_id, told)
        for member in content.values():
            _name_rows(member, names)
    elif isinstance(content, list):
        for member in content:
            _name_rows(member, names)


def _labelled(label: str, text: str) -> Iterator[str]:
    yield from _wrapped(f"{label:<{_LABEL}}", text)


def _wrapped(opening: str, text: str) -> Iterator[str]:
    """Break a text into lines; those after the first stand under its beginning."""
    lines = textwrap.wrap(
        " ".join(text.split()), WIDTH - len(opening), break_long_words=True, break_on_hyphens=False
    ) or [""]
    yield f"{opening}{lines[0]}".rstrip()
    yield from (f"{' ' * len(opening)}{line}" for line in lines[1:])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
