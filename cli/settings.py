"""Settings: what the process environment says, with its defaults; the only place that reads it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_HOME = Path(__file__).resolve().parent.parent
_SHIPPED = _HOME / "servers"
_SHIPPED_BLUEPRINTS = _HOME / "generator" / "blueprints"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are, and how they are reached.

    `servers`: emitted environments (ENVFARM_SERVERS; ./servers if there, else those that came with envfarm).
    `blueprints`: what they are emitted from (ENVFARM_BLUEPRINTS; ./generator/blueprints or ./blueprints if there, else
    those that came with envfarm). `runs`: results (ENVFARM_RUNS; ./runs).
    `worlds`: the files of default worlds (ENVFARM_WORLDS; inside `runs`). `ledger`: an SQLAlchemy URL (ENVFARM_LEDGER;
    a file inside `runs`). `farm`: the URL of a farm that is up, empty to start one (ENVFARM_FARM). `token`: the
    bearer token of the farm and of a gym, empty for none (ENVFARM_TOKEN). `jobs`: how much runs at once (ENVFARM_JOBS;
    the cores). `model_key`: the key of the endpoint of language models, empty for none (ENVFARM_MODEL_KEY). `search`:
    what a model may search, the URL of an endpoint with {query} in it or a path, empty for nothing (ENVFARM_SEARCH).
    `user_key`: as `model_key`, for the model that plays a user elsewhere (ENVFARM_USER_KEY).
    """

    servers: Path
    blueprints: Path
    runs: Path
    worlds: Path
    ledger: str
    farm: str
    token: str
    jobs: int
    model_key: str
    search: str
    user_key: str


class SettingsError(Exception):
    """A setting cannot be understood; one sentence says which."""


def read_settings(variables: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings from variables named ENVFARM_...; SettingsError if one is no use."""
    runs = Path(variables.get("ENVFARM_RUNS", "runs"))
    return Settings(
        servers=_folder(variables, "ENVFARM_SERVERS", _SHIPPED, "servers"),
        blueprints=_folder(variables, "ENVFARM_BLUEPRINTS", _SHIPPED_BLUEPRINTS, "generator/blueprints", "blueprints"),
        runs=runs,
        worlds=Path(variables.get("ENVFARM_WORLDS", runs / "worlds")),
        ledger=variables.get("ENVFARM_LEDGER", f"sqlite+aiosqlite:///{runs / 'ledger.db'}"),
        farm=_url(variables, "ENVFARM_FARM"),
        token=variables.get("ENVFARM_TOKEN", ""),
        jobs=_count(variables, "ENVFARM_JOBS", os.cpu_count() or 1),
        model_key=variables.get("ENVFARM_MODEL_KEY", ""),
        search=_search(variables),
        user_key=variables.get("ENVFARM_USER_KEY", ""),
    )


def emission_folder(settings: Settings) -> Path:
    """Return where the servers of one's own blueprints go: never among those that came with envfarm."""
    return Path("servers") if settings.servers == _SHIPPED else settings.servers


def blueprint_folder(settings: Settings) -> Path:
    """Return where one's own blueprints go: never among those that came with envfarm."""
    return Path("blueprints") if settings.blueprints == _SHIPPED_BLUEPRINTS else settings.blueprints


def _url(variables: Mapping[str, str], name: str) -> str:
    given = variables.get(name, "")
    if given and not given.startswith(("http://", "https://")):
        raise SettingsError(f"{name} expects a URL such as http://127.0.0.1:8080, got {given!r}")
    return given


def _search(variables: Mapping[str, str]) -> str:
    given = variables.get("ENVFARM_SEARCH", "")
    if given.startswith(("http://", "https://")) and "{query}" not in given:
        raise SettingsError("ENVFARM_SEARCH expects {query} in its URL, such as http://127.0.0.1:8888/search?q={query}")
    return given


def _folder(variables: Mapping[str, str], name: str, shipped: Path, *here: str) -> Path:
    if name in variables:
        return Path(variables[name])
    return next((Path(each) for each in here if Path(each).is_dir()), shipped)


def _count(variables: Mapping[str, str], name: str, default: int) -> int:
    given = variables.get(name, str(default))
    if not given.isdecimal() or int(given) < 1:
        raise SettingsError(f"{name} expects a number from 1 on, got {given!r}")
    return int(given)
