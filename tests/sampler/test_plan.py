import pytest

from sampler.plan import Choice, Fixed, Output, Several, at, resolve, spread

CONTENT = {"items": [{"id": "a", "notes": [{"id": "n"}]}, {"id": "b", "notes": []}], "total": 2}


def test_arguments_resolve_from_earlier_outputs_and_fixed_values() -> None:
    bindings = {
        "one": Output(0, "items[1].id"),
        "two": Fixed(3),
        "many": Several((Output(0, "items[0].id"), Fixed("z"))),
    }

    arguments = resolve(Choice("env", "tool", bindings), [CONTENT])

    assert arguments == {"one": "b", "two": 3, "many": ["a", "z"]}


@pytest.mark.parametrize("path", ["items[2].id", "items[0].name", "total.id", "total[0]"])
def test_a_missing_output_is_a_lookup_error(path: str) -> None:
    with pytest.raises(LookupError):
        at(CONTENT, path)


def test_the_empty_path_is_the_whole() -> None:
    assert at(CONTENT, "") is CONTENT


def test_an_open_path_spreads_over_lists_in_order() -> None:
    assert spread(CONTENT, "items[].id") == (("items[0].id", "a"), ("items[1].id", "b"))
    assert spread(CONTENT, "items[].notes[].id") == (("items[0].notes[0].id", "n"),)
    assert spread(["x", "y"], "[]") == (("[0]", "x"), ("[1]", "y"))


def test_a_path_that_leads_nowhere_spreads_to_nothing() -> None:
    assert spread(CONTENT, "rows[].id") == ()
    assert spread(CONTENT, "total[].id") == ()
    assert spread(CONTENT, "items[].name") == ()
