"""Check 6: each declared guard refuses with its code and a sentence, and leaves the world untouched."""

from __future__ import annotations

import re
from collections.abc import Sequence

from envkit.errors import KIT_CODES
from envkit.manifest import Manifest, RefusalSpec, ToolSpec
from registry.checks.check import Check, Outcome
from registry.checks.effects import NO_ORACLE
from registry.checks.recording import Played
from registry.checks.replay import divergence
from registry.checks.subject import Subject
from registry.report import Finding

NAME = "refusals"


async def ask(subject: Subject) -> Outcome:
    """Compare each refusal case with the oracle's word, and look for a case of every guard."""
    if subject.cases is None:
        return Outcome(reason=NO_ORACLE)
    plays = [played for played in subject.plays if played.case.about == "refusal"]
    findings = [finding for played in plays if (finding := _judge(played, subject.manifest)) is not None]
    findings += _unguarded(subject.manifest, plays)
    return Outcome(tuple(findings), len(plays), sum(len(played.seen) for played in plays))


def _judge(played: Played, manifest: Manifest) -> Finding | None:
    diverged = divergence(NAME, played)
    if diverged is not None:
        return diverged
    last = played.seen[-1]
    tool, text = last.call.tool, last.observation.text
    if last.is_touched:
        sentence = f"{tool} refuses with {last.observation.code} but changes the world (case {played.case.name})."
        return last.trail.finding(NAME, tool, sentence, expected={}, actual=last.diff.to_json())
    template = _template(manifest.tool(tool), last.observation.code)
    if not says(text, last.observation.code or "", template):
        sentence = (
            f"{tool} refuses with {last.observation.code} but not in the declared words (case {played.case.name})."
        )
        return last.trail.finding(NAME, tool, sentence, expected=template, actual=text)
    return None


def says(text: str, code: str, template: str) -> bool:
    """Return whether a refusal's text is its code and a sentence of the declared form (`{holes}` are filled)."""
    head, _, sentence = text.partition(": ")
    if head != code or len(sentence.split()) < 2:
        return False
    if not template:
        return True
    literal = [re.escape(part) for part in re.split(r"\{[^{}]*\}", template)]
    return re.fullmatch(".*".join(literal), sentence, re.DOTALL) is not None


def _template(tool: ToolSpec, code: str | None) -> str:
    return next((refusal.message for refusal in declared_guards(tool) if refusal.code == code), "")


def _unguarded(manifest: Manifest, plays: Sequence[Played]) -> list[Finding]:
    proven = {(played.case.tool, played.case.steps[-1].expect.code) for played in plays}
    return [
        Finding(check=NAME, tool=tool.name, sentence=f"{tool.name}: no case fires its guard {refusal.code}.")
        for tool in manifest.tools
        for refusal in declared_guards(tool)
        if (tool.name, refusal.code) not in proven
    ]


def declared_guards(tool: ToolSpec) -> tuple[RefusalSpec, ...]:
    """Return the guards a tool's author declared; the kit's own refusals are proven by bad input."""
    return tuple(refusal for refusal in tool.refusals if refusal.code not in KIT_CODES)


CHECK = Check(6, NAME, "each guard refuses with its code and a sentence and changes nothing", "judge", ask)
