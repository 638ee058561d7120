"""Reading blueprints: YAML to a checked `Blueprint`, or every reason why not."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

from generator.audit import Finding, audit
from generator.blueprint import Blueprint

_MISREAD_KEYS = frozenset({"on", "off", "yes", "no", "y", "n", "null", "true", "false", "~"})


class BlueprintError(Exception):
    """A blueprint that cannot be used; `findings` holds every problem, and the text one line for each."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def load(path: Path) -> Blueprint:
    """Read a blueprint file; its folder's name is the domain.

    BlueprintError lists all problems; OSError if it cannot be read.
    """
    parts = path.parts
    start = len(parts) - 1 - parts[::-1].index("blueprints") if "blueprints" in parts else max(0, len(parts) - 2)
    where = "/".join(parts[start:])
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BlueprintError((Finding("", "not UTF-8 text; a blueprint is YAML", where),)) from error
    return load_text(text, where, path.resolve().parent.name)


def load_text(text: str, where: str, domain: str) -> Blueprint:
    """Read a blueprint from YAML; `where` opens each finding. BlueprintError lists all problems."""
    try:
        raw = _read(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}" if mark else ""
        raise BlueprintError((Finding(place, error.problem or str(error), where),)) from error
    except yaml.YAMLError as error:
        raise BlueprintError((Finding("", str(error), where),)) from error
    findings = audit({**raw, "domain": domain} if isinstance(raw, dict) else raw, where)
    if findings:
        raise BlueprintError(findings)
    return Blueprint.model_validate({**raw, "domain": domain})


def _read(text: str) -> Any:  # Any: whatever YAML can say; the audit looks
    """Read YAML by libyaml, in a tenth of the time; what it does not take, the loader in Python has better words on."""
    try:
        return yaml.load(text, Loader=_FastLoader)
    except yaml.YAMLError:
        return yaml.load(text, Loader=_Loader)


class _AsWritten(yaml.constructor.SafeConstructor):
    """YAML as written: `no` and dates stay text, no anchors to other keys, no key twice, no misleading key."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None or key_node.tag != "tag:yaml.org,2002:str":
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is not text; quote it", key_node.start_mark
                )
            if key.lower() in _MISREAD_KEYS and not key_node.style:
                problem = f'key "{key}": YAML readers take it for something else; quote it or choose another name'
                raise yaml.constructor.ConstructorError(None, None, problem, key_node.start_mark)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f'key "{key}" is there twice', key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def _plain_resolvers() -> dict[str, list[tuple[str, object]]]:
    """Keep the safe loader's readings of plain words, but for bare dates and YAML 1.1's many words for yes and no."""
    kept: dict[str, list[tuple[str, object]]] = {}
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items():
        left = [one for one in resolvers if one[0] != "tag:yaml.org,2002:timestamp"]
        if first not in "tTfF":
            left = [one for one in left if one[0] != "tag:yaml.org,2002:bool"]
        kept[first] = left
    return kept


class _Loader(_AsWritten, yaml.SafeLoader):
    yaml_implicit_resolvers = _plain_resolvers()


# Any: libyaml's loader where PyYAML was built with it, and else the one in Python, which takes the same text.
_FastLoader: Any = type(
    "_FastLoader",
    (_AsWritten, getattr(yaml, "CSafeLoader", yaml.SafeLoader)),
    {"yaml_implicit_resolvers": _plain_resolvers()},
)
