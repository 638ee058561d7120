import random
from collections.abc import Sequence

import pytest

from envkit.calls import Json, Observation, ToolCall
from farm.link import Tool
from rollouts.policy import Move
from training.tiny.tokens import (
    END,
    REFUSED,
    SYMBOLS,
    Lexicon,
    LexiconFullError,
    decode,
    encode_answer,
    encode_call,
    encode_observation,
    encode_prompt,
    is_sayable,
)


def tool(name: str, title: str, **properties: Json) -> Tool:
    return Tool(name, "It does.", {"type": "object", "properties": properties}, None, {"title": title})


TOOLS = (
    tool("rahabo", "List rocket", span={"type": "string"}, limit={"type": "integer"}),
    tool("wolupo", "Update rocket", rocket_id={"type": "string"}, mass={"anyOf": [{"type": "integer"}]}),
)
QUERY = 'Please update rocket with these details: rocket: the rocket whose span is "KK-560"; mass: 7.'


def begun(seed: int = 0) -> Lexicon:
    lexicon = Lexicon(random.Random(seed))
    encode_prompt(TOOLS, QUERY, lexicon)
    return lexicon


def words(tokens: Sequence[int], lexicon: Lexicon) -> list[str]:
    return [lexicon.text(token) for token in tokens]


def test_a_call_that_is_written_is_read_as_it_was() -> None:
    lexicon = begun()
    tokens = encode_call(TOOLS[1], {"rocket_id": "roq_1a2b3c", "mass": 7}, lexicon)

    assert words(tokens, lexicon)[1:5] == ["update", "rocket", "wolupo", "rocket"]
    assert decode(tokens, "pad", TOOLS, lexicon) == Move(
        (ToolCall("pad", "wolupo", {"rocket_id": "roq_1a2b3c", "mass": 7}),)
    )


def test_an_answer_states_its_values_and_one_without_says_that_it_is_done() -> None:
    lexicon = begun()

    assert decode(encode_answer(["731", "humble"], lexicon), "pad", TOOLS, lexicon) == Move(answer="731; humble")
    assert decode(encode_answer([], lexicon), "pad", TOOLS, lexicon) == Move(answer="Done.")


def test_a_move_that_is_wrong_in_form_ends_the_episode() -> None:
    lexicon = begun()
    call = encode_call(TOOLS[1], {"mass": 7}, lexicon)
    wrong = [call[:-1], [*call[:-2], END], [call[0], lexicon.code("update"), END], [END], []]

    assert [decode(tokens, "pad", TOOLS, lexicon).stop for tokens in wrong] == ["tokens"] * len(wrong)


def test_words_of_the_environment_are_other_symbols_in_another_episode() -> None:
    first, second = begun(0), begun(1)
    names = ("rahabo", "wolupo", "rocket", "span", "KK-560")

    assert [first.code(name) for name in names] != [second.code(name) for name in names]
    assert first.code("update") == second.code("update")


def test_rows_are_encoded_column_by_column_wherever_they_stand() -> None:
    lexicon = begun()
    row = {"id": "roq_1", "paddle_id": "pad_2", "mass": 7, "note": None}
    told = ["<row>", "id", "roq_1", "paddle", "pad_2", "mass", "7"]

    for content in ({"items": [row], "total": 1}, {"rocket": row}, row):
        assert words(encode_observation(Observation("", content), lexicon), lexicon) == told
    assert encode_observation(Observation("", {"items": []}), lexicon) == []
    assert encode_observation(Observation("no_room: full", code="no_room"), lexicon) == [REFUSED]


def test_an_episode_has_room_for_so_many_words_and_no_more() -> None:
    lexicon = Lexicon(random.Random(0))
    for number in range(SYMBOLS):
        lexicon.code(f"word-{number}")

    with pytest.raises(LexiconFullError, match=str(SYMBOLS)):
        lexicon.code("one more")


@pytest.mark.parametrize(
    ("plain", "is_small"),
    [
        (QUERY, True),
        ("Look up the rocket whose span is KK-560. Tell me the rocket's mass.", True),
        ("Please update rocket with these details: rocket: the rocket with the highest mass; mass: 7.", False),
        ('Please only if the span of the rocket whose mass is 7 is "KK-560", update rocket.', False),
    ],
)
def test_requests_that_compare_or_count_are_beyond_the_small_grammar(plain: str, is_small: bool) -> None:
    assert is_sayable(plain, ["rocket", "span", "mass"]) is is_small
