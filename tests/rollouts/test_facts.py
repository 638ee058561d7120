"""Whatever the facts are, an answer that states just them passes."""

import string
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from envkit.clock import to_wire
from rollouts.episode import PlayedStep, Turn
from rollouts.facts import judge
from sampler.task import Fact

NAMES = st.sampled_from(
    ["order.status", "total", "market_2.march", "no_show", "seats.left_at", "may", "usd.rate", "one"]
)
PRINTABLE = st.text(string.ascii_letters + string.digits + " .,-'&/()@#+:", min_size=3, max_size=24).map(str.strip)
STRINGS = PRINTABLE.filter(lambda text: any(each.isalpha() for each in text) and not text.endswith((".", "-", "@")))
TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda each: to_wire(each.replace(tzinfo=UTC)))


def facts() -> st.SearchStrategy[Fact]:
    numbers = st.integers(-(10**7), 10**7)
    return st.one_of(
        st.builds(lambda n, v: Fact(name=n, value=v, type="int", text=str(v)), NAMES, numbers),
        st.builds(lambda n, v: Fact(name=n, value=v, type="money", text=str(v)), NAMES, numbers),
        st.builds(lambda n, v: Fact(name=n, value=v, type="time", text=v), NAMES, TIMES),
        st.builds(lambda n, v: Fact(name=n, value=v, type="str", text=v), NAMES, STRINGS),
        st.builds(lambda n, v: Fact(name=n, value=v, type="bool", text="yes" if v else "no"), NAMES, st.booleans()),
    )


@given(wanted=st.lists(facts(), min_size=1, max_size=4), others=st.lists(facts(), max_size=8))
@settings(max_examples=400, deadline=None)
def test_an_answer_that_states_just_the_facts_passes(wanted: list[Fact], others: list[Fact]) -> None:
    content = [{fact.name.rpartition(".")[2]: fact.value} for fact in (*wanted, *others)]
    step = PlayedStep(environment="air", tool="look", arguments={}, content=content)
    answer = "\n".join(f"{fact.name}: {fact.text}" for fact in wanted)

    assert judge(wanted, [Turn(query="Tell me.", steps=(step,), answer=answer)], {}) == ()


@given(wanted=facts().filter(lambda fact: fact.type != "bool"))
@settings(max_examples=200, deadline=None)
def test_an_answer_that_states_nothing_fails(wanted: Fact) -> None:
    step = PlayedStep(environment="air", tool="look", arguments={}, content={"x": wanted.value})
    answer = "I could not find that, sorry."

    assert judge([wanted], [Turn(query="Tell me.", steps=(step,), answer=answer)], {}) != ()
