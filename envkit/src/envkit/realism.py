"""Realism: profiles that make a world behave as services do, with calls that fail, limits, short pages and latency."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

ProfileName = Literal["faults", "limits", "pages", "latency", "rough"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Faults(_Frozen):
    """A `share` of the calls is refused as unavailable, but no tool's more than `in_a_row` times in a row."""

    share: float = Field(gt=0, lt=1)
    in_a_row: int = Field(default=2, ge=1, le=10)


class RateLimit(_Frozen):
    """After so many `calls` that were let through the next ones are refused, `refused` of them."""

    calls: int = Field(ge=1, le=10_000)
    refused: int = Field(default=2, ge=1, le=100)


class Latency(_Frozen):
    """How long an answer is held back, drawn evenly, in real milliseconds."""

    least_ms: int = Field(default=0, ge=0)
    most_ms: int = Field(ge=1, le=10_000)

    @model_validator(mode="after")
    def _in_order(self) -> Latency:
        if self.least_ms > self.most_ms:
            raise ValueError(f"least_ms {self.least_ms} is above most_ms {self.most_ms}")
        return self


class Realism(_Frozen):
    """A profile: what befalls the calls of an episode; what is None does not. List tools answer at most `page_rows`."""

    faults: Faults | None = None
    rate_limit: RateLimit | None = None
    page_rows: int | None = Field(default=None, ge=1, le=100)
    latency: Latency | None = None


PROFILES: Mapping[ProfileName, Realism] = MappingProxyType(
    {
        "faults": Realism(faults=Faults(share=0.2)),
        "limits": Realism(rate_limit=RateLimit(calls=5)),
        "pages": Realism(page_rows=5),
        "latency": Realism(latency=Latency(least_ms=50, most_ms=500)),
        "rough": Realism(faults=Faults(share=0.2), rate_limit=RateLimit(calls=6), page_rows=10),
    }
)
"""The profiles that have a name. Numbers are compared by these names, so a change here is a new version of a suite."""
