from pathlib import Path

import pytest

from chat.prompt import Prompt, PromptError

HEAD = "# Purpose\n\nGreet.\n\n# Inputs\n\n- `name`: who.\n\n# Output\n\nA greeting.\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "greet.md"
    path.write_text(text)
    return path


def test_a_prompt_is_filled_with_its_inputs(tmp_path: Path) -> None:
    prompt = Prompt.load(written(tmp_path, f"{HEAD}\n---\n\nHello <<name>>, {{hole}}.\n"))

    assert prompt.name == "greet"
    assert prompt.render({"name": "<<Ann>>"}) == "Hello <<Ann>>, {hole}."


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Hello", "missing: Purpose, Inputs, Output"),
        (HEAD, "missing: a line of three dashes"),
        (f"{HEAD}\n---\n\nHello <<names>>", "differ: name, names"),
    ],
)
def test_a_prompt_of_another_form_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=sentence):
        Prompt.load(written(tmp_path, text))


def test_inputs_that_are_missing_or_strange_are_named(tmp_path: Path) -> None:
    prompt = Prompt.load(written(tmp_path, f"{HEAD}\n---\n\nHello <<name>>"))

    with pytest.raises(PromptError, match="missing or not asked for: nam, name"):
        prompt.render({"nam": "x"})
