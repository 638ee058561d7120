"""Shared by the tests of emission: blueprints to emit, and the tools that judge what was emitted."""

from __future__ import annotations

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from generator.blueprint import Blueprint
from generator.emit import folder
from generator.interpret import Interpreter
from generator.load import load
from generator.seeds import seed_rows

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "lending"
WIKI = Path(__file__).parent / "emit_inputs" / "wiki.yaml"


@lru_cache
def lending() -> Blueprint:
    return load(GOLDEN / "blueprint.yaml")


@lru_cache
def lending_world() -> Interpreter:
    """A fresh world of the lending desk; copy it before anything changes it."""
    return Interpreter(lending(), seed_rows(lending()))


@lru_cache
def wiki() -> Blueprint:
    return load(WIKI)


@lru_cache
def emitted(blueprint_name: str) -> dict[str, str]:
    return folder({"lending": lending, "wiki": wiki}[blueprint_name]())


def write(files: dict[str, str], target: Path) -> Path:
    target.mkdir(parents=True)
    for name, text in files.items():
        (target / name).write_text(text, encoding="utf-8")
    return target


def complaints(*command: str) -> str:
    """Run a development tool in the repository; return what it printed if it found fault, else nothing."""
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr
