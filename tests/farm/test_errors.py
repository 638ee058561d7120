import pytest

from farm.errors import (
    AccessError,
    AnswerError,
    CapacityError,
    EpisodeClosedError,
    FarmError,
    UnknownNameError,
    leaves,
    status_error,
)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, AccessError),
        (403, AccessError),
        (404, UnknownNameError),
        (410, EpisodeClosedError),
        (429, CapacityError),
        (409, AnswerError),
        (500, AnswerError),
    ],
)
def test_a_status_becomes_a_named_error(status: int, kind: type[FarmError]) -> None:
    error = status_error(status, "http://farm/x", "No.")

    assert type(error) is kind
    assert str(error) == f"http://farm/x: No. (HTTP {status})"


def test_a_status_without_a_sentence_is_put_in_words() -> None:
    assert str(status_error(410, "http://farm/x", "")) == "http://farm/x: Gone (HTTP 410)"


def test_the_leaves_of_nested_groups_come_in_order() -> None:
    first, second = ValueError("first"), OSError("second")
    nested = BaseExceptionGroup("outer", [ExceptionGroup("inner", [first]), second])

    assert list(leaves(nested)) == [first, second]
    assert list(leaves(first)) == [first]
    assert list(leaves(None)) == []
