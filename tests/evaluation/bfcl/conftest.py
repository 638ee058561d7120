"""A farm over BFCL's classes, and a few of its tasks; without BFCL's package there is nothing to test here."""

import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from farm.farm import Farm


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def farm() -> AsyncIterator[Farm]:
    from evaluation.bfcl.library import CLASSES  # noqa: PLC0415  # only there with BFCL's package
    from evaluation.bfcl.wrapped import emit  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        async with Farm.launch([emit(name, Path(folder)) for name in CLASSES], lean=True) as farm:
            yield farm
