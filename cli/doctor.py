"""`envfarm doctor` tells whether this machine has what envfarm needs."""

from __future__ import annotations

import importlib.util
import platform
import shutil
import sqlite3
import sys
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import click

from cli.output import json_option, show
from cli.settings import Settings
from registry.entry import entries

_NEEDED = ("mcp", "fastmcp", "pydantic", "sqlalchemy", "aiosqlite", "networkx", "uvicorn", "orjson")
_STRICT_TABLES = (3, 37, 0)


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing looked at: whether it is fine, whether that is necessary, and what to do if it is not."""

    name: str
    is_fine: bool
    is_needed: bool
    found: str
    remedy: str = ""


@click.command("doctor")
@json_option
@click.pass_obj
def doctor_command(settings: Settings, as_json: bool) -> None:
    """Look at this machine and say what is missing. Exit 1 if something necessary is."""
    symptoms = examine(settings)
    content = [
        {"name": s.name, "ok": s.is_fine, "needed": s.is_needed, "found": s.found, "remedy": s.remedy} for s in symptoms
    ]
    show(content, map(_line, symptoms), as_json=as_json)
    if not all(symptom.is_fine for symptom in symptoms if symptom.is_needed):
        raise SystemExit(1)


def examine(settings: Settings) -> list[Symptom]:
    """Look at everything."""
    return [
        *(_python(), _sqlite()),
        *map(_library, _NEEDED),
        _resources(),
        _servers(settings),
        _tool("docker"),
        _tool("uv"),
    ]


def _line(symptom: Symptom) -> str:
    mark = "ok  " if symptom.is_fine else "FAIL" if symptom.is_needed else "none"
    remedy = "" if symptom.is_fine or not symptom.remedy else f"; {symptom.remedy}"
    return f"{mark}  {symptom.name}: {symptom.found}{remedy}"


def _python() -> Symptom:
    return Symptom("python", sys.version_info >= (3, 11), True, platform.python_version(), "3.11 or newer is needed")


def _sqlite() -> Symptom:
    is_fine = sqlite3.sqlite_version_info >= _STRICT_TABLES
    return Symptom("sqlite", is_fine, True, sqlite3.sqlite_version, "3.37 or newer is needed, for STRICT tables")


def _library(name: str) -> Symptom:
    try:
        return Symptom(name, True, True, version(name))
    except PackageNotFoundError:
        return Symptom(name, False, True, "not installed", "install envfarm again")


def _resources() -> Symptom:
    is_fine = importlib.util.find_spec("googleapiclient") is not None
    found = version("google-api-python-client") if is_fine else "not installed"
    return Symptom("API descriptions", is_fine, False, found, "pip install 'envfarm[resources]' to draft from them")


def _servers(settings: Settings) -> Symptom:
    found = entries(settings.servers)
    admitted = sum(each.status == "admitted" for each in found)
    text = f"{len(found)} in {settings.servers}, {admitted} admitted"
    return Symptom("environments", admitted > 0, False, text, "run `envfarm build` and `envfarm verify --all`")


def _tool(name: str) -> Symptom:
    path = shutil.which(name)
    return Symptom(name, path is not None, False, path or "not found", "optional")
