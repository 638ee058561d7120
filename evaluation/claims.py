"""Claims: the sentences that a right answer makes, judged by a program first and by a pinned model for the rest.

Source: MCP-Atlas (Scale AI, 2025): a claim is worth 1, 0.5 or 0, a task's coverage is their mean, and it passes at a
threshold.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from chat.client import Chat
from chat.errors import ChatError
from chat.messages import ChatRequest, Form, Message
from chat.prompt import Prompt
from rollouts.episode import Episode
from rollouts.export.lesson import statement
from rollouts.facts import judge_each
from rollouts.finding import Finding
from rollouts.match import match
from sampler.task import Fact, Task

THRESHOLDS = (0.50, 0.75, 0.90)
"""At which coverage a task passes; the first two are those of MCP-Atlas."""

PROMPTS = Path(__file__).resolve().parent / "prompts"

Verdict = Literal["fulfilled", "partial", "missing"]
WORTH: Mapping[Verdict, float] = {"fulfilled": 1.0, "partial": 0.5, "missing": 0.0}

_MOST_TOKENS = 300


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge says of a claim: its worth, None if the judge gave no answer that can be read; and why."""

    worth: float | None
    why: str


class Judge(Protocol):
    """Whoever reads what a program cannot; `name` pins which one it was."""

    name: str

    async def judge(self, claim: str, request: str, answer: str) -> Opinion:
        """Say what a claim is worth in an answer. It never raises because it is down: that is an opinion of None."""
        ...


class ClaimScore(BaseModel):
    """What one claim is worth in an episode; `judge` is empty where a program told, else the judge's name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str
    worth: float | None
    judge: str = ""
    why: str = ""


class Claims(BaseModel):
    """The claims of a task in one episode."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claims: Literal[1] = 1
    task: str
    scores: tuple[ClaimScore, ...]

    @property
    def coverage(self) -> float | None:
        """The mean worth, in [0, 1]; None if there is no claim, or one without a score."""
        return coverage([each.worth for each in self.scores])


def coverage(worths: Sequence[float | None]) -> float | None:
    """Return the mean of what claims are worth; None if there is none, or one that could not be scored."""
    known = [each for each in worths if each is not None]
    return math.fsum(known) / len(known) if known and len(known) == len(worths) else None


async def score_claims(task: Task, episode: Episode, judge: Judge | None = None) -> Claims:
    """Score each fact that a task asks for as a claim.

    What the answer states by the facts' own judgement (typed values in any spelling, no dumping) is worth 1 and asks
    nobody. For the rest a `judge` is asked, if there is one; without one it is worth 0.
    """
    names = match(task.criteria.writes, episode.diffs, task.criteria.clocked, {}).names
    ids = {truth_id: row_id for (_, truth_id), row_id in names.items()}
    facts = task.criteria.facts
    faults = judge_each(facts, episode.turns, ids)
    scores = [await _score(fact, fault, episode, judge) for fact, fault in zip(facts, faults, strict=True)]
    return Claims(task=task.id, scores=tuple(scores))


async def _score(fact: Fact, fault: Finding | None, episode: Episode, judge: Judge | None) -> ClaimScore:
    claim = statement(fact)
    if fault is None:
        return ClaimScore(claim=claim, worth=1.0)
    answer = "\n".join(turn.answer for turn in episode.turns if turn.answer)
    if judge is None or not answer:
        return ClaimScore(claim=claim, worth=0.0, why=fault.text)
    opinion = await judge.judge(claim, "\n".join(turn.query for turn in episode.turns), answer)
    return ClaimScore(claim=claim, worth=opinion.worth, judge=judge.name, why=opinion.why)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    why: str


class ChatJudge:
    """A language model as the judge, asked at temperature 0 with a fixed seed; a `Judge`."""

    def __init__(self, chat: Chat, model: str) -> None:
        self.name = model
        self._chat = chat

    async def judge(self, claim: str, request: str, answer: str) -> Opinion:
        """Ask the model once; retries are the client's."""
        text = _prompt().render({"claim": claim, "request": request, "answer": answer})
        asked = ChatRequest(
            model=self.name,
            messages=(Message(role="user", text=text),),
            form=Form(name="claim", json_schema=_Answer.model_json_schema()),
            max_tokens=_MOST_TOKENS,
            temperature=0.0,
            seed=0,
        )
        try:
            reply = await self._chat.ask(asked)
            said = _Answer.model_validate_json(reply.text)
        except ChatError as error:
            return Opinion(None, f"the judge gave no answer: {error}")
        except ValidationError:
            return Opinion(None, "the judge's answer has not the form that was asked for")
        return Opinion(WORTH[said.verdict], said.why)


@cache
def _prompt() -> Prompt:
    return Prompt.load(PROMPTS / "claim.md")
