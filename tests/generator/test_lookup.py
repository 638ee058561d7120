"""An index answers what asking every row would: the same rows, the same answers, the same count of visited rows."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from envkit.errors import Refusal
from generator.evaluate import Names, Value, reading
from generator.expression import parse
from generator.interpret import BUGS, clock_start
from generator.load import load_text
from generator.lookup import lookup
from generator.tables import Tables

BLUEPRINT = load_text(
    """
blueprint: 1
name: shelf
title: Shelf
clock: {start: "2025-03-03T09:00:00", tick_seconds: 60}
entities:
  box:
    prefix: box
    fields:
      size: {type: int}
      tags: {type: list}
  thing:
    prefix: thg
    fields:
      box_id: {type: ref, to: box, optional: true}
      other_id: {type: ref, to: box}
      size: {type: int, optional: true}
      word: {type: str}
tools:
  list_things: {kind: list, entity: thing, doc: List things.}
  list_boxes: {kind: list, entity: box, doc: List boxes.}
""",
    "shelf.yaml",
    "test",
)

SIDES = ["a.size", "b.size", "a.word", "b.word", "a.box_id", "b.box_id", "a.other.size", "b.other.size", "a.box.size"]
SIDES += ["b.other.tags", "b.id", "a.id", "one", "one.size", "one.id", "2", "'x'", "None", "given"]
CONDITIONS = st.builds(
    "{} {} {}".format, st.sampled_from(SIDES), st.sampled_from(["==", "==", "!=", "is not"]), st.sampled_from(SIDES)
).filter(lambda text: " is not " not in text or text.endswith("None"))
TEXTS = st.builds(
    "{}({} for {} if {}{})".format,
    st.sampled_from(["any", "sum", "len", "all", "sorted"]),
    st.sampled_from(["b.size", "b.id", "b.size == 2", "b.other.size", "b.word == 'x'"]),
    st.sampled_from(
        ["b in thing", "a in thing for b in thing", "a in box for b in thing", "b in given", "b in things"]
    ),
    CONDITIONS,
    st.just("") | st.builds(" and {}".format, CONDITIONS) | st.just(" and a.id != b.id"),
)


class Plain(Tables):
    """Tables without an index."""

    def index(self, entity: str, path: tuple[str, ...]) -> None:
        return None


def filled(tables: Tables, sizes: list[int | None]) -> Tables:
    for number in (1, 2):
        tables.load("box", {"id": f"box_{number}", "size": number, "tags": ["x"]})
    for at, size in enumerate(sizes):
        row = {"id": f"thg_{at}", "size": size, "word": "xyx"[at % 3], "other_id": f"box_{at % 2 + 1}"}
        tables.load("thing", {**row, "box_id": None if at % 4 == 3 else "box_1"})
    return tables


def told(text: str, tables: Tables) -> Value:
    names: Names = {"one": tables.get("thing", "thg_0"), "given": tables.all("thing")[:2], "a": tables.all("thing")[-1]}
    before = tables.visits
    try:
        found = reading(text)(names | {"things": tables.all("thing")[1:]}, tables)
    except (Refusal, *BUGS) as error:  # whatever goes wrong must go wrong in the same way
        return type(error)
    shown = [getattr(each, "id", each) for each in found] if isinstance(found, list) else found
    return shown, tables.visits - before


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(st.none() | st.integers(1, 3), min_size=1, max_size=6))
def test_an_index_answers_as_asking_every_row_does(text: str, sizes: list[int | None]) -> None:
    now = clock_start(BLUEPRINT)

    assert told(text, filled(Tables(BLUEPRINT, now), sizes)) == told(text, filled(Plain(BLUEPRINT, now), sizes))


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[b for b in thing if b.word == word]", ("word",)),
        ("[b for b in thing if word == b.word and b.size > 1]", ("word",)),
        ("[b for b in thing if b.other.size == one.size]", ("other", "size")),
        ("[1 for a in thing for b in thing if a.word == b.word and a.id != b.id]", ("word",)),
        ("[1 for a in thing for b in thing if a.id != b.id and a.word == b.word]", ("word",)),
        ("[b for b in thing if b.size > 1 and b.word == word]", None),
        ("[b for b in thing if b.word == b.id]", None),
        ("[b for b in thing if b.size == len(thing)]", None),
        ("[1 for a in box for b in thing if a.id != b.id and a.size == b.size]", None),
        ("[1 for a in thing for b in thing if a.id != b.id and a.other.size == b.size]", None),
        ("[b for b in thing[ids] if b.word == word]", None),
    ],
)
def test_the_first_condition_that_may_be_asked_at_once_is_looked_up(text: str, path: tuple[str, ...] | None) -> None:
    tree = parse(text)
    assert isinstance(tree, ast.ListComp)
    *outer, part = tree.generators

    found = lookup(part, outer)

    assert (found.path if found else None) == path


def test_an_index_follows_every_change_and_its_undoing() -> None:
    tables = filled(Tables(BLUEPRINT, clock_start(BLUEPRINT)), [1, 2, 2])
    asked = reading("[b.id for b in thing if b.other.size == 2 and b.size == 2]")
    first = asked({}, tables)
    thing = tables.get("thing", "thg_1")

    tables.begin()
    tables.update(tables.get("box", "box_1"), {"size": 2})
    added = tables.add("thing", {"other_id": "box_1", "size": 2, "word": "x"}, "0")
    tables.delete(thing)
    changed = asked({}, tables)
    tables.roll_back()

    assert first == ["thg_1"]
    assert changed == ["thg_2", added.id]
    assert asked({}, tables) == first
    assert asked({}, tables.copy()) == first
