import pytest

from generator.draft.lift import lift
from tests.generator.drafting import LEND_IN_PYTHON, LENDING


def test_a_body_in_python_says_what_the_blueprint_says() -> None:
    keys, faults = lift(LEND_IN_PYTHON)

    said = LENDING["tools"]["lend"]
    assert faults == ()
    assert keys["require"] == said["require"]
    assert keys["do"] == said["do"]
    assert keys["return"] == said["return"]
    assert set(keys["let"]) == set(said["let"])  # type: ignore[call-overload]


def test_conditions_deletions_and_additions_without_a_name_are_lifted() -> None:
    keys, faults = lift("if a > 1:\n    world.delete(r)\nelse:\n    world.add('loan', n=1)\n    pass\nif b:\n    pass")

    assert faults == ()
    assert keys["do"] == [
        {"when": "a > 1", "do": [{"delete": "r"}], "otherwise": [{"create": "loan", "set": {"n": "1"}}]},
        {"when": "b", "do": []},
    ]


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("x = (", 1, "not Python"),
        ("x = \0", 1, "not Python"),
        ("a = 1\na = 2", 2, "bound twice"),
        ("world.delete(r)\na = 1", 2, "before the first require"),
        ("require(x > 1, 'a')", 1, "require(condition, 'code', 'sentence"),
        ("require(x, 'a', f'no {x}')", 1, "no f-strings"),
        ("world.delete(r)\nrequire(x, 'a', 'b')", 2, "before the effects"),
        ("require(x, 'a', 'b')\nrequire(y, 'a', 'c')", 2, "two guards have the code a"),
        ("return x", 1, "return a dictionary"),
        ("return {x: 1}", 1, "texts in quotes"),
        ("return {'x': 1}\na = 1", 2, "nothing can follow"),
        ("while x:\n    pass", 1, "While has no place here"),
        ("import os", 1, "Import has no place here"),
        ("a = open('x')", 1, "open('x'): no function"),
        ("for a, b in c:\n    pass", 1, "For has no place here"),
        ("world.update(r)", 1, "no such call of world"),
        ("world.update(r, **x)", 1, "no such call of world"),
        ("world.add(loan)", 1, "no such call of world"),
        ("a = world.delete(r)", 1, "no such call of world"),
        ("world.drop(r)", 1, "no such call of world"),
    ],
)
def test_what_cannot_be_lifted_is_a_fault_with_its_line(body: str, line: int, message: str) -> None:
    _, faults = lift(body)

    assert any(fault.line == line and message in fault.message for fault in faults), faults
