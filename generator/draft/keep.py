"""Keeping: the text of an attempt's blueprint, whole or not."""

from __future__ import annotations

import yaml
from pydantic import ValidationError

from generator.blueprint import Blueprint
from generator.compile import dump
from generator.draft.loop import Drafted


def written(drafted: Drafted, model: str) -> str:
    """Write an attempt as YAML; its first lines say how it came about and what is still wrong with it."""
    attempt = drafted.attempt
    opening = (
        f"{drafted.subject.slug}: drafted with {model} in {drafted.answers} answers; read it before you rely on it."
    )
    try:
        text = dump(Blueprint.model_validate(attempt.raw), opening)
    except ValidationError:  # an attempt that stopped early has parts no blueprint may have
        body = yaml.safe_dump(attempt.raw, sort_keys=False, allow_unicode=True, width=118)
        text = f"# {opening}\n{body}"
    findings = "".join(f"# left: {finding}\n" for finding in attempt.findings)
    return findings + text
