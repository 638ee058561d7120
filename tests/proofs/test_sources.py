"""What speaks in procedures becomes an admitted server, without a language model."""

import asyncio
import shlex
import sys
from pathlib import Path

import pytest
import yaml

from generator.audit import audit
from generator.compile import compile, dump
from generator.draft.gate import prove
from generator.readers import read

pytestmark = pytest.mark.slow

SERVERS = Path(__file__).parents[2] / "servers"
STARTED = shlex.join([sys.executable, str(SERVERS / "office" / "google_tasks" / "server.py")])


@pytest.mark.parametrize("reference", ["botocore:sqs", "botocore:organizations", f"mcp:{STARTED}"])
def test_a_description_of_procedures_becomes_an_admitted_server(reference: str) -> None:
    blueprint = compile(read(reference, licence="Apache-2.0")).blueprint

    assert audit(yaml.safe_load(dump(blueprint)), reference) == ()
    assert asyncio.run(prove(blueprint, lambda *_: None)) == ()
