import pytest

from chat.client import only_model
from chat.errors import EndpointError
from tests.chat.scripted import good, in_turn, scripted


def test_the_one_model_that_is_served_is_named() -> None:
    with scripted(in_turn(good("")), models=("Qwen/Qwen3-4B",)) as server:
        assert only_model(server.url, "secret") == "Qwen/Qwen3-4B"

    assert server.keys == ["Bearer secret"]


@pytest.mark.parametrize(
    ("models", "told"),
    [
        ((), "expected one model, it lists 0 (none); give the name"),
        (("b", "a"), "expected one model, it lists 2 (a, b); give the name"),
        (tuple("gfedcba"), "expected one model, it lists 7 (a, b, c, d, e, ...); give the name"),
    ],
)
def test_where_not_just_one_is_served_a_name_is_wanted(models: tuple[str, ...], told: str) -> None:
    with scripted(in_turn(good("")), models=models) as server, pytest.raises(EndpointError) as caught:
        only_model(server.url)

    assert str(caught.value) == f"{server.url}: {told}"


def test_an_endpoint_that_does_not_answer_is_told_so() -> None:
    with scripted(in_turn(good(""))) as server:
        url = server.url

    with pytest.raises(EndpointError, match=r"which model it serves could not be asked: .+; give its name, too$"):
        only_model(url)
