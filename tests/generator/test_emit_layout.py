import ast
import random
from pathlib import Path

import pytest

from generator.emit.layout import quote, statement, text
from tests.generator.emitting import complaints

_WORDS = ("booking", "flight", "customer", "ends_at", "starts_at", "quantity", "seats_left", "order_line", "status")


def test_constant_text_takes_the_quotes_that_need_no_escapes() -> None:
    assert [quote("plain"), quote('say "hi"'), quote("it's"), quote('it\'s "so"')] == [
        '"plain"',
        "'say \"hi\"'",
        '"it\'s"',
        '"it\'s \\"so\\""',
    ]


@pytest.mark.parametrize(
    "source",
    [
        "a + b * c - d",
        "(a + b) * c",
        "a - (b - c)",
        "not (a or b)",
        "(a and b) or c",
        "a if b else c if d else e",
        "(a if b else c) + d",
        "-(a + b)",
        "x not in (1,)",
        "[*a, b]",
        "f(key=1, **values)",
        '{"a": b}',
        "any(x for x in y if x)",
        "[x for x in (a if b else c)]",
        "Annotated[str | None, Field(ge=1)]",
        "0 <= a.b < c[d]",
    ],
)
def test_an_expression_keeps_its_meaning_and_needs_no_more_brackets(source: str) -> None:
    assert text(ast.parse(source, mode="eval").body) == source


def test_and_inside_or_is_bracketed() -> None:
    assert text(ast.parse("a and b or c", mode="eval").body) == "(a and b) or c"


def test_a_string_too_long_for_a_line_becomes_several() -> None:
    words = "word " * 40

    lines = statement("", ast.Call(ast.Name("f"), [ast.Constant(words), ast.Name("x")], []), indent=4)

    assert all(len(line) <= 120 for line in lines.splitlines())
    assert ast.literal_eval(ast.unparse(ast.parse(lines.strip()).body[0].value.args[0])) == words  # type: ignore[attr-defined]


def test_lines_break_where_ruff_breaks_them(tmp_path: Path) -> None:
    chance = random.Random(7)
    bodies = [_statement(chance) for _ in range(150)]

    for number, body in enumerate(bodies):
        (tmp_path / f"case_{number}.py").write_text(f"def f():\n{body}\n")

    assert complaints("ruff", "format", "--diff", "--isolated", "--line-length=120", str(tmp_path)) == ""


def _statement(chance: random.Random) -> str:
    head = chance.choice(("total = ", "return ", ""))
    if head:
        return statement(head, _expression(chance, chance.randint(2, 4)), indent=4)
    call = ast.Call(
        ast.Name("require"), [_expression(chance, 3), ast.Constant("sold_out"), ast.Constant("Sold out.")], []
    )
    return statement("", call, indent=4)


def _expression(chance: random.Random, depth: int) -> ast.expr:
    def deeper() -> ast.expr:
        return _expression(chance, depth - 1)

    if depth <= 0:
        return ast.Attribute(ast.Name(chance.choice(_WORDS)), chance.choice(_WORDS))
    match chance.randrange(7):
        case 0:
            return ast.BoolOp(chance.choice((ast.And(), ast.Or())), [deeper() for _ in range(chance.randint(2, 4))])
        case 1:
            return ast.BinOp(deeper(), chance.choice((ast.Add(), ast.Sub(), ast.Mult())), deeper())
        case 2:
            return ast.Compare(deeper(), [chance.choice((ast.Lt(), ast.Eq(), ast.In()))], [deeper()])
        case 3:
            return ast.IfExp(deeper(), deeper(), deeper())
        case 4:
            loop = ast.comprehension(ast.Name("x"), _lookup(chance, depth), [deeper()], 0)
            return ast.Call(ast.Name(chance.choice(("any", "sum"))), [ast.GeneratorExp(deeper(), [loop])], [])
        case 5:
            return _lookup(chance, depth)
        case _:
            return ast.UnaryOp(ast.Not(), deeper())


def _lookup(chance: random.Random, depth: int) -> ast.expr:
    words = chance.sample(_WORDS, chance.randint(0, 3))
    keywords = [ast.keyword(word, _expression(chance, depth - 2)) for word in words]
    return ast.Call(ast.Attribute(ast.Name("world"), "all"), [ast.Name("Flight")], keywords)
