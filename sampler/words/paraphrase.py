"""Paraphrase: a task's queries in a model's words, kept only if every fact in them survives and none comes in."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from chat.client import Chat
from chat.messages import ChatRequest, Form, Message, Reply
from chat.prompt import Prompt
from sampler.task import Persona
from sampler.words.english import MONTHS, NUMBERS, WEEKDAYS
from sampler.words.tokens import Token, tokenise

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"
_NOT = {"not", "no", "never", "without", "nobody", "nothing", "cannot"}
_HALVES = {"am", "pm"}
_STOPS = {".", "?", "!", ":"}
_NUMBERS = {word: str(number) for number, word in enumerate(NUMBERS) if number > 1}
_DAYS = {*map(str.lower, (*WEEKDAYS, *MONTHS)), "today", "tomorrow", "tonight", "yesterday"} - {"may", "march"}
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_TYPOGRAPHIC: dict[str, str | int | None] = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
_MOST_TOKENS, _WARMTH, _SEEDS = 4000, 0.9, 2**31
_GROWTH, _ROOM = 2, 12
"""A message may have so many times the words of its query, and so many more; beyond it says more than was meant."""


@dataclass(frozen=True, slots=True)
class Told:
    """A model's words for some queries, and what is wrong with them, if anything is."""

    queries: tuple[str, ...]
    fault: str = ""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    queries: tuple[str, ...]


async def paraphrase(chat: Chat, model: str, queries: Sequence[str], persona: Persona, *, seed: int) -> Told:
    """Put the queries of a task into a model's words, and hold their facts against each other.

    Raises ChatError if the model cannot be asked.
    """
    said, fault = _read(await chat.ask(_request(model, queries, persona, seed)), queries)
    if not fault and said == tuple(queries):
        fault = "it has the same words"
    return Told(said, fault or next(filter(None, map(shift, queries, said)), ""))


def shift(before: str, after: str) -> str:
    """Say which fact a paraphrase lost or brought in, or that it says too much; nothing if neither.

    A name may be said as often as it likes; a number or a `not` as often as before.
    """
    lost, new = _missing(before, after), _missing(after, before)
    if lost or new:
        return f"it lost {', '.join(lost)}" if lost else f"it brought in {', '.join(new)}"
    said, wanted = len(after.split()), len(before.split())
    return f"it says in {said} words what took {wanted}" if said > _GROWTH * wanted + _ROOM else ""


def facts(text: str) -> Counter[str]:
    """Count what a text states that cannot be put otherwise: quotes, addresses, numbers, times, names and `not`.

    A capital at the start of a sentence makes no name, but for a day or a month; a digit does anywhere.
    """
    found, is_start = Counter[str](), True
    for token in tokenise(text):
        is_exact = token.kind in ("quote", "email", "id", "clock", "number") or any(map(str.isdigit, token.text))
        is_name = token.is_proper and not is_start and not token.low.startswith("i'") and token.low != "i"
        is_telling = token.low in _NUMBERS or token.low in _HALVES or token.low in _DAYS or _denies(token)
        if is_exact or is_name or is_telling:
            found[_folded(token)] += 1
        is_start = token.kind == "mark" and token.text in _STOPS
    return found


def _missing(before: str, after: str) -> list[str]:
    """Return the facts of one text that another does not state, or not as often if that counts."""
    had, has, words = facts(before), facts(after), {_folded(token) for token in tokenise(after)}
    return sorted(fact for fact in had if fact not in words or (_is_counted(fact) and had[fact] > has[fact]))


def _is_counted(fact: str) -> bool:
    return fact == "not" or fact.replace(".", "", 1).lstrip("+-").isdecimal()


def _folded(token: Token) -> str:
    if token.kind in ("quote", "email", "id"):
        return token.text
    if token.kind == "number":
        return token.low.replace(",", "")
    if ordinal := _ORDINAL.fullmatch(token.low):
        return ordinal[1]
    return "not" if _denies(token) else _NUMBERS.get(token.low, token.low)


def _denies(token: Token) -> bool:
    return token.kind == "word" and (token.low in _NOT or token.low.endswith("n't"))


def _request(model: str, queries: Sequence[str], persona: Persona, seed: int) -> ChatRequest:
    speaker = f"{persona.name} ({persona.email})" if persona.name else "a member of staff, who gives no name"
    given = {"manner": persona.manner, "speaker": speaker, "queries": json.dumps([*queries], ensure_ascii=False)}
    form = Form(name="paraphrase", json_schema=_Answer.model_json_schema())
    said = (Message(role="user", text=prompt().render(given)),)
    return ChatRequest(
        model=model, messages=said, form=form, max_tokens=_MOST_TOKENS, temperature=_WARMTH, seed=seed % _SEEDS
    )


def _read(reply: Reply, queries: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the messages of an answer, or why it has none; quotation marks are those of the queries."""
    if reply.finish != "stop":
        return (), f"the answer ended with {reply.finish}"
    try:
        said = _Answer.model_validate_json(reply.text).queries
    except ValidationError:
        return (), "the answer has not the form that was asked for"
    if len(said) != len(queries) or not all(text.strip() for text in said):
        return (), f"the answer has {len(said)} messages instead of {len(queries)}, or an empty one"
    marks = {} if any(mark in query for query in queries for mark in _TYPOGRAPHIC) else _TYPOGRAPHIC
    return tuple(text.strip().translate(str.maketrans(marks)) for text in said), ""


@cache
def prompt() -> Prompt:
    """Return what a model is asked."""
    return Prompt.load(PROMPTS / "paraphrase.md")
