"""Paraphrase: a task's queries in a model's words, kept only if every fact in them survives and none comes in."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from chat.client import Chat
from chat.messages import ChatRequest, Form, Message, Reply
from chat.prompt import Prompt
from sampler.task import Persona
from sampler.words.english import NUMBERS
from sampler.words.tokens import Token, tokenise

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
_NOT = {"not", "no", "never", "without", "nobody", "nothing", "cannot", "isn't", "don't", "doesn't", "can't", "wasn't"}
_HALVES = {"am", "pm"}
_STOPS = {".", "?", "!", ":"}
_NUMBERS = {word: str(number) for number, word in enumerate(NUMBERS) if number > 1}
_MOST_TOKENS, _WARMTH = 4000, 0.9


@dataclass(frozen=True, slots=True)
class Trials:
    """How many paraphrases are tried, and how many of the readings of one must come to the truth."""

    paraphrases: int = 2
    readings: int = 3
    needed: int = 2


@dataclass(frozen=True, slots=True)
class Paraphrased:
    """The queries in other words, or as they were; `dropped` tells for each paraphrase that was refused why."""

    queries: tuple[str, ...]
    is_new: bool
    dropped: tuple[str, ...] = ()


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    queries: tuple[str, ...]


Solve = Callable[[Sequence[str]], Awaitable[bool]]
"""Reads queries in a world of their own and says whether that came to the task's truth."""


async def paraphrase(
    chat: Chat,
    model: str,
    queries: Sequence[str],
    persona: Persona,
    *,
    seed: int,
    solve: Solve | None = None,
    trials: Trials = Trials(),  # frozen
) -> Paraphrased:
    """Put the queries of a task into a model's words; they stay as they are where no paraphrase is accepted.

    Raises ChatError if the model cannot be asked.
    """
    dropped: list[str] = []
    for number in range(trials.paraphrases):
        reply = await chat.ask(_request(model, queries, persona, seed + number))
        said, reason = _read(reply, len(queries))
        reason = reason or next(filter(None, map(shift, queries, said)), "")
        if not reason and solve is not None:
            solved = [await solve(said) for _ in range(trials.readings)]
            reason = "" if sum(solved) >= trials.needed else f"solved in {sum(solved)} of {trials.readings} readings"
        if not reason:
            return Paraphrased(said, is_new=True, dropped=tuple(dropped))
        dropped.append(reason)
    return Paraphrased(tuple(queries), is_new=False, dropped=tuple(dropped))


def shift(before: str, after: str) -> str:
    """Say which fact a paraphrase lost or brought in; nothing if it has the same ones."""
    had, has = facts(before), facts(after)
    lost = sorted(had - {*has, *(_folded(token) for token in tokenise(after))})
    new = sorted(has - {*had, *(_folded(token) for token in tokenise(before))})
    if lost:
        return f"it lost {', '.join(lost)}"
    return f"it brought in {', '.join(new)}" if new else ""


def facts(text: str) -> frozenset[str]:
    """Return what a text states that cannot be put otherwise: quotes, addresses, numbers, times, names and `not`.

    A capital at the start of a sentence makes no name; a digit does anywhere.
    """
    found, is_start = set(), True
    for token in tokenise(text):
        is_exact = token.kind in ("quote", "email", "id", "clock", "number") or any(map(str.isdigit, token.text))
        is_name = token.is_proper and not is_start and not token.low.startswith("i'") and token.low != "i"
        is_telling = token.low in _NUMBERS or token.low in _HALVES or token.low in _NOT
        if is_exact or is_name or is_telling:
            found.add(_folded(token))
        is_start = token.kind == "mark" and token.text in _STOPS
    return frozenset(found)


def _folded(token: Token) -> str:
    if token.kind in ("quote", "email", "id"):
        return token.text
    return "not" if token.low in _NOT else _NUMBERS.get(token.low, token.low)


def _request(model: str, queries: Sequence[str], persona: Persona, seed: int) -> ChatRequest:
    speaker = f"{persona.name} ({persona.email})" if persona.name else "a member of staff, who gives no name"
    given = {"manner": persona.manner, "speaker": speaker, "queries": json.dumps([*queries], ensure_ascii=False)}
    form = Form(name="paraphrase", json_schema=_Answer.model_json_schema())
    text = _prompt().render(given)
    said = (Message(role="user", text=text),)
    return ChatRequest(
        model=model, messages=said, form=form, max_tokens=_MOST_TOKENS, temperature=_WARMTH, seed=seed % 2**31
    )


def _read(reply: Reply, count: int) -> tuple[tuple[str, ...], str]:
    """Return the messages of an answer, or why it has none."""
    if reply.finish != "stop":
        return (), f"the answer ended with {reply.finish}"
    try:
        said = _Answer.model_validate_json(reply.text).queries
    except ValidationError:
        return (), "the answer has not the form that was asked for"
    if len(said) != count or not all(text.strip() for text in said):
        return (), f"the answer has {len(said)} messages instead of {count}"
    return tuple(text.strip() for text in said), ""


@cache
def _prompt() -> Prompt:
    return Prompt.load(PROMPTS / "paraphrase.md")
