"""Phrasing: the phrases of tools as patterns that sentences are made of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from envkit.manifest import ToolSpec
from sampler.words.sayings import sayings
from sampler.words.tokens import Token, tokenise
from sampler.words.wordings import wordings

_OF = re.compile(r"\bthe ((?:[\w-]+ )?[\w-]+) of \{(\w+_id)\}")
_PARTICLE = re.compile(
    r"^(?!wh|(?:collect|reply|write|note) on)(\w+) (off|on|out|up|back|down|in|over) (\{\w+\})"
    r"(?=$|:| (?:for|and|by|with|at|as|in|from)\b)"
)
_SPLIT = re.compile(r"^(?!get |take \{\w+\} off)(\w+) (\{\w+\}) (off|on|out|up|back|down|in|over)$")
_HEADS = {"basket", "hold", "invitation", "list", "rule", "entry"}
_ASKING = {"at", "in", "which", "what", "who", "when", "where", "how", "is", "are", "could"}
_VAGUE_VERBS = {
    "get", "switch", "set", "take", "put", "change", "let", "mark", "move", "find", "add", "make", "send", "pay",
    "start", "keep", "wait", "hand", "buy", "request", "log", "record", "report", "run", "open", "give", "claim",
    "query",
}  # fmt: skip
_NO_VERBS = {
    "nothing", "everything",
    "the", "a", "an", "every", "my", "no", "nobody", "accounting", "security", "compliance", "without", "there",
    "damage",
    "readings", "trades", "rates", "risk", "fleet",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Phrase:
    """A tool's phrase as a pattern, with the arguments that it says; `form` is order, statement, question or thing.

    `is_own` if the manifest has it so, and it is not another way to say that.
    """

    tool: ToolSpec
    text: str
    form: str
    holes: tuple[str, ...]
    literals: frozenset[str]
    is_own: bool = True


def phrases_of(tools: Sequence[ToolSpec], nouns: Mapping[str, Sequence[str]]) -> tuple[Phrase, ...]:
    """Return the phrases of all tools that a sentence can be made of, with what else is said that is no other's."""
    own = [each for tool in tools for text in _published(tool) for each in _said(tool, text, nouns)]
    used = frozenset(word for tool in tools for word in _openings(tool))
    others = [
        replace(each, is_own=False)
        for tool in tools
        for text in _otherwise(tool, [phrase for phrase in own if phrase.tool == tool], used)
        for each in _said(tool, text, nouns)
    ]
    meant: dict[str, set[str]] = {}
    for phrase in (*own, *others):
        meant.setdefault(_shape(phrase), set()).add(phrase.tool.name)
    unshared = [phrase for phrase in others if len(meant[_shape(phrase)]) == 1]
    return tuple({(each.tool.name, each.text): each for each in (*reversed(unshared), *own)}.values())


def _otherwise(tool: ToolSpec, own: Sequence[Phrase], used: frozenset[str]) -> Iterator[str]:
    """Yield what else is said for a tool: the sayings, or for one that has none other wordings of its phrases."""
    if tool.kind == "list":
        return
    said = tuple(sayings(tool))
    yield from _with_particles([*(phrase.text for phrase in own), *_with_owners(said)])
    for phrase in own:
        if not said or phrase.form in ("question", "thing"):
            yield from wordings(phrase.text, used)[1:]


def _said(tool: ToolSpec, text: str, nouns: Mapping[str, Sequence[str]]) -> Iterator[Phrase]:
    """Yield a text as a phrase of a tool, unless two values stand side by side in it, or yes and no."""
    phrase = _phrase(tool, _without_nouns(tool, text, nouns))
    if "}{" not in text and not _says_a_bool(phrase):
        yield phrase


def _without_nouns(tool: ToolSpec, text: str, nouns: Mapping[str, Sequence[str]]) -> str:
    """Leave out a noun before a hole that a row's name brings along: `the calendar {calendar_id}`."""
    kinds = {argument.name: argument.to for argument in tool.arguments if argument.type == "ref"}

    def bare(match: re.Match[str]) -> str:
        _, noun, hole = match.groups()
        own = [each.split()[-1].lower() for each in nouns[kinds[hole]]] if hole in kinds else []
        is_said_twice = noun.split()[-1].lower() in (*own, hole.removesuffix("_id"), *_HEADS)
        return f"{{{hole}}}" if is_said_twice and own else match.group()

    return re.sub(r"\b(the |my )((?:\w+ )?\w+) \{(\w+)\}", bare, text)


def _says_a_bool(phrase: Phrase) -> bool:
    kinds = {argument.name: argument.type for argument in phrase.tool.arguments}
    return any(kinds.get(hole) == "bool" for hole in phrase.holes)


def _published(tool: ToolSpec) -> Iterator[str]:
    """Yield a tool's phrases, those with what need not be said left out, and its verb with the row it is about."""
    optional = [each.name for each in tool.arguments if not each.required]
    keys = [each.name for each in tool.arguments if each.required and each.role == "key" and each.type == "ref"]
    said = [*tool.phrases, *(f"update {{{key}}}" for key in keys if tool.kind == "update")]
    for text in tool.phrases:
        for name in optional:
            for left_out in (f"{{{name}}} of the hold ", f"{{{name}}} of ", f" with {{{name}}}", f", {{{name}}}"):
                if left_out in text:
                    said.append(text.replace(left_out, "", 1))
                    break
    verb = tool.title.split()[0].lower()
    is_said = any(sayings(tool)) or any(re.findall(r"\{(\w+)\}", text) == keys for text in said)
    if len(keys) == 1 and tool.kind == "action" and verb not in _VAGUE_VERBS and not is_said:
        said.append(f"{verb} {{{keys[0]}}}")
    refs = "|".join(each.name for each in tool.arguments if each.type == "ref")
    said = _with_owners(said)
    yield from dict.fromkeys(re.sub(rf"\ban? (?=\{{(?:{refs})\}})", "", text) if refs else text for text in said)


def _with_owners(texts: Sequence[str]) -> list[str]:
    """Return some texts, and those that speak of the thing of a row also with the row as its owner."""
    return [*texts, *(_OF.sub(r"{\2}'s \1", text, count=1) for text in texts if _OF.search(text))]


def _with_particles(texts: Sequence[str]) -> Iterator[str]:
    """Yield some texts, and those with a particle with it on the other side of what it is about: `call {x} off`."""
    for text in texts:
        yield text
        if other := moved_particle(text):
            yield other


def moved_particle(text: str) -> str | None:
    """Return a phrase with the particle of its verb on the other side of the hole; None if it has none."""
    moved = _PARTICLE.sub(r"\1 \3 \2", text) if _PARTICLE.match(text) else _SPLIT.sub(r"\1 \3 \2", text)
    return moved if moved != text else None


def _phrase(tool: ToolSpec, text: str) -> Phrase:
    tokens = tokenise(text)
    holes = tuple(each.text[1:-1] for each in tokens if each.kind == "hole")
    literals = frozenset(each.low for each in tokens if each.kind not in ("hole", "mark", "own") and each.low != "the")
    return Phrase(tool, text, _form(tool, tokens), holes, literals)


def _shape(phrase: Phrase) -> str:
    """Return a phrase with what its holes take for their names."""
    kinds = {argument.name: argument.to or argument.type for argument in phrase.tool.arguments}
    return re.sub(r"\{(\w+)\}", lambda match: f"{{{kinds.get(match[1], match[1])}}}", phrase.text)


def _openings(tool: ToolSpec) -> Iterator[str]:
    """Yield the words that a tool's title and phrases open with."""
    for text in (tool.title, *tool.phrases):
        yield text.partition(" ")[0].lower()


def _form(tool: ToolSpec, tokens: tuple[Token, ...]) -> str:
    """Tell an order from a statement, a question, and a thing that is wanted."""
    if tokens[0].low in _ASKING:
        return "question"
    if tokens[0].kind == "word" and tokens[0].low not in _NO_VERBS:
        return "order"
    return "statement" if tool.writes else "thing"
