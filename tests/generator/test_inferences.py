"""The compiler against labels made by hand; those of documents that no package brings are measured by the benchmark."""

from functools import lru_cache

import pytest

from benchmarks.inference import NPM, Inference, agreed, inferences, labels


@lru_cache
def found(api: str) -> tuple[Inference, ...]:
    return tuple(inferences(api, api, labels()[api]))


APIS = [api for api in labels() if not api.startswith(NPM)]


def test_two_hundred_inferences_of_eight_apis_are_labelled() -> None:
    assert len(labels()) == 8
    assert sum(len(part) for api in labels().values() for part in api.values()) == 200


@pytest.mark.parametrize("api", APIS)
def test_each_label_is_about_something_in_the_document(api: str) -> None:
    assert [one.name for one in found(api) if not one.inferred] == []


def test_nine_in_ten_inferences_are_right() -> None:
    made = [one for api in APIS for one in found(api)]

    assert len(made) > 100
    assert sum(map(agreed, made)) >= 0.9 * len(made)


def test_a_label_without_generated_does_not_ask_who_sets_the_column() -> None:
    one = Inference("api", "columns", "Row.at", "time", "generated time")

    assert agreed(one)
    assert not agreed(Inference("api", "columns", "Row.at", "generated time", "time"))
    assert agreed(Inference("api", "columns", "Row.at", "none | time", "none"))
