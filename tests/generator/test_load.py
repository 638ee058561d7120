from __future__ import annotations

from pathlib import Path

import pytest

from generator.load import BlueprintError, load, load_text

LIBRARY = Path(__file__).parent / "library.yaml"
WANTED = "expected a blueprint (keys blueprint, name, title, clock, entities, tools)"


def told(text: str) -> str:
    with pytest.raises(BlueprintError) as caught:
        load_text(text, "town/library.yaml", "town")
    return str(caught.value)


def test_the_folder_is_the_domain() -> None:
    assert load(LIBRARY).domain == "generator"


def test_the_same_file_gives_the_same_digest() -> None:
    assert load(LIBRARY).digest == load_text(LIBRARY.read_text(), "", "generator").digest


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", f"town/library.yaml: {WANTED}, got nothing"),
        ("- 1", f"town/library.yaml: {WANTED}, got list"),
        ("blueprint: 2", "town/library.yaml: blueprint: expected version 1, got 2; begin with `blueprint: 1`"),
        ("a: 1\na: 2", 'town/library.yaml: line 2: key "a" is there twice'),
        ("1: 2", "town/library.yaml: line 1: key '1' is not text; quote it"),
        ("yes: 2", 'town/library.yaml: line 1: key "yes": YAML readers take it for something else; quote it or choose '
         "another name"),
        ("x: [", "town/library.yaml: line 1: expected the node content, but found '<stream end>'"),
        ("[a]: 1", "town/library.yaml: line 1: key None is not text; quote it"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_blueprint_gives_one_finding(text: str, line: str) -> None:
    assert told(text) == line


def test_plain_no_and_bare_dates_stay_text() -> None:
    text = LIBRARY.read_text()

    changed = text.replace("[fiction, science, art]", "[no, on, art]").replace(
        '"2025-03-03T09:00:00"', "2025-03-03T09:00:00"
    )
    blueprint = load_text(changed, "", "town")

    assert blueprint.entities["book"].fields["genre"].values == ("no", "on", "art")
    assert blueprint.clock.start == "2025-03-03T09:00:00"


def test_an_error_carries_every_finding() -> None:
    text = LIBRARY.read_text().replace("prefix: bok", "prefix: b").replace("doc: Search books.", "doc: ''")

    with pytest.raises(BlueprintError) as caught:
        load_text(text, "here", "town")

    assert [str(finding) for finding in caught.value.findings] == [
        'here: entities.book.prefix: expected 2 to 8 lower-case letters or digits, got "b"',
        "here: tools.search_books.doc: a sentence is missing: what the tool does",
    ]
