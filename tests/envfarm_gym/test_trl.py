"""The classes that TRL is given; that TRL takes them is shown by tests/proofs/test_adapters.py."""

import asyncio
import inspect
from typing import Any, Literal, get_type_hints

from envfarm_gym import Gym
from envfarm_gym.client import OVER
from envfarm_gym.talk import TALK
from envfarm_gym.trl import FarmEnvironment, _class, environments, reward, rows
from rollouts.policy import answer_of
from sampler.task import Task

TOOL = {
    "type": "function",
    "function": {
        "name": "book",
        "description": "Book a seat.\nReturns: the booking.",
        "parameters": {
            "type": "object",
            "properties": {
                "class": {"type": "string", "enum": ["a", "b"], "description": "Which\nclass."},
                "seats": {"type": "array", "items": {"type": "integer"}},
                "note": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
                "count": {"type": "integer", "minimum": 1},
            },
            "required": ["class", "count"],
        },
    },
}


def test_a_tool_becomes_a_method_that_transformers_can_describe() -> None:
    book: Any = _class("air", [TOOL]).book  # type: ignore[attr-defined]  # made of the tool
    signature = inspect.signature(book)

    assert [*signature.parameters] == ["self", "class_", "seats", "note", "count"]
    hints = get_type_hints(book)
    assert hints == {"class_": Literal["a", "b"], "seats": list[int], "note": str | None, "count": int}
    assert signature.parameters["count"].default is inspect.Parameter.empty
    assert signature.parameters["note"].default is None
    assert inspect.getdoc(book) == (
        "Book a seat. Returns : the booking.\n\nArgs:\n"
        "    class_: Which class.\n    seats: seats\n    note: note\n"
        '    count: count (JSON schema: {"minimum": 1})'
    )


async def test_a_rollout_is_played_by_methods_and_paid_for_its_last_words(url: str, booking: Task) -> None:
    def play() -> list[float | None]:
        gym = Gym(url)
        tasks = [task for task in gym.tasks() if task.task == booking.id]
        (row,) = rows(tasks)
        environment = environments(gym, tasks)[row["environment"]]()
        environment.reset(**{name: each for name, each in row.items() if name != "environment"})
        for step in booking.truth.trajectory:
            getattr(environment, f"{step.environment}_{step.tool}")(**step.arguments)
        return reward([[{"role": "assistant", "content": answer_of(booking, 0)}]], [environment])

    assert await asyncio.to_thread(play) == [1.0]


async def test_a_policy_talks_by_a_tool_where_several_things_are_asked(url: str, reading: Task) -> None:
    def play() -> tuple[str, list[float | None]]:
        gym = Gym(url)
        tasks = [task for task in gym.tasks() if task.task == reading.id]
        environment = environments(gym, tasks)[rows(tasks)[0]["environment"]]()
        environment.reset(reading.id)
        search = reading.truth.trajectory[0]
        environment.tiny_air_search_flights(**search.arguments)  # type: ignore[attr-defined]
        said = getattr(environment, TALK["name"])(text="TA103")
        environment.tiny_air_search_flights(**search.arguments)  # type: ignore[attr-defined]
        return said, reward([[{"role": "assistant", "content": "51.00"}]], [environment])

    assert await asyncio.to_thread(play) == (reading.turns[1].query, [1.0])


async def test_what_could_not_be_scored_is_none_and_says_so_to_the_policy(late_url: str, reading: Task) -> None:
    def play() -> tuple[str, list[float | None]]:
        gym = Gym(late_url)
        environment = environments(gym, gym.tasks())["tiny_air+talk"]()
        environment.reset(reading.id)
        seen = environment.tiny_air_search_flights(origin="OSL")  # type: ignore[attr-defined]  # made of the tool
        return seen, reward([[{"role": "assistant", "content": "?"}]], [environment])

    assert await asyncio.to_thread(play) == (OVER, [None])


async def test_a_rollout_that_was_cut_off_is_scored_by_what_it_did(url: str, booking: Task) -> None:
    def play() -> list[float | None]:
        gym = Gym(url)
        environment = FarmEnvironment(gym, "trl")
        environment.reset(booking.id)
        return reward([[{"role": "tool", "name": "x", "content": "too long"}]], [environment])

    assert await asyncio.to_thread(play) == [0.0]
