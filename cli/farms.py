"""The farm a command works on: one that is up already, or one of its own for as long as it takes."""

from __future__ import annotations

from collections.abc import Sequence

from cli.settings import Settings
from farm.farm import Farm
from registry.entry import Entry


def farm_for(entries: Sequence[Entry], settings: Settings) -> Farm:
    """Return the farm that the settings name, or one to launch over those environments."""
    token = settings.token or None
    if settings.farm:
        return Farm.attach(settings.farm, token=token)
    return Farm.launch([each.folder for each in entries], token=token)
