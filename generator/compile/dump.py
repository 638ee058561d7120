"""The writer of blueprints: readable YAML, the same bytes for the same blueprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import yaml

from generator.blueprint import Blueprint

_WIDTH = 118
_BLOCKS = frozenset(
    {"entities", "fields", "tools", "args", "do", "require", "let", "invariants", "conserved", "policies", "personas"}
)


_COMPILED = "compiled, not written. Change the overlay and compile again; a test compares the two."


def dump(blueprint: Blueprint, opening: str = "") -> str:
    """Write a blueprint as YAML; the comments at the top say how it was made, and name its sources and digests."""
    content = _origin_last(blueprint.model_dump(mode="json", by_alias=True, exclude_defaults=True))
    assert isinstance(content, dict)
    lines = [f"# {opening or f'{blueprint.title}: {_COMPILED}'}", *_header(blueprint)]
    for key, value in content.items():
        if key in ("entities", "tools", "invariants"):
            lines.append("")
        lines += _entry(key, value, 0)
    return "\n".join(lines) + "\n"


def _header(blueprint: Blueprint) -> Iterator[str]:
    for source in blueprint.source:
        yield f"# Source: {source.title}, {source.package or source.url} {source.path}"
        yield f"# sha256 {source.sha256}"


def _origin_last(value: object) -> object:
    """Move `from` behind what it is the origin of."""
    if isinstance(value, list):
        return [_origin_last(one) for one in value]
    if not isinstance(value, dict):
        return value
    ordered = sorted(value.items(), key=lambda item: item[0] == "from")
    return {key: _origin_last(one) for key, one in ordered}


def _entry(key: str, value: object, indent: int) -> Iterator[str]:
    """Write `key: value`, on one line where it fits and is no list of parts."""
    pad = " " * indent
    flow = _flow(value)
    is_block = isinstance(value, Mapping | list) and ((key in _BLOCKS and indent < 6) or _is_deep(value))
    if not is_block and len(pad) + len(key) + 2 + len(flow) <= _WIDTH:
        yield f"{pad}{_flow(key)}: {flow}"
    elif isinstance(value, Mapping):
        yield f"{pad}{_flow(key)}:"
        for name, inner in value.items():
            yield from _entry(str(name), inner, indent + 2)
    elif isinstance(value, list) and _is_deep(value):
        yield f"{pad}{_flow(key)}:"
        for one in value:
            yield from _item(one, indent + 2)
    elif isinstance(value, list):
        yield from _wrapped(f"{pad}{_flow(key)}: [", [_flow([one])[1:-1] for one in value], "]")
    else:
        yield f"{pad}{_flow(key)}: {flow}"


def _item(value: object, indent: int) -> Iterator[str]:
    pad = " " * indent
    if not isinstance(value, Mapping) or (len(pad) + 2 + len(_flow(value)) <= _WIDTH and not _is_deep(value)):
        yield f"{pad}- {_flow(value)}"
        return
    inner = [line for name, one in value.items() for line in _entry(str(name), one, indent + 2)]
    yield f"{pad}- {inner[0].strip()}"
    yield from inner[1:]


def _is_deep(value: object) -> bool:
    """Tell whether a value holds parts of parts, which read badly on one line."""
    if isinstance(value, list):
        return any(isinstance(one, Mapping) or (isinstance(one, str) and len(one) > 60) for one in value)
    return isinstance(value, Mapping) and any(isinstance(one, list) and _is_deep(one) for one in value.values())


def _wrapped(opening: str, parts: Sequence[str], closing: str) -> Iterator[str]:
    line, pad = opening, " " * len(opening)
    for at, part in enumerate(parts):
        text = part + ("" if at == len(parts) - 1 else ",")
        gap = "" if line.endswith("[") or line == pad else " "
        if len(line) + len(gap) + len(text) + len(closing) > _WIDTH and line.strip():
            yield line
            line, gap = pad, ""
        line += gap + text
    yield line + closing


def _flow(value: object) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**9)
    return text.removesuffix("\n").removesuffix("\n...").removesuffix("\n")
