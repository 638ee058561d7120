"""A worker that judges the mutants of folders; see `registry.crew.Work`.

python -m registry.mutants.worker
"""

from __future__ import annotations

import sys

from registry.crew import be_worker
from registry.mutants.mutate import mutate

if __name__ == "__main__":
    be_worker(sys.stdin.buffer, sys.stdout.buffer, lambda folder, progress: mutate(folder, progress=progress))
