import random
import re
from collections.abc import Mapping

import pytest

from envkit.manifest import Manifest
from farm.farm import Farm
from sampler.graph import ToolGraph
from sampler.shape import Shape
from sampler.state import WorldState, read_states
from sampler.uses import Uses
from sampler.walk import Walked, walk
from sampler.words.calibrate import TRIES, Calibrated, calibrate
from sampler.words.english import being, enum_words, label
from sampler.words.lexicon import Lexicon
from sampler.words.noise import slip
from sampler.words.tokens import tokenise

ID, SNAKE = re.compile(r"\b[a-z]{3}_[0-9a-z]{6}\b"), re.compile(r"\b[a-z]+_[a-z_]+\b")


@pytest.fixture
async def walks(
    farm: Farm, air_graph: ToolGraph, manifests: Mapping[str, Manifest]
) -> list[tuple[Walked, Mapping[str, WorldState]]]:
    found = []
    for seed in range(1, 7):
        async with await farm.open(["tiny_air"], seed=seed) as session:
            states = await read_states(session, air_graph.manifests)
            shape = Shape("act_and_answer", 2)
            found.append((await walk(session, air_graph, seed, Uses(), shape, {}, {}, {}), states))
    return found


def told(walked: Walked, states: Mapping[str, WorldState], seed: int, level: int = 0) -> Calibrated:
    lexicons = {name: Lexicon(state.manifest) for name, state in states.items()}
    return calibrate([turn.wishes for turn in walked.turns], states, lexicons, random.Random(seed), level=level)


async def test_words_are_a_function_of_meaning_and_seed(walks: list[tuple[Walked, Mapping[str, WorldState]]]) -> None:
    for walked, states in walks:
        assert told(walked, states, 4) == told(walked, states, 4)
    assert len({told(*walks[0], seed).queries for seed in range(8)}) > 6


@pytest.mark.parametrize("level", [level for level, _ in TRIES])
async def test_words_hold_no_ids_and_no_names_of_code(
    walks: list[tuple[Walked, Mapping[str, WorldState]]], level: int
) -> None:
    for walked, states in walks:
        for query in told(walked, states, 2, level).queries:
            assert not ID.search(query), query
            assert not SNAKE.search(re.sub(r'"[^"]*"|\S+@\S+', "", query)), query


@pytest.mark.parametrize(
    ("name", "words"),
    [("duration_minutes", "duration in minutes"), ("seats_left", "remaining seats"), ("customer_id", "customer")],
)
def test_columns_have_labels(name: str, words: str) -> None:
    assert label(name) == words


def test_columns_of_true_and_false_say_something_of_a_row() -> None:
    assert being("is_barred") == ("is barred", "is # barred", "is not barred")
    assert being("has_hold") == ("has a hold", "does # have a hold", "has no hold")
    assert being("needs_smart") == ("needs smart", "does # need smart", "does not need smart")


def test_values_of_lists_are_words() -> None:
    assert [enum_words(value) for value in ("no_show", "needsAction", "OSL")] == ["no show", "needs action", "OSL"]


def test_one_slip_leaves_facts_and_quotes_alone() -> None:
    text = 'please cancel "please cancel" for Cancel@example.com at 12:30 today if you can'

    slipped = {slip(text, random.Random(seed), 1.0, {"please", "cancel"}) for seed in range(20)}

    assert text not in slipped
    assert all('"please cancel" for Cancel@example.com at 12:30 today if you can' in each for each in slipped)
    assert all(sum(a != b for a, b in zip(each.split(), text.split(), strict=True)) == 1 for each in slipped)


def test_short_messages_have_no_slips_and_no_slip_may_be_another_word() -> None:
    assert slip("please cancel it", random.Random(1), 1.0, {"please", "cancel"}) == "please cancel it"
    text = "please note the charge of the charger that I had on Monday"

    slipped = {slip(text, random.Random(seed), 1.0, {"charge", "charger"}) for seed in range(40)}

    assert not {"charger", "chargee"} & {word for each in slipped for word in each.split()[3:4]}


def test_possessives_and_addresses_are_tokens_of_their_own() -> None:
    kinds = [(token.kind, token.low) for token in tokenise("""Reyes' and Mei's "a b" a.b@c.org at 10:00""")]

    assert kinds == [
        ("word", "reyes"), ("own", "'s"), ("word", "and"), ("word", "mei"), ("own", "'s"), ("quote", "a b"),
        ("email", "a.b@c.org"), ("word", "at"), ("clock", "10:00"),
    ]  # fmt: skip
