"""A task as a folder of Harbor: its turns as steps, the container they are played in, the verifier and a solution.

Source of the form: the package `harbor`, release 0.25: `harbor/models/task/config.py` and `paths.py`, schema 1.4.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import envkit
from envkit.seat import SEAT, Seating, SetupCall
from evaluation.closure import closure
from farm.eject import REQUIREMENTS
from rollouts.briefing import briefing
from rollouts.policy import answer_of
from sampler.task import Task

PORT = 8931
WORLD, ANSWERS, REWARD = "/opt/world", "/app", "/logs/verifier/reward.json"
URL = f"http://127.0.0.1:{PORT}"

_DOCKERFILE = """\
FROM python:3.11-slim

RUN pip install --no-cache-dir {requirements} \\
    && useradd --create-home agent \\
    && mkdir -p /app \\
    && chown agent /app

# Nobody but root may look at how the worlds are made, or ask for what the tools do not tell.
COPY --chmod=700 world {world}

WORKDIR /app
"""

_START = """\
#!/bin/sh
# Harbor's health check: starts the worlds of the task if they are not up, and waits until they are.
set -eu
cd {world}
is_up() {{ python -c "import urllib.request as r; r.urlopen('{url}/ready', timeout=2)" 2>/dev/null; }}
if is_up; then exit 0; fi
umask 077
python -c "import secrets; print(secrets.token_urlsafe(32))" > token
PYTHONPATH={world} nohup python -m envkit.seat servers seating.json \\
    --http 127.0.0.1:{port} --token-file token --steps steps.jsonl > seat.log 2>&1 < /dev/null &
echo $! > seat.pid
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    if is_up; then exit 0; fi
    sleep 0.5
done
cat seat.log >&2
exit 1
"""

_TEST = """\
#!/bin/sh
# Scores the worlds as they stand, and the answers. Without a reward.json the trial has failed, and not the agent.
# What tells the truth does not stay for the turns to come: Harbor brings it anew for each.
trap 'rm -rf /tests/judge /tests/task.json' EXIT
PYTHONPATH=/tests/judge python -m evaluation.harbor.verify /tests/task.json \\
    --url {url} --token-file {world}/token --steps {world}/steps.jsonl --marks {world}/marks.json \\
    --turn {turn} --answers {answers} --out {reward}
"""

_SOLVE = """\
#!/bin/sh
exec python /solution/solve.py /solution/truth.json --url {url} --answer {answers}/answer-{turn}.txt
"""
_PLACES = {"url": URL, "port": PORT, "world": WORLD, "answers": ANSWERS, "reward": REWARD}


def write_task(task: Task, folders: Mapping[str, Path], out: Path) -> Path:
    """Write the folder of a task below `out`, and return it; `folders` holds the environments by slug."""
    target = out / task.id
    shutil.rmtree(target, ignore_errors=True)
    for name, text in _texts(task).items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    world = target / "environment" / "world"
    _copy(Path(envkit.__file__).parent, world / "envkit")
    for slug in task.environments:
        _copy(folders[slug], world / "servers" / slug)
    return target


def _texts(task: Task) -> dict[str, str]:
    requirements = " ".join(f'"{each.partition(";")[0]}"' for each in REQUIREMENTS)
    judge = {f"tests/judge/{path}": text for path, text in closure("evaluation.harbor.verify").items()}
    texts = {
        "task.toml": _config(task),
        "environment/Dockerfile": _DOCKERFILE.format(requirements=requirements, **_PLACES),
        "environment/world/start.sh": _START.format(**_PLACES),
        "environment/world/seating.json": _seating(task).model_dump_json(indent=2) + "\n",
        "tests/task.json": task.model_dump_json() + "\n",
        **judge,
    }
    for turn in range(len(task.turns)):
        texts |= {f"steps/{_name(turn)}/{name}": text for name, text in _step(task, turn).items()}
    return texts


def _step(task: Task, turn: int) -> dict[str, str]:
    """Return the files of a turn: what is asked, how it is scored when it is over, and its part of the truth."""
    steps = [{"environment": s.environment, "tool": s.tool, "arguments": s.arguments} for s in task.steps_of(turn)]
    return {
        "instruction.md": _instruction(task, turn),
        "tests/test.sh": _TEST.format(turn=turn + 1, **_PLACES),
        "solution/solve.sh": _SOLVE.format(turn=turn + 1, **_PLACES),
        "solution/solve.py": closure("evaluation.harbor.solve")["evaluation/harbor/solve.py"],
        "solution/truth.json": json.dumps({"steps": steps, "answer": answer_of(task, turn)}, indent=2) + "\n",
    }


def _instruction(task: Task, turn: int) -> str:
    """Write what an agent reads. It may know nothing of the turns before: they are told, and where its answers are."""
    servers = ", ".join(f"`{slug}`" for slug in task.environments)
    where = (
        f"Use the tools of the MCP servers {servers}. When you are done, write your answer to the user into the file"
    )
    parts = [briefing([rule.text for rule in task.rules]), f"{where} `{_answer(turn)}`."]
    if turn:
        earlier = [f"> {before.query}\n\n(answered in `{_answer(n)}`)" for n, before in enumerate(task.turns[:turn])]
        parts += ["The user has asked before:", *earlier, "Now the user says:"]
    return "\n\n".join([*parts, task.turns[turn].query]) + "\n"


def _answer(turn: int) -> str:
    return f"{ANSWERS}/answer-{turn + 1}.txt"


def _name(turn: int) -> str:
    return f"turn-{turn + 1}"


def _config(task: Task) -> str:
    """Write task.toml; strings of JSON are strings of TOML."""
    level = task.difficulty.level if task.difficulty else 1
    lines = [
        'schema_version = "1.4"',
        'multi_step_reward_strategy = "final"',
        *_table("[task]", name=f"envfarm/{task.id}", description=f"{task.kind} over {', '.join(task.environments)}"),
        *_table("[metadata]", kind=task.kind, level=level, environments=[*task.environments]),
        *_table("[agent]", timeout_sec=600.0, user="agent"),
        *_table("[verifier]", timeout_sec=120.0, user="root"),
        *_table("[environment]", build_timeout_sec=600.0, workdir="/app"),
        *_table("[environment.healthcheck]", command=f"sh {WORLD}/start.sh", timeout_sec=30.0, retries=3),
    ]
    for turn in range(len(task.turns)):
        lines += _table("[[steps]]", name=_name(turn))
    for slug in task.environments:
        url = f"{URL}/{slug}/episodes/{SEAT}/mcp"
        lines += _table("[[environment.mcp_servers]]", name=slug, transport="streamable-http", url=url)
    return "\n".join(lines) + "\n"


def _table(head: str, **members: object) -> Sequence[str]:
    return ["", head, *(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in members.items())]


def _seating(task: Task) -> Seating:
    setup = tuple(
        SetupCall(environment=step.environment, tool=step.tool, arguments=step.arguments, code=step.code)
        for step in task.setup
    )
    return Seating(
        environments=task.environments,
        seed=task.seed,
        setup=setup,
        hidden_tools=task.hidden_tools,
        realism=task.realism,
    )


def _copy(source: Path, target: Path) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*"))
