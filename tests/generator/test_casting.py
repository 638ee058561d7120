"""Who and what the first rows name, and what else they may be called."""

from pathlib import Path

import yaml

from envkit.cast import CAST_FILE, CastSpec
from generator.blueprint import Blueprint
from generator.casting import cast_spec, recast
from generator.emit import folder
from generator.seeds import seed_rows
from tests.generator.emitting import emitted, lending

TEXT = (Path(__file__).parent / "library.yaml").read_text()
MEMBER = "seed: person"


def _cast(text: str) -> CastSpec:
    blueprint = Blueprint.model_validate({**yaml.safe_load(text), "domain": "town"})
    return cast_spec(blueprint, seed_rows(blueprint))


def test_people_are_those_of_the_first_rows() -> None:
    blueprint = Blueprint.model_validate({**yaml.safe_load(TEXT), "domain": "town"})
    names = tuple(str(row["name"]) for entity, row in seed_rows(blueprint) if entity == "member")

    assert _cast(TEXT.replace(MEMBER, f"{MEMBER}, cast: person")) == CastSpec(people=names)


def test_things_come_with_the_patterns_of_their_column_or_of_a_pool() -> None:
    (own,) = _cast(TEXT.replace(MEMBER, MEMBER + ", cast: ['[Ann|Bo] Lee']")).things
    (pooled,) = _cast(TEXT.replace(MEMBER, f"{MEMBER}, cast: company")).things

    assert own.patterns == ("[Ann|Bo] Lee",)
    assert len(own.names) == len(pooled.names) > 1
    assert all(pattern.startswith("[Abbott|") and "|Logistics|" in pattern for pattern in pooled.patterns)


def test_a_blueprint_without_a_cast_emits_no_such_file() -> None:
    assert cast_spec(lending(), seed_rows(lending())) == CastSpec()
    assert CAST_FILE not in emitted("lending")


def test_a_blueprint_with_a_cast_emits_it() -> None:
    blueprint = lending()
    entities = {
        name: part.model_copy(
            update={
                "fields": {
                    column: field.model_copy(update={"cast": ("[Jig|Band] saw",)}) if column == "label" else field
                    for column, field in part.fields.items()
                }
            }
        )
        for name, part in blueprint.entities.items()
    }
    files = folder(blueprint.model_copy(update={"entities": entities}))

    assert CastSpec.model_validate_json(files[CAST_FILE]).things[0].names[:3] == ("Drill", "Ladder", "Saw")
    assert files["seed.jsonl"] == emitted("lending")["seed.jsonl"]


def test_rows_are_renamed_as_worlds_of_the_seed_are() -> None:
    blueprint = Blueprint.model_validate(
        {**yaml.safe_load(TEXT.replace(MEMBER, f"{MEMBER}, cast: person")), "domain": "town"}
    )
    first = seed_rows(blueprint)
    members, others = ([row for entity, row in recast(blueprint, first, seed) if entity == "member"] for seed in (0, 5))

    assert members == [row for entity, row in first if entity == "member"]
    assert [row["id"] for row in others] == [row["id"] for row in members]
    assert not {str(row["name"]) for row in others} & {str(row["name"]) for row in members}
    assert [entity for entity, _ in recast(blueprint, first, 5)] == [entity for entity, _ in first]
