"""The lexicons of all published environments."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from envkit.manifest import read_manifest
from sampler.words.lexicon import Lexicon

SERVERS = Path(__file__).parents[3] / "servers"


@pytest.fixture(scope="package")
def lexicons() -> Mapping[str, Lexicon]:
    folders = [path.parent for path in sorted(SERVERS.glob("*/*/manifest.json")) if "@" not in path.parent.name]
    return {manifest.slug: Lexicon(manifest) for manifest in map(read_manifest, folders)}
