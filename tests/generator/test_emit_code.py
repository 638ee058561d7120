import ast

import pytest

from generator.emit.code import materialised, message, translate
from generator.emit.layout import text
from generator.emit.scope import Scope
from generator.emit.words import class_names
from generator.expression import parse
from generator.infer import Type
from tests.generator.emitting import wiki


def scope() -> Scope:
    made = Scope(wiki(), class_names(wiki()))
    for name, of in {
        "p": Type("row", "page"),
        "h": Type("row", "person", optional=True),
        "n": Type("int"),
        "ids": Type("list", item=Type("ref", "page")),
    }.items():
        made = made.bind(name, {"p": "page", "h": "person"}.get(name, name), of)
    return made


def python(expression: str) -> str:
    return text(translate(parse(expression), scope()))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("now + hours(n)", "world.now + hours(n)"),
        ("page[p.id]", "world.get(PageRow, page.id)"),
        ("page[ids]", "world.many(PageRow, ids)"),
        ("p.owner.name", "world.get(Person, page.owner_id).name"),
        ("p.assignee", "world.find(Person, page.assignee_id)"),
        ("p.assignee is None", "page.assignee_id is None"),
        ("p.assignee.name", "world.get(Person, known(page.assignee_id)).name"),
        (
            "p.assignee is not None and p.assignee.name == 'x'",
            'page.assignee_id is not None and world.get(Person, page.assignee_id).name == "x"',
        ),
        ("h is None or h.quota is None or n < h.quota", "person is None or person.quota is None or n < person.quota"),
        ("now - p.due_at", "world.now - known(page.due_at)"),
        ("0 < n", "n > 0"),
        ("p.locked == False", "not page.locked"),
        ("h == None", "person is None"),
        ("not (n == 1)", "n != 1"),
        ("p.tags + ['x']", '[*known(page.tags), "x"]'),
    ],
)
def test_an_expression_reads_as_python(expression: str, expected: str) -> None:
    assert python(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("len(page)", "len(world.all(PageRow))"),
        (
            "sum(c.score for c in comment if c.page_id == p.id and c.score > n)",
            "sum(c.score for c in world.all(Comment, page_id=page.id) if c.score > n)",
        ),
        ("len([c for c in comment if c.page_id == p.id])", "len(world.all(Comment, page_id=page.id))"),
        ("any(x.locked for x in page if not x.locked)", "any(x.locked for x in world.all(PageRow, locked=False))"),
        (
            "any(a.id < b.id for a in page for b in page if a.parent_id == b.id and a.locked)",
            "any(a.id < b.id for a in world.all(PageRow, locked=True) for b in world.all(PageRow, id=a.parent_id))",
        ),
        ("any(l.score > n for l in comment)", "any(comment.score > n for comment in world.all(Comment))"),
        ("max(x for x in [1, n])", "max([1, n])"),
    ],
)
def test_a_comprehension_asks_the_world_for_equal_columns(expression: str, expected: str) -> None:
    assert python(expression) == expected


def test_a_ref_followed_twice_is_looked_up_once() -> None:
    expected = (
        "any(author.quota == n for c in world.all(Comment) "
        'for author in [world.get(Person, c.author_id)] if author.kind == "bot")'
    )

    assert python("any(c.author.quota == n for c in comment if c.author.kind == 'bot')") == expected


def test_refs_of_two_loops_are_looked_up_under_two_names() -> None:
    written = python(
        "any(a.author.quota == b.author.quota and a.author.kind == b.author.kind for a in comment for b in comment)"
    )

    assert "for a_author in [world.get(Person, a.author_id)]" in written
    assert "for b_author in [world.get(Person, b.author_id)]" in written


def test_a_loop_variable_hides_no_local() -> None:
    outer = scope().bind("b", "comment", Type("row", "comment"))

    written = text(translate(parse("any(l.score > b.score for l in comment)"), outer))

    assert written == "any(other_comment.score > comment.score for other_comment in world.all(Comment))"


def test_a_loop_variable_hides_what_was_known_what_was_known_of_its_name() -> None:
    inner = scope().knowing(parse("p.due_at is not None"), holds=True)

    written = text(translate(parse("any(now > p.due_at for p in page)"), inner))

    assert written == "any(world.now > known(p.due_at) for p in world.all(PageRow))"


def test_a_generator_that_is_answered_becomes_a_list() -> None:
    assert text(materialised(parse("(x.title for x in page)"), scope())) == "[x.title for x in world.all(PageRow)]"


def test_a_sentence_becomes_an_f_string_with_times_on_the_wire_form() -> None:
    written = message("{p.title} at {now}, {{sic}}.", scope())

    assert text(written) == 'f"{page.title} at {world.now:%Y-%m-%dT%H:%M:%SZ}, {{sic}}."'


def test_a_sentence_without_holes_is_plain_text() -> None:
    assert isinstance(message("All {{set}}.", scope()), ast.Constant)


def test_a_value_named_like_an_entity_is_the_value_and_its_rows_are_still_the_rows() -> None:
    named = scope().bind("comment", "comment", Type("str"))

    assert text(translate(parse("comment + '!'"), named)) == 'comment + "!"'
    assert text(translate(parse("comment"), named)) == "comment"
    assert text(translate(parse("len(comment)"), named)) == "len(world.all(Comment))"
