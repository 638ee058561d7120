"""Turn scenes into tokens and tokens into moves: a fixed vocabulary of grammar, and symbols for all other words.

The words of an environment (names of tools and columns, labels, ids, values) become symbols which are dealt anew for
each episode, so that a policy can know none of them from before: what it needs it must find in the context.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from envkit.calls import Json, JsonObject, Observation, ToolCall
from farm.link import Tool
from rollouts.policy import Move

MARKS = ("<pad>", "<start>", "<tool>", "<query>", "<row>", "<refused>", "<call>", "<answer>", "<end>")
WORDS = tuple(str.split("list get create update delete please look up whose is and or tell me then that of id : ; . ,"))
FIXED = (*MARKS, *WORDS)
SYMBOLS = 128
VOCABULARY = len(FIXED) + SYMBOLS
CODE = {word: code for code, word in enumerate(FIXED)}
PAD, START, TOOL, QUERY, ROW, REFUSED, CALL, ANSWER, END = range(len(MARKS))

_UNSAID = frozenset({"the", "a", "with", "these", "details", "s"})
_PAGING = frozenset({"limit", "cursor", "sort", "query"})
_TOKEN = re.compile(r'"[^"]*"|[\w-]+|[:;.,]')


class LexiconFullError(Exception):
    """An episode that shows more different words than there are symbols."""


class Lexicon:
    """The symbols of one episode, dealt as words come up; `chance` decides in which order."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self._free = [*range(len(FIXED), VOCABULARY)]
        chance.shuffle(self._free)
        self._codes = dict(CODE)
        self._texts = dict(enumerate(FIXED))

    def code(self, text: str) -> int:
        """Return the token of a word; raises LexiconFullError."""
        if text not in self._codes:
            if not self._free:
                raise LexiconFullError(f"more than {SYMBOLS} different words in one episode")
            self._codes[text] = self._free.pop()
            self._texts[self._codes[text]] = text
        return self._codes[text]

    def text(self, code: int) -> str:
        """Return the word of a token, which has been dealt."""
        return self._texts[code]


def is_sayable(plain: str, names: Iterable[str]) -> bool:
    """Say whether a request is made of the grammar, the names of its environment, and values alone."""
    known = {*WORDS, *_UNSAID, *names}
    words = [each for each in _TOKEN.findall(plain) if not each.startswith('"') and not any(map(str.isdigit, each))]
    return all(word.lower() in known for word in words)


def encode_prompt(tools: Sequence[Tool], query: str, lexicon: Lexicon) -> list[int]:
    """Encode what is offered, in an order that chance decides, and what is asked: all before the first move."""
    offered = lexicon.chance.sample(tools, len(tools))
    said = [word for tool in offered for word in ("<tool>", *_signature(tool, lexicon.chance))]
    asked = (_word(each) for each in _TOKEN.findall(query))
    return [lexicon.code(word) for word in ("<start>", *said, "<query>", *(each for each in asked if each))]


def encode_observation(seen: Observation, lexicon: Lexicon) -> list[int]:
    """Encode what a call returned: its rows, each column with its value; or that it was refused."""
    if seen.is_refused:
        return [REFUSED]
    return [lexicon.code(word) for row in _rows(seen.content) for word in ("<row>", *_cells(row))]


def encode_call(tool: Tool, arguments: JsonObject, lexicon: Lexicon) -> list[int]:
    """Encode a call: first in words what it does to what, then the tool of that title, then its arguments."""
    pairs = (word for name, value in arguments.items() for word in (_column(name), str(value)))
    return [CALL, *(lexicon.code(word) for word in (*_title(tool), tool.name, *pairs)), END]


def encode_answer(values: Sequence[str], lexicon: Lexicon) -> list[int]:
    """Encode an answer that states some values, or none."""
    return [ANSWER, *map(lexicon.code, values), END]


def decode(tokens: Sequence[int], environment: str, tools: Sequence[Tool], lexicon: Lexicon) -> Move:
    """Read a move; what is wrong in form ends the episode, since nothing was shown that mends it."""
    if not tokens or tokens[-1] != END or tokens[0] not in (CALL, ANSWER):
        return _lost("expected <call> or <answer>, and <end>")
    words = [lexicon.text(token) for token in tokens[1:-1]]
    if tokens[0] == ANSWER:
        return Move(answer="; ".join(words) or "Done.")
    named = {tool.name: tool for tool in tools}
    place = next((at for at, word in enumerate(words) if word in named), None)
    if place is None:
        return _lost("no tool is named")
    tool, rest = named[words[place]], words[place + 1 :]
    properties = _properties(tool)
    by_column = {_column(name): name for name in properties}
    if len(rest) % 2 or any(column not in by_column for column in rest[::2]):
        return _lost("the arguments are no pairs of a parameter and a value")
    pairs = ((by_column[column], text) for column, text in zip(rest[::2], rest[1::2], strict=True))
    arguments = {name: _typed(text, properties[name]) for name, text in pairs}
    return Move((ToolCall(environment, tool.name, arguments),))


def _lost(sentence: str) -> Move:
    return Move(stop="tokens", note=sentence)


def _signature(tool: Tool, chance: random.Random) -> Iterator[str]:
    yield from (*_title(tool), tool.name)
    columns = [_column(name) for name in _properties(tool)]
    yield from chance.sample(columns, len(columns))


def _title(tool: Tool) -> list[str]:
    return str(tool.annotations.get("title", tool.name)).lower().split()


def _properties(tool: Tool) -> Mapping[str, Json]:
    found = tool.input_schema.get("properties")
    return {name: each for name, each in found.items() if name not in _PAGING} if isinstance(found, dict) else {}


def _column(name: str) -> str:
    """Name a column as requests do: a reference by what it refers to."""
    return name.removesuffix("_id")


def _word(found: str) -> str:
    """Read a word of a request; empty if it says nothing."""
    if found.startswith('"'):
        return found.strip('"')
    plain = found if any(map(str.isdigit, found)) else found.lower()
    return "" if plain in _UNSAID else plain


def _rows(content: Json) -> Iterator[Mapping[str, Json]]:
    """Find the rows of a result, in its list of items or as members of their own."""
    if not isinstance(content, dict):
        return
    items = content.get("items")
    inner = [each for each in (items if isinstance(items, list) else content.values()) if isinstance(each, dict)]
    yield from inner if inner or isinstance(items, list) else [content]


def _cells(row: Mapping[str, Json]) -> Iterator[str]:
    for name, value in row.items():
        if value is not None:
            yield from (_column(name), str(value))


def _typed(text: str, schema: Json) -> Json:
    kinds = str(schema)
    return int(text) if "'integer'" in kinds and re.fullmatch(r"-?\d{1,9}", text) else text
