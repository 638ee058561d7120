from pathlib import Path

from generator.load import load
from training.tiny.worlds import write_blueprints


def test_every_blueprint_that_is_drawn_passes_the_audit(tmp_path: Path) -> None:
    for path in write_blueprints(tmp_path, 24, seed=3):
        assert load(path).name == path.stem


def test_the_same_seed_draws_the_same_blueprints_and_another_does_not(tmp_path: Path) -> None:
    texts = [
        [path.read_text() for path in write_blueprints(tmp_path / str(number), 3, seed)]
        for number, seed in enumerate((1, 1, 2))
    ]

    assert texts[0] == texts[1]
    assert texts[0] != texts[2]


def test_names_of_tools_say_nothing_of_what_they_do(tmp_path: Path) -> None:
    for path in write_blueprints(tmp_path, 6, seed=0):
        blueprint = load(path)
        for name, tool in blueprint.tools.items():
            assert not {name} & {*tool.title.lower().split(), *blueprint.entities}
