"""The words of the wire: what a caller asks of a tool, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]
"""Any JSON value."""

JsonObject = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One request to a tool of an environment (its slug), with JSON arguments."""

    environment: str
    tool: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class Observation:
    """What a tool call gave: structured content, or a refusal with its stable code and its sentence.

    `text` is what a language model reads. `code` is None exactly when the call succeeded.
    """

    text: str
    content: Json = None
    code: str | None = None

    @property
    def is_refused(self) -> bool:
        """Whether the tool answered with a refusal instead of a result."""
        return self.code is not None


@dataclass(frozen=True, slots=True)
class Step:
    """A tool call together with its observation; a trajectory is a tuple of steps."""

    call: ToolCall
    observation: Observation
