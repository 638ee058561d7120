"""The loop of a draft: ask stage by stage, judge the whole, and ask again with the findings, for a bounded time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from chat.client import Chat
from chat.errors import ChatError
from chat.messages import ChatRequest, Message, Reply
from generator.audit import audit
from generator.blueprint import Blueprint
from generator.draft.material import Material
from generator.draft.merge import Raw, Subject, merge, read_answer
from generator.draft.stages import ENTITIES, INVARIANTS, PROPOSE, STAGES, TOOLS, Stage, owner, prompt
from generator.finding import Finding

_MOST_FINDINGS = 40
"""How many findings a model is told at once; the rest come up again if they are still there."""

Gate = Callable[[Blueprint], Awaitable[Sequence[Finding]]]
"""Says what keeps a blueprint that passes the audit from being admitted."""

Heard = Callable[[str, int, Reply], Awaitable[None]]
"""Awaited with each reply: the stage, how often it was asked before, and the reply, paid for now or earlier."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to draft, by which model. `rounds` bounds the repairs of each stage, and those of the whole."""

    subject: Subject
    material: Material
    model: str
    rounds: int = 3
    max_tokens: int = 16_000


@dataclass(frozen=True, slots=True)
class Attempt:
    """A blueprint as far as it got, and what is wrong with it. `is_sound`: the audit found nothing."""

    raw: Raw
    findings: tuple[Finding, ...]
    is_sound: bool

    @property
    def is_proven(self) -> bool:
        """Whether neither the audit nor the gate found anything."""
        return self.is_sound and not self.findings

    @property
    def rank(self) -> tuple[bool, int]:
        """Order attempts: the lowest is the best. What the audit finds weighs more than what the gate finds."""
        return (not self.is_sound, len(self.findings))


@dataclass(frozen=True, slots=True)
class Drafted:
    """The best attempt, how many answers it took, and the sentence of what stopped the draft before its end, if so."""

    subject: Subject
    attempt: Attempt
    answers: int
    stopped: str = ""


async def draft(order: Order, chat: Chat, gate: Gate, heard: Heard) -> Drafted:
    """Draft a blueprint. What a chat cannot answer or pay for ends the draft; the best attempt is kept all the same."""
    work = _Work(order, chat, gate, heard)
    stopped = ""
    try:
        await work.ask_all()
        await work.repair_whole()
    except ChatError as error:
        stopped = str(error)
    return Drafted(order.subject, work.best or work.audited(), sum(work.asked.values()), stopped)


@dataclass(slots=True)
class _Work:
    """The state of one draft: the newest answer of each stage, and the best attempt."""

    order: Order
    chat: Chat
    gate: Gate
    heard: Heard
    best: Attempt | None = None
    asked: dict[Stage, int] = field(default_factory=dict)
    _answers: dict[Stage, Raw] = field(default_factory=dict)
    _texts: dict[Stage, str] = field(default_factory=dict)
    _unread: dict[Stage, tuple[Finding, ...]] = field(default_factory=dict)

    async def ask_all(self) -> None:
        """Ask each stage, and again while its own part has findings."""
        for stage in STAGES:
            await self._ask(stage, ())
            for _ in range(self.order.rounds):
                findings = [finding for finding in self._found()[1] if owner(finding) is stage]
                if not findings:
                    break
                await self._ask(stage, findings)

    async def repair_whole(self) -> None:
        """Judge the whole, and ask the stages that its findings belong to, until there are none or rounds are over."""
        for rest in range(self.order.rounds, -1, -1):
            attempt = await self._judged()
            if self.best is None or attempt.rank < self.best.rank:
                self.best = attempt
            if not rest or not any(map(owner, attempt.findings)):
                return
            for stage in STAGES:
                findings = [finding for finding in attempt.findings if owner(finding) is stage]
                if findings:
                    await self._ask(stage, findings)

    def audited(self) -> Attempt:
        """Give what there is as an attempt, judged by the audit alone."""
        raw, findings = self._found()
        return Attempt(raw, findings, is_sound=False)

    async def _judged(self) -> Attempt:
        raw, findings = self._found()
        if findings:
            return Attempt(raw, findings, is_sound=False)
        return Attempt(raw, tuple(await self.gate(Blueprint.model_validate(raw))), is_sound=True)

    def _found(self) -> tuple[Raw, tuple[Finding, ...]]:
        raw, misfits = merge(self.order.subject, self._answers)
        unread = [finding for findings in self._unread.values() for finding in findings]
        return raw, (*unread, *misfits, *audit(raw, ""))

    async def _ask(self, stage: Stage, findings: Sequence[Finding]) -> None:
        given = self._inputs()
        words = stage.prompt.render({name: given[name] for name in stage.prompt.inputs})
        messages = [Message(role="system", text=prompt("language").render({})), Message(role="user", text=words)]
        if findings:
            listed = "\n".join(f"- {finding}" for finding in findings[:_MOST_FINDINGS])
            messages.append(Message(role="assistant", text=self._texts[stage]))
            messages.append(Message(role="user", text=prompt("repair").render({"findings": listed})))
        request = ChatRequest(
            model=self.order.model, messages=tuple(messages), form=stage.form, max_tokens=self.order.max_tokens
        )
        reply = await self.chat.ask(request)
        await self.heard(stage.name, self.asked.get(stage, 0), reply)
        self.asked[stage] = self.asked.get(stage, 0) + 1
        answer, self._unread[stage] = read_answer(stage, reply)
        self._texts[stage] = reply.text
        if answer or stage not in self._answers:
            self._answers[stage] = answer

    def _inputs(self) -> Mapping[str, str]:
        raw, _ = merge(self.order.subject, self._answers)
        proposal = self._answers.get(PROPOSE, {})
        plan = {key: proposal.get(key, {}) for key in ("title", "summary", "entities", "tools", "policies")}
        laws = self._answers.get(INVARIANTS, {})
        return {
            "title": self.order.material.title,
            "material": self.order.material.text,
            "plan": _json(plan),
            "entities": _json(self._answers.get(ENTITIES, {}).get("entities", {})),
            "tools": _json(raw["tools"] if TOOLS in self._answers else {}),
            "laws": _json(laws),
        }


def _json(value: object) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
