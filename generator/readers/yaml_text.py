"""YAML as OpenAPI asks for it: version 1.2's plain words, keys that are text, aliases and depth within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

MOST_VALUES = 3_000_000
"""Values in one document, those that aliases repeat counted each time: what 20 MB of real descriptions stay below."""
MOST_DEPTH = 200
"""Levels inside each other; the deepest of 2,639 published descriptions has 34."""

_STANDARD = "tag:yaml.org,2002:"
_WORDS: dict[str, bool | None] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_MOST_DIGITS = 300
_MERGE = "<<"

# libyaml where PyYAML was built with it, which is ten times as fast; the parser in Python takes the same text.
_Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

# Any: the values of a document, which its reader looks at one by one.
Value = Any


class YamlError(Exception):
    """A text that is not taken as YAML; says what is wrong and on which line."""


def parse_yaml(text: str) -> Value:
    """Read one YAML document of text, numbers, true, false, null, lists and mappings. Raises YamlError."""
    parser = _Parser(text.encode())
    try:
        return _Builder(iter(parser.get_event, None)).document()
    except yaml.MarkedYAMLError as error:
        raise YamlError(f"{error.problem or error}{_line(error.problem_mark)}") from error
    except yaml.reader.ReaderError as error:
        raise YamlError(f"a character that YAML does not allow: {error.reason}") from error
    finally:
        parser.dispose()


class _Builder:
    """Build values straight from events; nodes in between would cost five times as much."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self._count = 0
        self._anchors: dict[str, tuple[Value, int, int]] = {}

    def document(self) -> Value:
        found: Value = None
        documents = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise YamlError(f"more than one document{_line(event.start_mark)}; keep one in a file")
                found, _ = self._value(next(self._events), 1)
        return found

    def _value(self, event: yaml.Event, depth: int) -> tuple[Value, int]:
        """Give the value that opens with an event, and how many levels it has."""
        before = self._count
        self._counted(1, event)
        if depth > MOST_DEPTH:
            raise YamlError(f"more than {MOST_DEPTH} levels deep{_line(event.start_mark)}")
        if isinstance(event, yaml.AliasEvent):
            return self._repeated(event, depth)
        made: Value
        if isinstance(event, yaml.ScalarEvent):
            made, height = _scalar(event), 1
        else:
            assert isinstance(event, yaml.CollectionStartEvent), "the parser gives whole values"
            _checked_tag(event, "map" if isinstance(event, yaml.MappingStartEvent) else "seq")
            fill = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
            made, height = fill(depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = made, self._count - before, height
        return made, height

    def _repeated(self, event: yaml.AliasEvent, depth: int) -> tuple[Value, int]:
        if event.anchor is None or event.anchor not in self._anchors:
            raise YamlError(f'alias "*{event.anchor}" repeats nothing that is complete{_line(event.start_mark)}')
        made, count, height = self._anchors[event.anchor]
        self._counted(count - 1, event)
        if depth + height - 1 > MOST_DEPTH:
            raise YamlError(f"more than {MOST_DEPTH} levels deep{_line(event.start_mark)}")
        return made, height

    def _sequence(self, depth: int) -> tuple[Value, int]:
        made, top = [], 0
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            value, height = self._value(event, depth + 1)
            made.append(value)
            top = max(top, height)
        return made, top + 1

    def _mapping(self, depth: int) -> tuple[Value, int]:
        made: dict[str, Value] = {}
        merged: list[Value] = []
        top = 0
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event)
            value, height = self._value(next(self._events), depth + 1)
            top = max(top, height)
            if key == _MERGE and isinstance(event, yaml.ScalarEvent) and not event.style:
                merged += value if isinstance(value, list) else [value]
            elif key in made:
                raise YamlError(f'key "{key}" is there twice{_line(event.start_mark)}')
            else:
                made[key] = value
        for value in merged:
            if not isinstance(value, dict):
                raise YamlError('"<<" merges something that is no mapping')
            self._counted(len(value), None)
            made = {**value, **made}
        return made, top + 1

    def _key(self, event: yaml.Event) -> str:
        key = event.value if isinstance(event, yaml.ScalarEvent) else None
        if isinstance(event, yaml.AliasEvent):
            key, _ = self._repeated(event, 1)
        elif isinstance(event, yaml.ScalarEvent) and event.anchor is not None:
            self._anchors[event.anchor] = key, 1, 1
        if not isinstance(key, str):
            raise YamlError(f"a key that is no text{_line(event.start_mark)}")
        return key

    def _counted(self, more: int, event: yaml.Event | None) -> None:
        self._count += more
        if self._count > MOST_VALUES:
            place = _line(event.start_mark) if event else ""
            raise YamlError(f"more than {MOST_VALUES:,} values, with those that aliases repeat{place}")


def _scalar(event: yaml.ScalarEvent) -> Value:
    """Read a scalar by the core schema of YAML 1.2: `no` and 2024-01-01 are text."""
    text = event.value
    if event.tag is not None and event.tag != "!":
        _checked_tag(event, "str", "int", "float", "bool", "null", "timestamp")
        if event.tag in (f"{_STANDARD}str", f"{_STANDARD}timestamp"):
            return text
    elif event.style or event.tag == "!":
        return text
    if text in _WORDS:
        return _WORDS[text]
    if not text[:1].isascii() or text[0] not in "-+.0123456789":
        return text
    if _INTEGER.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text, 0 if text[:2] in ("0x", "0o") else 10)
    return float(text) if _NUMBER.fullmatch(text) else text


def _checked_tag(event: yaml.ScalarEvent | yaml.CollectionStartEvent, *kinds: str) -> None:
    tag = event.tag
    if tag is not None and tag not in (f"{_STANDARD}{kind}" for kind in kinds):
        raise YamlError(f'tag "{tag.replace(_STANDARD, "!!")}" has no meaning here{_line(event.start_mark)}')


# Any: a mark of libyaml or of PyYAML; both have line and column.
def _line(mark: Any) -> str:
    return f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
