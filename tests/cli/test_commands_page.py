import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from cli.main import main
from cli.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "commands.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([\w-]+)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
EVERYWHERE = {"--json", "--help", "-h"}


@pytest.mark.parametrize("verb", main.list_commands(click.Context(main)))
def test_every_verb_has_a_section_with_each_of_its_options_and_arguments(verb: str) -> None:
    command = main.commands[verb]

    options = {name for each in command.params if isinstance(each, click.Option) for name in each.opts}
    arguments = [each.metavar or "" for each in command.params if isinstance(each, click.Argument)]

    told = set(re.findall(r"`(--[\w-]+)", SECTIONS[verb]))
    assert told == options - EVERYWHERE
    assert f"`{' '.join(['envfarm', verb, *arguments])}`" in SECTIONS[verb]
    assert "--json" in {name for each in command.params for name in each.opts}


def test_the_options_before_the_verb_are_on_the_page() -> None:
    opening = PAGE.split("\n## ")[0]

    for option in {name for each in main.params for name in each.opts} | EVERYWHERE:
        assert f"`{option}`" in opening


def test_the_verbs_are_named_in_their_order() -> None:
    assert f"{', '.join(main.list_commands(click.Context(main)))}." in PAGE


def test_every_setting_has_its_variable_on_the_page() -> None:
    told = set(re.findall(r"`ENVFARM_(\w+)` \|", SECTIONS["Settings"]))

    assert told == {field.name.upper() for field in fields(Settings)}


def test_links_lead_to_pages_that_are_there() -> None:
    for link in re.findall(r"\]\(([\w.]+)\)", PAGE):
        assert (Path(__file__).parents[2] / "docs" / link).is_file(), link
