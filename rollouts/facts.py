"""Judge whether an answer states the facts a task asks for, and only those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import JsonValue

from envkit.clock import from_wire
from rollouts.episode import Turn
from rollouts.finding import Code, Finding
from sampler.spoken import Amount, Moment, Spoken, read
from sampler.task import Fact

MAX_OTHERS = 3
"""How many other values of a fact's own column an answer may mention before it counts as dumped."""

MAX_INVENTED = 2
"""How many numbers or times that nobody said or showed an answer may hold beside the wanted ones."""

_YES, _NO = {"true", "yes"}, {"false", "no"}


def judge(facts: Sequence[Fact], turns: Sequence[Turn], names: Mapping[str, str]) -> tuple[Finding, ...]:
    """Look for each fact in the answer of the turn that asks for it; return a finding for each that is not stated.

    They stand in the order of the turns; `judge_each` says what counts.
    """
    found = [each for each in judge_each(facts, turns, names) if each is not None]
    return tuple(sorted(found, key=lambda each: each.turn or 0))


def judge_each(facts: Sequence[Fact], turns: Sequence[Turn], names: Mapping[str, str]) -> tuple[Finding | None, ...]:
    """Look for each fact in the answer of the turn that asks for it; return why it is not stated, None if it is.

    `names` gives the episode's id for each id that the truth made. A fact counts only if a tool had answered by then,
    and if the answer holds at most MAX_OTHERS other observed values of its column, at most half of the other values
    it could have had, not both yes and no, and at most MAX_INVENTED numbers or times out of nowhere. What another fact
    of the turn asks for is never held against it.
    """
    faults: list[Finding | None] = [None] * len(facts)
    seen = _Seen()
    for index in range(1 + max((fact.turn for fact in facts), default=-1)):
        places = [place for place, fact in enumerate(facts) if fact.turn == index]
        asked = [_renamed(facts[place], names) for place in places]
        if index < len(turns):
            seen.add(turns[index])
            found = _judge_turn(asked, turns[index], seen) if asked else []
        else:
            found = [("unanswered", f"{fact.name}: turn {index} was never answered") for fact in asked]
        for place, fault in zip(places, found, strict=True):
            faults[place] = Finding("facts", fault[0], f"unstated: {fault[1]}", index) if fault else None
    return tuple(faults)


def states(answer: Spoken, fact: Fact) -> bool:
    """Whether an answer states one fact: numbers and times in any spelling, everything else in its own words."""
    if _is_spelled(fact):
        return any(mention.means(fact) for mention in _mentions(answer))
    return _in_words(answer, fact)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A number or a time in an answer: what it may mean."""

    amount: Amount | None = None
    moments: tuple[Moment, ...] = ()

    def means(self, fact: Fact) -> bool:
        """Whether it is that fact."""
        value = fact.value
        if fact.type == "time" and isinstance(value, str):
            return any(moment.means(when) for moment in self.moments if (when := _moment(value)))
        if self.amount is None or isinstance(value, bool) or not isinstance(value, int):
            return False
        return self.amount.means_money(value) if fact.type == "money" else self.amount.means_int(value)


class _Seen:
    """What a policy could know in a turn: leaves of its observations by column, and everything it was told as text."""

    def __init__(self) -> None:
        self.has_result = False
        self._leaves: dict[str, set[JsonValue]] = {}
        self._queries: list[str] = []
        self._refusals: list[str] = []

    def add(self, turn: Turn) -> None:
        """Add what a turn said and showed."""
        self._queries.append(turn.query)
        self._refusals += [step.text for step in turn.steps if step.code is not None]
        for step in turn.steps:
            if step.code is None:
                self.has_result = True
                self._gather("", step.content)

    def _gather(self, column: str, value: JsonValue) -> None:
        """Take in the scalars of a result, as `sampler.leaves` tells them but at a third of its cost."""
        if isinstance(value, dict):
            for name, member in value.items():
                self._gather(name, member)
        elif isinstance(value, list):
            for member in value:
                self._gather(column, member)
        elif value is not None:
            self._leaves.setdefault(column, set()).add(value)

    @property
    def told(self) -> Spoken:
        """What the user said."""
        return read(" \n ".join(self._queries))

    @property
    def _shown(self) -> Spoken:
        texts = sorted({value for value in self._values() if isinstance(value, str)})
        return read(" \n ".join(texts + self._refusals))

    def others(self, fact: Fact) -> set[JsonValue]:
        """Return the values of its own kind seen in the columns where the fact's value was seen, without it."""
        kin = (value for values in self._leaves.values() if fact.value in values for value in values)
        return {value for value in kin if type(value) is type(fact.value) and value != fact.value}

    def shows(self, mention: _Mention) -> bool:
        """Whether a number or time was told or shown before, in major or minor units."""
        if mention.amount is None:
            known = {moment for text in (self.told, self._shown) for moments in text.moments for moment in moments}
            return not known.isdisjoint(mention.moments) or any(
                moment.means(when) for when in self._times() for moment in mention.moments
            )
        value = mention.amount.value
        read_before = {amount.value for text in (self.told, self._shown) for amount in text.amounts}
        return any({value, value * 100, value / 100} & numbers for numbers in (read_before, self._numbers()))

    def _numbers(self) -> set[Decimal]:
        return {Decimal(each) for each in self._values() if isinstance(each, int)}

    def _times(self) -> Iterator[datetime]:
        return (when for each in self._values() if isinstance(each, str) and (when := _moment(each)))

    def _values(self) -> Iterator[JsonValue]:
        return (value for values in self._leaves.values() for value in values)


def _judge_turn(asked: Sequence[Fact], turn: Turn, seen: _Seen) -> list[tuple[Code, str] | None]:
    answer = read(turn.answer)
    if not seen.has_result:
        return [("not_looked", f"{fact.name}: answered without having looked") for fact in asked]
    mentions = _mentions(answer)
    spare = [mention for mention in mentions if not any(mention.means(fact) for fact in asked)]
    invented = _invented(spare, seen) if any(fact.type in ("int", "money", "time") for fact in asked) else 0
    return [_judge_fact(fact, answer, spare, invented, asked, seen) for fact in asked]


def _judge_fact(
    fact: Fact, answer: Spoken, spare: Sequence[_Mention], invented: int, asked: Sequence[Fact], seen: _Seen
) -> tuple[Code, str] | None:
    others = sum(_is_stated(answer, spare, each, asked, seen) for each in _alike(fact, seen))
    if not states(answer, fact):
        return "not_stated", f"{fact.name}: {fact.text} is not in the answer"
    if fact.type == "bool" and _hedges(answer, asked):
        return "says_both", f"{fact.name}: the answer says both yes and no"
    if fact.type != "bool" and 2 * len(named := _rivals(fact, answer, asked, seen)) > len(fact.others):
        return "names_rivals", f"{fact.name}: the answer also names {', '.join(named)}"
    if others > MAX_OTHERS:
        return "one_of_many", f"{fact.name}: {fact.text} is one of {others + 1} values of its kind in the answer"
    if fact.type in ("int", "money", "time") and invented > MAX_INVENTED:
        return "invented_values", f"{fact.name}: the answer holds {invented} numbers or times that were never shown"
    return None


def _invented(spare: Sequence[_Mention], seen: _Seen) -> int:
    """Count the numbers and times out of nowhere, unless they are too few to matter."""
    different = set(spare)
    return 0 if len(different) <= MAX_INVENTED else sum(not seen.shows(mention) for mention in different)


def _rivals(fact: Fact, answer: Spoken, asked: Sequence[Fact], seen: _Seen) -> list[str]:
    """Return which of the values a fact could have had stand in the answer without another fact or the query."""
    excused = read("\n".join([seen.told.plain, *(each.text for each in asked)]))
    return [each for each in fact.others if answer.has_words(each) and not excused.has_words(each)]


def _alike(fact: Fact, seen: _Seen) -> list[Fact]:
    if fact.type == "bool":
        return []
    return [fact.model_copy(update={"value": value, "text": str(value)}) for value in seen.others(fact)]


def _is_stated(answer: Spoken, spare: Iterable[_Mention], other: Fact, asked: Sequence[Fact], seen: _Seen) -> bool:
    """Whether another value stands in an answer that neither a fact nor the query accounts for."""
    if any(other.value == fact.value for fact in asked):
        return False
    if _is_spelled(other):
        is_there = any(mention.means(other) for mention in spare)
    else:
        is_there = _in_words(answer, other) and not any(_contains(fact, other) for fact in asked)
    return is_there and not states(seen.told, other)


def _is_spelled(fact: Fact) -> bool:
    """Whether a fact is a number or a time, which people write in several ways."""
    if fact.type == "time":
        return isinstance(fact.value, str) and _moment(fact.value) is not None
    return fact.type in ("int", "money") and isinstance(fact.value, int)


def _contains(fact: Fact, other: Fact) -> bool:
    return read(str(fact.value)).has_words(str(other.value))


def _in_words(answer: Spoken, fact: Fact) -> bool:
    if fact.type == "bool":
        return not (_YES if fact.value else _NO).isdisjoint(_words(answer))
    if fact.type == "id":
        return str(fact.value).casefold() in answer.ids or answer.has_words(str(fact.value))
    spellings = (str(fact.value), fact.text) if fact.type == "str" else (fact.text,)
    return any(answer.has_words(spelling) for spelling in spellings)


def _hedges(answer: Spoken, asked: Sequence[Fact]) -> bool:
    """Whether an answer says yes and no although the facts asked for are only one of them."""
    wanted = read("\n".join(fact.text for fact in asked))
    return _says_both(answer) and not _says_both(wanted)


def _says_both(text: Spoken) -> bool:
    return all(not kind.isdisjoint(_words(text)) for kind in (_YES, _NO))


def _words(answer: Spoken) -> set[str]:
    return set(re.findall(r"\w+", answer.plain))


def _mentions(answer: Spoken) -> list[_Mention]:
    amounts = [_Mention(amount=amount) for amount in answer.amounts]
    return [*amounts, *(_Mention(moments=moments) for moments in answer.moments)]


def _moment(text: str) -> datetime | None:
    try:
        return from_wire(text)
    except ValueError:
        return None


def _renamed(fact: Fact, names: Mapping[str, str]) -> Fact:
    """Return the fact with ids of the truth's new rows replaced by the episode's."""
    if names.keys().isdisjoint(re.findall(r"\w+", f"{fact.value} {fact.text}")):
        return fact

    def swap(text: str) -> str:
        return re.sub(r"\w+", lambda word: names.get(word[0], word[0]), text)

    value = swap(fact.value) if isinstance(fact.value, str) else fact.value
    return fact.model_copy(update={"value": value, "text": swap(fact.text)})
