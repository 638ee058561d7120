"""The stages of a draft: what each one answers, with the JSON schema cut from the blueprint's own types."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from chat.messages import Form, JsonSchema
from chat.prompt import Prompt
from generator.blueprint import ClockPart, EntityPart, ToolPart
from generator.finding import Finding

PROMPTS = Path(__file__).resolve().parent.parent / "prompts"

_LAW_WANTED = "needs an invariant"
"""How the audit says, at a column, that a law about it is missing."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Proposal(_Frozen):
    title: str
    summary: str
    clock: ClockPart
    entities: Mapping[str, str] = Field(description="each entity's name with one sentence")
    tools: Mapping[str, str] = Field(description="each tool's name with one sentence, rules included")
    policies: tuple[str, ...] = ()
    personas: tuple[str, ...] = ()


class _Entities(_Frozen):
    entities: Mapping[str, EntityPart]


class _DraftedTool(ToolPart):
    python: str = Field(default="", description="let, require, do and return, in the Python that can be lifted")


class _Tools(_Frozen):
    tools: Mapping[str, _DraftedTool]
    history: Mapping[str, int] = Field(default_factory=dict)


class _Laws(_Frozen):
    invariants: Mapping[str, str]
    conserved: Mapping[str, str] = Field(default_factory=dict)


class _Phrases(_Frozen):
    phrases: Mapping[str, tuple[str, ...]] = Field(description="for each tool, what users say, with {holes}")


@dataclass(frozen=True, slots=True)
class Stage:
    """One question to the model. `name` is also that of its prompt; `keys` are those of its answer."""

    name: str
    answer: type[BaseModel]

    @property
    def keys(self) -> frozenset[str]:
        """The keys of an answer."""
        return frozenset(self.answer.model_fields)

    @property
    def form(self) -> Form:
        """The form of an answer."""
        return Form(name=self.name, json_schema=_schema(self.answer))

    @property
    def prompt(self) -> Prompt:
        """What the model is asked."""
        return prompt(self.name)


PROPOSE = Stage("propose", _Proposal)
ENTITIES = Stage("entities", _Entities)
TOOLS = Stage("tools", _Tools)
INVARIANTS = Stage("invariants", _Laws)
PHRASES = Stage("phrases", _Phrases)
STAGES = (PROPOSE, ENTITIES, TOOLS, INVARIANTS, PHRASES)

_OWNERS = {
    "entities": ENTITIES,
    "tools": TOOLS,
    "history": TOOLS,
    "invariants": INVARIANTS,
    "conserved": INVARIANTS,
    "phrases": PHRASES,
} | dict.fromkeys(("title", "summary", "clock", "policies", "personas", "propose"), PROPOSE)


@cache
def prompt(name: str) -> Prompt:
    """Load a prompt of the generator."""
    return Prompt.load(PROMPTS / f"{name}.md")


@cache
def _schema(answer: type[BaseModel]) -> JsonSchema:
    return answer.model_json_schema(by_alias=True)


def owner(finding: Finding) -> Stage | None:
    """Return the stage that is asked to repair a finding: the tools if no other is nearer, none for the source."""
    if finding.path.startswith("source"):
        return None  # what was read, not what was written: no model can mend it
    if _LAW_WANTED in finding.message:
        return INVARIANTS
    first, _, rest = finding.path.partition(".")
    if first == "tools" and ".phrases" in rest:
        return PHRASES
    return _OWNERS.get(first.partition("[")[0], TOOLS)
