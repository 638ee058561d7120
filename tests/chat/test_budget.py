import pytest

from chat.budget import Budget, BudgetError, Prices, estimate, tokens_of
from chat.messages import ChatRequest, Message, Usage

REQUEST = ChatRequest(model="m", messages=(Message(role="user", text="x" * 300),), max_tokens=100)


def test_prices_are_rounded_up_to_a_millionth() -> None:
    assert Prices(prompt=0.1, completion=0.2).micros(Usage(prompt_tokens=3, completion_tokens=4)) == 2


def test_an_estimate_holds_the_longest_answer() -> None:
    assert estimate(REQUEST).completion_tokens == 100
    assert estimate(REQUEST).prompt_tokens > tokens_of("x" * 300) == 100


def test_what_is_held_counts_until_it_is_let_go() -> None:
    budget = Budget(Prices(), tokens=400)

    with budget.held(REQUEST), pytest.raises(BudgetError), budget.held(REQUEST):
        pass
    with budget.held(REQUEST):
        budget.spend(Usage(prompt_tokens=10, completion_tokens=10))

    assert budget.spent_tokens == 20


def test_a_budget_in_money_says_what_is_left() -> None:
    budget = Budget(Prices(prompt=1000, completion=1000), money=0.5)
    budget.spend(Usage(prompt_tokens=200, completion_tokens=200))

    with pytest.raises(BudgetError, match=r"budget of 0\.5 in money ends here: 0\.4 is spent"), budget.held(REQUEST):
        pass


def test_without_a_bound_nothing_stops() -> None:
    budget = Budget(Prices(prompt=1e6, completion=1e6))

    with budget.held(REQUEST):
        assert budget.spend(Usage(prompt_tokens=10**6, completion_tokens=0)) == 10**12
