"""A voice: who speaks, in which manner and how freely, what was said so far, and values as it writes them."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from envkit.calls import Json
from envkit.clock import from_wire
from sampler.state import WorldState
from sampler.task import Persona
from sampler.words.discourse import Discourse
from sampler.words.frames import BARE
from sampler.words.lexicon import Lexicon
from sampler.words.values import forms, quoted

_OTHER_FORM, _NUMBER_WORD = 0.55, 0.3
_COURTESY = re.compile(r"\b(?:please|pls|thanks|thx|grateful|appreciate|mind|kind|kindly)\b", re.IGNORECASE)

_OPENERS = {
    "it", "could", "can", "would", "when", "please", "let", "go", "do", "what", "how", "if", "the", "this", "my", "on",
    "in", "for", "over", "back", "now", "next",
}  # fmt: skip
"""Words that open sentences; no name does that is one of them."""

FREE, NAMED, FULL, STIFF = range(4)
"""How explicit a voice is: all liberties, no pronouns, every trait said, only the plainest constructions."""


@dataclass
class Voice:
    """One telling of one task; it owns its discourse, the years it has said, and what it calls things by.

    `is_courteous`: the message has a please or thanks. `has_begun`: it has said something before. `latest`: the last
    frame. `written`: the environments that were told to change something; `renamed`: the new names of rows.
    """

    lexicons: Mapping[str, Lexicon]
    states: Mapping[str, WorldState]
    rng: random.Random
    persona: Persona
    level: int = FREE
    discourse: Discourse = field(default_factory=Discourse)
    years: set[int] = field(default_factory=set)
    facts: set[str] = field(default_factory=set)
    harmless: Collection[str] = frozenset()
    words: dict[tuple[str, ...], str] = field(default_factory=dict)
    is_courteous: bool = False
    has_begun: bool = False
    latest: str = ""
    written: set[str] = field(default_factory=set)
    renamed: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def value(self, value: Json, kind: str) -> str:
        """Write a value in one of its forms, and remember that its words are facts."""
        if isinstance(value, list):
            return self.listed([self.value(each, kind) for each in value])
        options = forms(value, kind, with_year=self._says_year(value, kind))
        text = options[0]
        if kind == "int" and len(options) > 1:
            text = options[1] if self.level == FREE and self.rng.random() < _NUMBER_WORD else text
        elif len(options) > 1 and self.level < STIFF and self.rng.random() < _OTHER_FORM:
            text = self.rng.choice(options)
        self.facts.update(text.lower().split())
        return text

    def lowered(self, text: str) -> str:
        """Open a text with a small letter, for it goes on after something, if its first word is no name."""
        head = re.split(r"[ .,:?!']", text, maxsplit=1)[0]
        is_opener = head.lower() in _OPENERS
        is_plain = is_opener or (head.lower() in self.harmless and head.lower() not in self.facts and head != "I")
        return text[:1].lower() + text[1:] if is_plain else text

    def told_text(self, value: str) -> str:
        """Write a text in quotes."""
        self.facts.update(value.lower().split())
        return quoted(value)

    def called(self, options: Sequence[str]) -> str:
        """Choose one of some words; who takes no liberties keeps to the usual ones."""
        return options[0] if self.level >= STIFF else self.rng.choice(options)

    def kept(self, options: Sequence[str]) -> str:
        """Choose what to call something by, and keep to it."""
        return self.words.setdefault(tuple(options), self.called(options))

    def frame(self, options: Sequence[str]) -> str:
        """Choose a frame, the barest as often as the manner has it, and more often later in a message.

        One frame of a message says please or thanks, and the barest is not said twice in a row.
        """
        bare = BARE[self.persona.manner]
        is_bare = self.rng.random() < (bare + 1) / 2 if self.has_begun else self.rng.random() < bare
        fresh = [each for each in options if not (self.is_courteous and _COURTESY.search(each))] or options
        barest = next((each for each in fresh if each != self.latest), fresh[0])
        chosen = barest if is_bare else self.rng.choice(fresh)
        self.latest = chosen
        self.is_courteous = self.is_courteous or bool(_COURTESY.search(chosen))
        return chosen

    def listed(self, texts: list[str]) -> str:
        """Join texts as a list in a sentence."""
        return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"

    def _says_year(self, value: Json, kind: str) -> bool:
        if kind != "time":
            return False
        year = from_wire(str(value)).year
        if self.years == {year}:
            return False
        self.years.add(year)
        return True
