"""The grammar of an environment: its questions as patterns, made ready to read, and the words that may stand in it."""

from __future__ import annotations

from envkit.manifest import FieldSpec
from sampler.solve.vocabulary import known_words
from sampler.words.lexicon import Lexicon
from sampler.words.pattern import Hole, Part, parts


class Grammar:
    """What can be said about one environment, compiled for reading."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.words = known_words(lexicon)
        self.questions: dict[str, list[tuple[tuple[Part, ...], str, FieldSpec]]] = {}
        self.owned: dict[str, list[tuple[tuple[Part, ...], FieldSpec]]] = {}
        self.scalars: dict[tuple[Part, ...], str] = {}
        self.tellable: dict[Part, list[tuple[tuple[Part, ...], str]]] = {}
        for entity in lexicon.entities.values():
            for field in entity.fields:
                self._learn(entity.name, field)
        for tool in lexicon.manifest.tools:
            for part in tool.returns:
                if part.type in ("int", "money", "str"):
                    said = lexicon.scalar_question(part.name)
                    self.scalars |= {parts(text): part.name for text in said.spelt()}
                    self._tell(part.name, part.name)

    def _learn(self, entity: str, field: FieldSpec) -> None:
        self._tell(f"{entity}.{field.name}", field.name)
        if field.type == "ref":  # a row is looked up, its id is never asked for
            return
        question = self.lexicon.question(entity, field)
        for pattern in map(parts, question.spelt()):
            if isinstance(pattern[0], Hole):
                self.owned.setdefault(entity, []).append((pattern[1:], field))
            else:
                self.questions.setdefault(pattern[0], []).append((pattern, entity, field))

    def _tell(self, name: str, column: str) -> None:
        """Note by what words an answer may be spoken of later."""
        for pattern in map(parts, self.lexicon.labels(column)):
            self.tellable.setdefault(pattern[0], []).append((pattern, name))
