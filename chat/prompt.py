"""Prompts: Markdown files that open with their purpose, their inputs and the wanted output, and then say the words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chat.errors import ChatError

_HEADINGS = ("Purpose", "Inputs", "Output")
_RULE = "\n---\n"
_INPUT = re.compile(r"^- `(\w+)`: \S", re.MULTILINE)
_HOLE = re.compile(r"<<(\w+)>>")


class PromptError(ChatError):
    """A prompt's file has not the form of one, or its inputs are not those given."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a file says to a model: `text` with a hole `<<name>>` for each of the `inputs`."""

    name: str
    text: str
    inputs: frozenset[str]

    @classmethod
    def load(cls, path: Path) -> Prompt:
        """Read a prompt. PromptError unless its head has all parts and names exactly the holes of the text."""
        head, rule, text = path.read_text("utf-8").partition(_RULE)
        missing = [heading for heading in _HEADINGS if f"# {heading}\n" not in head]
        if missing or not rule or not text.strip():
            wanted = ", ".join(missing) or "a line of three dashes before the text"
            raise PromptError(f"{path}: a prompt opens with # Purpose, # Inputs and # Output; missing: {wanted}")
        told, used = frozenset(_INPUT.findall(head)), frozenset(_HOLE.findall(text))
        if told != used:
            strange = ", ".join(sorted(told ^ used))
            raise PromptError(f"{path}: the inputs listed and the holes of the text differ: {strange}")
        return cls(path.stem, text.strip(), used)

    def render(self, given: Mapping[str, str]) -> str:
        """Fill the holes. PromptError unless exactly the inputs are given."""
        if given.keys() != self.inputs:
            strange = ", ".join(sorted(given.keys() ^ self.inputs))
            wanted = ", ".join(sorted(self.inputs))
            raise PromptError(f"prompt {self.name}: expected the inputs {wanted}; missing or not asked for: {strange}")
        return _HOLE.sub(lambda hole: given[hole[1]], self.text)
