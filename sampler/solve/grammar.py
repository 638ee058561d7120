"""The grammar of an environment: its questions as patterns, and the words around wishes, made ready to read."""

from __future__ import annotations

from envkit.manifest import FieldSpec
from sampler.words import frames
from sampler.words.lexicon import Lexicon
from sampler.words.pattern import Hole, Part, parts


class Grammar:
    """What can be said about one environment, compiled for reading."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.questions: dict[str, list[tuple[tuple[Part, ...], str, FieldSpec]]] = {}
        self.owned: dict[str, list[tuple[tuple[Part, ...], FieldSpec]]] = {}
        self.scalars: dict[tuple[Part, ...], str] = {}
        for entity in lexicon.entities.values():
            for field in entity.fields:
                self._learn(entity.name, field)
        for tool in lexicon.manifest.tools:
            for part in tool.returns:
                if part.type in ("int", "money", "str"):
                    said = lexicon.scalar_question(part.name)
                    self.scalars |= {parts(text): part.name for text in (*said.told, *said.direct)}

    def _learn(self, entity: str, field: FieldSpec) -> None:
        question = self.lexicon.question(entity, field)
        for pattern in map(parts, (*question.told, *question.direct)):
            if isinstance(pattern[0], Hole):
                self.owned.setdefault(entity, []).append((pattern[1:], field))
            else:
                self.questions.setdefault(pattern[0], []).append((pattern, entity, field))


def fillers() -> dict[str, list[tuple[str, ...]]]:
    """Return the words around wishes that mean nothing of their own, by their first word."""
    said: dict[tuple[str, ...], None] = dict.fromkeys([("and",), ("then",), ("also",), ("please",), ("too",)])
    groups = (
        frames.ORDERS, frames.STATEMENTS, frames.QUESTIONS, frames.THINGS, frames.LISTS, frames.TELLS, frames.DIRECTS,
        frames.HELLOS, frames.LATER, frames.BYES,
    )  # fmt: skip
    for text in (*(text for group in groups for texts in group.values() for text in texts), *frames.AFTERS):
        run: list[str] = []
        for part in (*parts(text), Hole("")):
            if isinstance(part, Hole):
                said |= {tuple(run): None} if run else {}
                run = []
            else:
                run.append(part)
    found: dict[str, list[tuple[str, ...]]] = {}
    for words in said:
        found.setdefault(words[0], []).append(words)
    return found


FILLERS = fillers()
