import random

from sampler.words.haste import hasten


def test_haste_leaves_out_articles_but_not_those_of_quotes_and_names() -> None:
    text = 'the price of the booking "the one", and the copy of Letters from the Observatory'
    hastened = {hasten(text, random.Random(seed)) for seed in range(40)}

    assert 'price of booking "the one", and copy of Letters from the Observatory' in hastened
    assert all('"the one"' in each and "Letters from the Observatory" in each for each in hastened)
