"""A scripted model that puts queries into other words, well or badly."""

import json
import re
from collections.abc import Callable, Sequence

from sampler.task import Task
from tests.chat.scripted import Body, Move, Script, good

Reword = Callable[[str], str]


def queries_of(body: Body) -> list[str]:
    """Read the queries out of what a model is asked."""
    found = re.search(r"^\[.*\]$", body["messages"][0]["content"], re.MULTILINE)
    assert found, "a prompt has the queries on a line of their own"
    return list(json.loads(found[0]))


def thankful(query: str) -> str:
    """Put a query otherwise, with all of its facts, so that a reader of our own understands it."""
    return f"{query.rstrip('.')}. Thank you."


def roundabout(query: str) -> str:
    """Put a query otherwise, with all of its facts, as our reader does not expect it."""
    return f"there is this thing bothering us, namely {query}"


def forgetful(query: str) -> str:
    """Leave out every name and number of a query."""
    return " ".join(word for word in query.split() if word.isalpha() and word.islower()) or "please"


def inventive(query: str) -> str:
    """Add a fact."""
    return f"{query.rstrip('.')}. It is for Zebulon Quux by Friday."


def by(reword: Reword, *others: Reword) -> Script:
    """Answer the first time a task is asked about with the first wording, then with the next, and so on."""
    asked: dict[str, int] = {}

    def script(body: Body, number: int) -> Move:
        said = queries_of(body)
        tries = asked[said[0]] = asked.get(said[0], 0) + 1
        word = [reword, *others][min(tries, 1 + len(others)) - 1]
        return good({"queries": [word(query) for query in said]})

    return script


def queries(task: Task) -> Sequence[str]:
    return [turn.query for turn in task.turns]
