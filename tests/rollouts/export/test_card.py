from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from envkit.manifest import Source as Origin
from rollouts.export.card import Tally, card
from rollouts.export.example import Offer
from rollouts.export.formats import FORMATS
from rollouts.export.source import Source
from sampler.task import Version
from tests.rollouts.export.conftest import Exporting, json_lines

Offered = Mapping[Version, Offer]


def told(tasks: Path, offered: Offered, names: Sequence[str], rows: int = 2, licence: str = "mit") -> str:
    formats = [FORMATS[name] for name in names]
    return card(Source(tasks), offered, formats, dict.fromkeys(names, rows), Tally(), licence)


def front(text: str) -> Any:
    return yaml.safe_load(text.split("---\n")[1])


def test_each_configuration_names_a_file_with_the_columns_it_tells(
    tasks: Path, exporting: Exporting, tmp_path: Path
) -> None:
    exporting(tasks, tmp_path / "out", "trl", "openai", "llamafactory", "trl-rl", "verifiers")

    matter = front((tmp_path / "out" / "README.md").read_text("utf-8"))
    features = {each["config_name"]: [column["name"] for column in each["features"]] for each in matter["dataset_info"]}
    assert len(matter["configs"]) == 5
    for config in matter["configs"]:
        (file,) = config["data_files"]
        first, *_ = json_lines(tmp_path / "out" / file["path"])
        assert file["split"] == "train"
        assert [*first] == features[config["config_name"]]


def test_the_hub_is_told_of_one_kind_of_file(tasks: Path, offered: Offered) -> None:
    text = told(tasks, offered, ["atlas", "verl", "trl"])

    assert [each["config_name"] for each in front(text)["configs"]] == ["trl"]
    assert "Read by their paths: `atlas/train.csv`, `verl/train.parquet`." in text


@pytest.mark.parametrize("name", ["atlas", "verl"])
def test_a_kind_that_stands_alone_is_loaded(name: str, tasks: Path, offered: Offered) -> None:
    assert [each["config_name"] for each in front(told(tasks, offered, [name]))["configs"]] == [name]


@pytest.mark.parametrize(
    ("rows", "size"), [(999, "n<1K"), (1_000, "1K<n<10K"), (99_999, "10K<n<100K"), (2_000_000, "n>1M")]
)
def test_the_size_is_said_in_the_words_of_the_hub(rows: int, size: str, tasks: Path, offered: Offered) -> None:
    assert front(told(tasks, offered, ["trl"], rows))["size_categories"] == [size]


def test_tasks_to_play_are_for_reinforcement_learning(tasks: Path, offered: Offered) -> None:
    assert front(told(tasks, offered, ["trl"]))["task_categories"] == ["text-generation"]
    assert "reinforcement-learning" in front(told(tasks, offered, ["verl"]))["task_categories"]


def test_environments_stand_there_with_version_digest_and_sources(tasks: Path, offered: Offered) -> None:
    (version, offer), *_ = offered.items()
    origin = Origin(title="Desk | API", package="pypi:desk", licence="MIT")
    sourced = replace(offer, manifest=offer.manifest.model_copy(update={"sources": (origin,)}))

    text = told(tasks, {version: sourced}, ["trl"])

    assert f"| `tiny_air` | {offer.manifest.title} | 1 | {len(offer.tools)} | `{offer.digest}` |" in text
    assert "| `tiny_air` | Desk \\| API (pypi:desk) | MIT |" in text


def test_the_licence_is_the_one_that_was_named(tasks: Path, offered: Offered) -> None:
    assert front(told(tasks, offered, ["trl"], licence="cc-by-4.0"))["license"] == "cc-by-4.0"
