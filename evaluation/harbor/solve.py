"""Play the truth of a task in its container: the program that a Harbor task's `solution/solve.sh` runs.

It needs nothing but Python: each call is one request of the newest revision of MCP.
"""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

REVISION = "2026-07-28"
CALL_S = 30.0
REFUSAL, TRANSIENT = "envfarm/refusal", frozenset({"unavailable", "rate_limited"})
"""Where a refusal tells its code, and the codes of those that say nothing of the call: it is made again."""

_META = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": {"name": "envfarm", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the calls, then write the answer."""
    parser = argparse.ArgumentParser(description="Play the truth of a task.")
    parser.add_argument("truth", type=Path)
    parser.add_argument("--url", required=True)
    parser.add_argument("--answer", type=Path, required=True)
    asked = parser.parse_args(arguments)
    truth = json.loads(asked.truth.read_text("utf-8"))
    for number, step in enumerate(truth["steps"], 1):
        url = f"{asked.url}/{step['environment']}/episodes/seat/mcp"
        while call(url, number, step["tool"], step["arguments"]) in TRANSIENT:
            continue
    asked.answer.parent.mkdir(parents=True, exist_ok=True)
    asked.answer.write_text(truth["answer"], "utf-8")


def call(url: str, number: int, tool: str, arguments: Mapping[str, Any]) -> str:  # Any: JSON
    """Call a tool; return the code of a refusal, empty for a success. What is no result ends the program."""
    params = {"name": tool, "arguments": arguments, "_meta": _META}
    message = {"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": params}
    headers = {
        "accept": "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-method": "tools/call",
        "mcp-name": tool,
        "mcp-protocol-version": REVISION,
    }
    asked = urllib.request.Request(url, json.dumps(message).encode(), headers)
    try:
        with urllib.request.urlopen(asked, timeout=CALL_S) as answer:
            told = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise SystemExit(f"error: {url}: {tool}: {error.read().decode()}") from error
    if "result" not in told:
        raise SystemExit(f"error: {url}: {tool}: {told.get('error')}")
    return str(told["result"].get("_meta", {}).get(REFUSAL, {}).get("code", ""))


if __name__ == "__main__":
    main()
