"""Judge how turns ended that could not be granted: with a question back, or with saying that it cannot be done."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rollouts.episode import Turn
from rollouts.finding import Code, Finding
from sampler.spoken import read
from sampler.task import Rule, TaskTurn

_DECLINES = re.compile(
    r"\b(can't|cannot|can not|could ?n[o']t|unable|impossible|won't|will not|not (?:able|possible|allowed|permitted|"
    r"available|supported)|refused?|declined?|no (?:tool|way)|may not|must not|forbid(?:s|den)?|fail(?:s|ed)?)\b"
)
_ASKS = re.compile(r"\?|\b(please (?:tell|say|give|confirm|specify|provide|choose)|let me know|which|need to know)\b")


def judge_outcomes(expected: Sequence[TaskTurn], turns: Sequence[Turn]) -> tuple[Finding, ...]:
    """Return a finding for each turn that should have ended in a question or a refusal and did not.

    Such a turn may not write, its answer has to ask or decline in so many words, and has to hold at least one of the
    words it is `about`, if there are any.
    """
    return tuple(_judge(expected, turns))


def asks_back(wanted: TaskTurn, answer: str) -> bool:
    """Whether an answer asks for what a request has left open."""
    return wanted.outcome == "asks" and _fault(wanted, answer) is None


def judge_rules(rules: Sequence[Rule], turns: Sequence[Turn]) -> tuple[Finding, ...]:
    """Return a finding for each call that went through although a rule of the task forbids it."""
    calls = enumerate((index, step) for index, turn in enumerate(turns) for step in turn.steps)
    return tuple(
        Finding("rules", "rule_broken", f"{step.tool} was called against the rule: {rule.text}", index, number)
        for number, (index, step) in calls
        for rule in rules
        if step.code is None and rule.forbids(step.environment, step.tool, step.arguments)
    )


def _judge(expected: Sequence[TaskTurn], turns: Sequence[Turn]) -> Iterator[Finding]:
    for index, wanted in enumerate(expected):
        if wanted.outcome == "done":
            continue
        if index >= len(turns):
            yield Finding("outcomes", "unanswered", f"turn {index + 1} was never answered", index)
            continue
        if any(step.writes for step in turns[index].steps):
            sentence = f"turn {index + 1} changed something although it could not be granted"
            yield Finding("outcomes", "changed_anyway", sentence, index)
        elif fault := _fault(wanted, turns[index].answer):
            code, lack = fault
            yield Finding("outcomes", code, f"turn {index + 1}: the answer {lack}", index)


def _fault(wanted: TaskTurn, text: str) -> tuple[Code, str] | None:
    """Say what an answer lacks that should ask or decline, None if it is as wanted."""
    answer = read(text)
    if wanted.outcome == "asks" and not _ASKS.search(answer.plain):
        return "not_asked", "does not ask back"
    if wanted.outcome == "declines" and not _DECLINES.search(answer.plain):
        return "not_declined", "does not decline"
    if wanted.about and not any(answer.has_words(words) for words in wanted.about):
        return "off_topic", f"says nothing about {' or '.join(wanted.about)}"
    return None
