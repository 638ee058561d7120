"""Compiling: a `Resource` and perhaps an `Overlay` come in, a `Compiled` blueprint goes out. Start with `compile`."""

from __future__ import annotations

from generator.compile.assemble import COMPILED, Compiled, compile
from generator.compile.dump import dump
from generator.compile.overlay import FOLDER, Overlay, OverlayError, read_overlay, shipped_overlay
from generator.compile.words import Dropped

__all__ = [
    "COMPILED",
    "FOLDER",
    "Compiled",
    "Dropped",
    "Overlay",
    "OverlayError",
    "compile",
    "dump",
    "read_overlay",
    "shipped_overlay",
]
