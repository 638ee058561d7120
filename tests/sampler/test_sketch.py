import pytest

from sampler.sketch import Sketch


def test_small_sets_are_counted_exactly_however_often_a_member_comes() -> None:
    sketch = Sketch()

    for member in "abcabcabc":
        sketch.add(member)

    assert sketch.count == 3
    assert sketch.likeness(Sketch("cab")) == 1.0
    assert sketch.likeness(Sketch("abde")) == 2 / 5


def test_large_sets_are_counted_within_a_few_percent() -> None:
    sketch = Sketch(kept=4096)

    for number in range(100_000):
        sketch.add(str(number))

    assert sketch.count == pytest.approx(100_000, rel=0.05)


def test_the_likeness_of_large_sets_is_an_estimate() -> None:
    some, others = Sketch(map(str, range(3000)), kept=1024), Sketch(map(str, range(1000, 4000)), kept=1024)

    assert some.likeness(others) == pytest.approx(0.5, abs=0.06)
    assert Sketch().likeness(Sketch()) == 1.0
