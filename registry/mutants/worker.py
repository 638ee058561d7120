"""A worker: a process that judges the mutants of one folder after another, as it is told on standard input.

    python -m registry.mutants.worker

It speaks as `registry.crew.Work` says. Mutants run in the main thread, where signals can stop one that does not end;
another thread listens, and ends the process when its input does.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from pathlib import Path
from typing import BinaryIO, NoReturn

import orjson

from registry.crew import tell
from registry.mutants.mutate import mutate


def work(said: BinaryIO, out: BinaryIO) -> NoReturn:
    """Judge the mutants of each folder that `said` names; its end is the end of the process."""

    def judged(environment: str, done: int, of: int) -> None:
        tell(out, "progress", orjson.dumps([environment, done, of]))

    folders: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(said, folders), daemon=True).start()
    while True:
        report = mutate(Path(orjson.loads(folders.get())), progress=judged)
        tell(out, "report", report.model_dump_json().encode())


def _listen(said: BinaryIO, folders: queue.SimpleQueue[bytes]) -> None:
    """Pass lines on; the end of them ends the process, for a main thread at work would not hear of it."""
    for line in said:
        folders.put(line)
    os._exit(0)


if __name__ == "__main__":
    work(sys.stdin.buffer, sys.stdout.buffer)
