"""A worker: a process that verifies one folder after another, as it is told on standard input.

    python -m registry.worker SEED

It speaks as `registry.crew.Work` says. When its input ends, however busy it is, it stops what it started and ends.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import BinaryIO

import orjson

from registry.crew import LINE_BYTES, tell
from registry.verify import verify_folder


async def work(said: asyncio.StreamReader, out: BinaryIO, seed: int) -> None:
    """Verify what `said` names until it ends; an end in the midst of a verification cancels it."""

    def checked(environment: str, done: int, of: int) -> None:
        tell(out, "progress", orjson.dumps([environment, done, of]))

    line = asyncio.create_task(said.readline())
    while folder := await line:
        line = asyncio.create_task(said.readline())
        verification = asyncio.create_task(verify_folder(Path(orjson.loads(folder)), progress=checked, seed=seed))
        # The next folder is named only after the report: whatever comes earlier is the end of the input.
        await asyncio.wait({verification, line}, return_when=asyncio.FIRST_COMPLETED)
        if not verification.done():
            verification.cancel()
            await asyncio.wait({verification})
            return
        tell(out, "report", verification.result().model_dump_json().encode())


async def _main() -> None:
    said = asyncio.StreamReader(limit=LINE_BYTES)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(said), sys.stdin)
    try:
        await work(said, sys.stdout.buffer, int(sys.argv[1]))
    finally:
        transport.close()


if __name__ == "__main__":
    asyncio.run(_main())
