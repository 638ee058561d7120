import random

from sampler.facts import Asked, Output
from sampler.words.asking import ask
from sampler.words.naming import Namer
from tests.sampler.words.test_naming import namer


def asked(*names: str) -> list[Asked]:
    return [Asked(name, "int", Output(0, ()), 1, name, False) for name in names]


def said(place: str, manner: str, named: str | None, owner: str | None, *names: str) -> set[str]:
    found = set()
    for seed in range(40):
        each: Namer = namer(place, seed)
        each.voice.persona = each.voice.persona.model_copy(update={"manner": manner})
        each.voice.rng = random.Random(seed)
        rows = [lambda is_owner: owner if is_owner else named] * len(names)
        found.add(ask(each.voice, each, asked(*names), rows, is_first=True))
    return found


def test_no_question_is_about_the_price_of_it() -> None:
    for manner in ("plain", "brief", "polite", "chatty"):
        texts = said("travel/skyline_air", manner, "it", None, "fare.price", "fare.seats_left")

        assert not [text for text in texts if text.endswith((" of it", " of it.", " of it?", "of it, please."))]


def test_nothing_goes_on_where_nothing_was_said() -> None:
    for manner in ("plain", "brief", "polite", "chatty"):
        texts = said("travel/skyline_air", manner, "the fare", None, "fare.price")

        assert not [text for text in texts if text.lower().startswith(("and ", "also", "then", "oh, and"))]


def test_only_clauses_follow_words_that_want_them() -> None:
    texts = said("travel/kestrel_cars", "chatty", "the car", None, "car.plate")

    assert not [text for text in texts if "wondering the" in text or "curious the" in text or "idea the" in text]
