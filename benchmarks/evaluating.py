"""Measure evaluation: suites and their controls, the time of a run, claims and the gateway of MCP-Atlas, intervals.

    python benchmarks/evaluating.py [--runs FOLDER] [--only PART]...

The commands are run as a user runs them. Suites that lie in FOLDER/suites are taken as they are, others are made there,
which takes minutes each. Where others use the machine too, the seconds of CPU are what counts. Claims are read from the
CSV and counted here by a second implementation that shares nothing with evaluation/claims.py. Exits with 1 if a measure
is not as wanted.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from envkit.calls import Json, JsonObject
from evaluation.claims import score_claims
from evaluation.estimate import interval
from evaluation.suites import SUITES
from rollouts.episode import Episode, read_episodes
from sampler.task import Task, read_tasks

ENVFARM = Path(sys.executable).parent / "envfarm"
PARTS = ("suites", "claims", "gateway", "offers", "intervals")
TRIALS, MOST_S, EXPORTED, SIMULATED = 4, 300.0, 50, 1_000
_CLAIM = re.compile(r"The (?P<subject>.+) is (?P<value>.*)\.", re.DOTALL)

csv.field_size_limit(2**30)


class Board:
    """What was measured: rows of a table, and whether all is as wanted."""

    def __init__(self) -> None:
        self.is_met = True
        print("| measure | wanted | figure | met |\n|---|---|---|---|")

    def tell(self, measure: str, wanted: str, figure: str, is_met: bool = True) -> None:
        """Print a row."""
        self.is_met = self.is_met and is_met
        print(f"| {measure} | {wanted} | {figure} | {'yes' if is_met else 'NO'} |", flush=True)


def main() -> None:
    """Measure the parts that are asked for and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs"), metavar="FOLDER")
    parser.add_argument("--only", action="append", choices=PARTS, help="again for another; all by default")
    asked = parser.parse_args()
    os.environ["ENVFARM_RUNS"] = str(asked.runs.resolve())
    parts, board = asked.only or PARTS, Board()
    with tempfile.TemporaryDirectory() as scratch:
        if "suites" in parts:
            for name in SUITES:
                suite(name, Path(scratch), board)
        if "claims" in parts or "gateway" in parts:
            tasks, rows = exported(asked.runs, Path(scratch), board)
            if "claims" in parts:
                asyncio.run(claims(tasks, rows, Path(scratch), board))
            if "gateway" in parts:
                gateway(tasks, rows, Path(scratch), board)
        if "offers" in parts:
            offers(Path(scratch), board)
    if "intervals" in parts:
        intervals(board)
    sys.exit(0 if board.is_met else 1)


def envfarm(*arguments: object) -> tuple[Mapping[str, Json], float, float]:
    """Run a command for its JSON; return that, and its seconds of wall time and of CPU, its children's included."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([ENVFARM, *map(str, arguments), "--json"], stdout=subprocess.PIPE, check=False)
    wall_s, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not said.stdout:
        sys.exit(f"`envfarm {' '.join(map(str, arguments))}` failed")
    return json.loads(said.stdout), wall_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def suite(name: str, scratch: Path, board: Board) -> None:
    """Play the controls of a suite, then its truth TRIALS times, each in a command of its own."""
    made, _, _ = envfarm("suite", name)
    tasks = Path(str(made["out"]))
    shutil.rmtree(tasks.parent / "controls", ignore_errors=True)
    found, wall_s, cpu_s = envfarm("evaluate", "--suite", name, "--policy", "null", "--out", scratch / name / "null")
    controls = found["controls"]
    assert isinstance(controls, dict)
    for row in controls["rows"]:
        if row["kind"] is None:
            wanted = {"replay": "1", "null": "0", "mutated": "< 1"}[row["name"]]
            mean = row["reward"]["value"]
            is_met = not row["unscored"] and {"replay": mean == 1, "null": mean == 0, "mutated": mean < 1}[row["name"]]
            figure = f"{mean:.3f}; {row['passed']} of {row['rollouts']} paid"
            board.tell(f"{name}: {row['name']}", wanted, figure, is_met)
    equal = sum(each["fate"] == "equivalent" for each in controls["passed"])
    told = f"{equal} made the truth's own changes, {len(controls['passed']) - equal} others"
    board.tell(f"{name}: mutants that were paid", "", told)
    board.tell(f"{name}: null and controls, once", "", f"{wall_s:.0f} s, {cpu_s:.0f} s of CPU")
    out = scratch / name / "replay"
    found, wall_s, cpu_s = envfarm("evaluate", "--suite", name, "--policy", "replay", "--trials", TRIALS, "--out", out)
    ((policy,), count) = found["policies"], found["tasks"]
    board.tell(
        f"{name}: {count} tasks x {TRIALS}, replay",
        f"all succeed in <= {MOST_S:.0f} s of CPU",
        f"{policy['succeeded']} of {policy['planned']} in {wall_s:.0f} s, {cpu_s:.0f} s of CPU",
        policy["succeeded"] == policy["planned"] and cpu_s <= MOST_S,
    )


def exported(runs: Path, scratch: Path, board: Board) -> tuple[Sequence[Task], Sequence[Mapping[str, str]]]:
    """Export the first tasks of the suite atlas as the CSV of MCP-Atlas; return both."""
    made, _, _ = envfarm("suite", "atlas")
    tasks = read_tasks(Path(str(made["out"])))[:EXPORTED]
    lines = Path(str(made["out"])).read_bytes().splitlines(keepends=True)[:EXPORTED]
    (scratch / "atlas.jsonl").write_bytes(b"".join(lines))
    envfarm("export", scratch / "atlas.jsonl", "--format", "atlas", "--out", scratch / "csv")
    (file,) = (scratch / "csv").glob("**/*.csv")
    with file.open(encoding="utf-8", newline="") as text:
        rows = [*csv.DictReader(text)]
    known = [row["TASK"] for row in rows] == [task.id for task in tasks]
    board.tell("atlas: tasks exported as CSV", str(EXPORTED), str(len(rows)), known and len(rows) == EXPORTED)
    return tasks, rows


async def claims(tasks: Sequence[Task], rows: Sequence[Mapping[str, str]], scratch: Path, board: Board) -> None:
    """Count the claims of the CSV in the answers of the replayed truth, whole and with one fact's line taken out."""
    envfarm("evaluate", scratch / "atlas.jsonl", "--policy", "replay", "--out", scratch / "claims")
    episodes = {each.task: each for each in read_episodes(scratch / "claims" / "episodes.jsonl")}
    whole = exact = removed = agreed = alone = 0
    for task, row in zip(tasks, rows, strict=True):
        told, episode = list(json.loads(row["GTFA_CLAIMS"])), episodes[task.id]
        lines = [line for turn in episode.turns for line in turn.answer.splitlines()]
        whole += covered(told, lines) == 1.0 and (await score_claims(task, episode)).coverage == 1.0
        for line in {line: None for line in lines if any(states(line, each) for each in told)}:
            share = sum(states(line, each) for each in told) / len(told)
            removed += 1
            exact += abs(1.0 - share - covered(told, [each for each in lines if each != line])) < 1e-12
            if not _is_said_elsewhere(line, lines):
                alone += 1
                ours = (await score_claims(task, without(episode, line))).coverage
                agreed += ours is not None and abs(1.0 - share - ours) < 1e-12
    board.tell(
        "atlas: coverage of the truth, by both counts", "1 each", f"{whole} of {len(rows)} tasks", whole == len(rows)
    )
    board.tell("atlas: one fact removed, by the second count", "its share", f"{exact} of {removed}", exact == removed)
    board.tell(
        "atlas: the same by ours, where no other line holds the value",
        "its share",
        f"{agreed} of {alone}",
        agreed == alone,
    )


def covered(told: Sequence[str], lines: Sequence[str]) -> float:
    """Return the share of claims that a line of an answer states: the arithmetic of MCP-Atlas, done again."""
    return sum(any(states(line, each) for line in lines) for each in told) / len(told)


def states(line: str, claim: str) -> bool:
    """Whether a line `owner.some_column: value` is what a claim `The owner's some column is value.` says."""
    found = _CLAIM.fullmatch(claim)
    name, _, value = line.partition(": ")
    owner, _, column = name.rpartition(".")
    words = [re.sub(r"_ids?$", "", each).replace("_", " ") for each in (owner, column)]
    subject = f"{words[0]}'s {words[1]}" if owner else words[1]
    return (
        found is not None and found["subject"].removesuffix(" (in minor units)") == subject and found["value"] == value
    )


def without(episode: Episode, line: str) -> Episode:
    """Take a line out of every answer."""
    turns = [
        turn.model_copy(update={"answer": "\n".join(each for each in turn.answer.splitlines() if each != line)})
        for turn in episode.turns
    ]
    return episode.model_copy(update={"turns": tuple(turns)})


def _is_said_elsewhere(line: str, lines: Sequence[str]) -> bool:
    """Whether another line holds the value too, or could be read as it: any line with the same words or number."""
    value = line.partition(": ")[2].casefold()
    others = "\n".join(each for each in lines if each != line).casefold()
    digits = re.sub(r"\D", "", value)
    return value in others or (bool(digits) and digits in re.sub(r"[^\d\n]", "", others))


def gateway(tasks: Sequence[Task], rows: Sequence[Mapping[str, str]], scratch: Path, board: Board) -> None:
    """Play the trajectories of the CSV over the sandbox API, each below its task."""
    offered = same = calls = changed = 0
    with serving(scratch / "atlas.jsonl") as url:
        for task, row in zip(tasks, rows, strict=True):
            place = f"{url}/s/{task.id}"
            names = [tool["name"] for tool in asked(f"{place}/list-tools", {})]
            offered += sorted(names) == sorted(json.loads(row["ENABLED_TOOLS"]))
            trajectory = json.loads(row["TRAJECTORY"])
            for made, seen in zip(trajectory[::2], trajectory[1::2], strict=True):
                call = made["tool_calls"][0]["function"]
                body = {"tool_name": call["name"], "tool_args": json.loads(call["arguments"]), "use_cache": True}
                answer = asked(f"{place}/call-tool", body)
                calls += 1
                same += _texts(answer) == _texts(seen["content"])
            with urllib.request.urlopen(f"{place}/diff") as answer:
                diffs = {slug: diff for slug, diff in json.load(answer).items() if diff}
            changed += diffs == {slug: diff for slug, diff in task.truth.diffs.items() if diff}
    count = len(rows)
    board.tell("gateway: tools listed as in the CSV", "all", f"{offered} of {count} tasks", offered == count)
    board.tell("gateway: calls answered as in the CSV", "all", f"{same} of {calls}", same == calls)
    board.tell("gateway: worlds changed as the truth did", "all", f"{changed} of {count} tasks", changed == count)


def asked(url: str, body: JsonObject) -> Json:
    """Post to the gateway; an error's body counts as the answer."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)


def _texts(content: Json) -> list[Json]:
    """Return what blocks say; of an error, what came back."""
    if isinstance(content, dict):
        return [str(content["detail"]).partition(": ")[2]]
    assert isinstance(content, list)
    return [_read(str(block["text"])) for block in content if isinstance(block, dict)]


def _read(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text


@contextmanager
def serving(tasks: Path) -> Iterator[str]:
    """Put a gateway up for as long as the block takes, and give its URL."""
    with subprocess.Popen([ENVFARM, "gateway", tasks, "--port", "0"], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().split()[1]
        finally:
            process.terminate()


def offers(scratch: Path, board: Board) -> None:
    """Tell how well a policy that chooses by chance chooses tools, by what is offered beside the needed ones."""
    made, _, _ = envfarm("suite", "atlas")
    tasks = Path(str(made["out"])).parent / "sampled" / "tasks.jsonl"
    for near in (0, 10, "all"):
        out = scratch / f"near-{near}"
        found, _, _ = envfarm(
            "evaluate",
            tasks,
            "--policy",
            "random",
            "--policy",
            "replay",
            "--distractors",
            near,
            "--out",
            out,
        )
        for policy in found["policies"]:
            precision, recall = (policy[name]["value"] for name in ("precision", "recall"))
            is_met = policy["policy"] != "replay" or precision == recall == 1.0
            wanted = "1, 1" if policy["policy"] == "replay" else ""
            told = f"{precision:.3f}, {recall:.3f}"
            board.tell(f"{policy['policy']}, distractors {near}: precision, recall", wanted, told, is_met)


def intervals(board: Board) -> None:
    """Tell how often the interval of a run of 200 tasks with 4 trials holds the rate that the tasks were drawn from."""
    chance, held = random.Random(11), 0
    for _ in range(SIMULATED):
        rates = [chance.betavariate(2, 1) for _ in range(200)]
        low, high = interval([sum(chance.random() < rate for _ in range(4)) / 4 for rate in rates], chance)
        held += low <= 2 / 3 <= high
    share = held / SIMULATED
    board.tell(f"intervals that hold the rate, of {SIMULATED:,}", "93 to 97 %", f"{share:.1%}", 0.93 <= share <= 0.97)


if __name__ == "__main__":
    main()
