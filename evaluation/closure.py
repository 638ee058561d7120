"""The modules that a module of ours takes, so that they can be copied to where the project is not."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

OURS = frozenset({"chat", "envkit", "evaluation", "registry", "rollouts", "sampler"})


@cache
def closure(module: str) -> Mapping[str, str]:
    """Return the texts of a module and of all of ours that it imports, by their paths.

    Packages come without what their faces offer: nothing of ours is imported through a face of another room.
    """
    texts: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        path = f"{name.replace('.', '/')}.py"
        if path in texts:
            continue
        texts[path] = _source(name)
        texts |= {f"{parent}/__init__.py": "" for parent in _parents(path)}
        waiting += _imported(texts[path])
    return dict(sorted(texts.items()))


def _imported(source: str) -> Iterator[str]:
    """Yield the modules of ours that a source imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            named = [node.module]
        else:
            continue
        yield from (name for name in named if name.split(".")[0] in OURS)


def _source(module: str) -> str:
    found = find_spec(module)
    assert found is not None, f"{module} is imported by a module that was imported"
    assert found.origin is not None, f"{module} is a file"
    return Path(found.origin).read_text("utf-8")


def _parents(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    yield from ("/".join(parts[: end + 1]) for end in range(len(parts)))
