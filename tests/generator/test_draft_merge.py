from typing import Any

import pytest

from chat.messages import Finish, Reply, Usage
from envkit.manifest import Source
from generator.audit import audit
from generator.blueprint import Blueprint
from generator.draft.merge import Subject, merge, read_answer
from generator.draft.stages import ENTITIES, INVARIANTS, PHRASES, PROPOSE, STAGES, TOOLS, owner
from generator.finding import Finding
from tests.generator.drafting import LENDING, answers

SUBJECT = Subject("lending_desk", "lending", Source(title="A desk"))


def reply(text: str, finish: Finish = "stop") -> Reply:
    return Reply(request="r", model="m", text=text, finish=finish, usage=Usage(prompt_tokens=1, completion_tokens=9))


def merged(**changed: dict[str, Any]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    return merge(SUBJECT, {stage: {**answers()[stage.name], **changed.get(stage.name, {})} for stage in STAGES})


def test_good_answers_make_the_blueprint_they_were_taken_from() -> None:
    raw, findings = merged()

    assert findings == ()
    assert audit(raw, "") == ()
    drafted, written = Blueprint.model_validate(raw), Blueprint.model_validate({**LENDING, "domain": "lending"})
    assert drafted.entities == written.entities
    assert drafted.source == (SUBJECT.source,)
    assert drafted.tools["lend"].do == written.tools["lend"].do
    assert drafted.tools["lend"].phrases == ("lend {item_id} to {borrower}",)


@pytest.mark.parametrize(
    ("text", "finish", "message"),
    [
        ('{"entities": {"it', "stop", "expected one JSON object, got none"),
        ("[]", "stop", "expected one JSON object, got list"),
        ("{}", "stop", '"entities" is missing'),
        ('{"entities": {}, "tools": {}}', "stop", 'unknown key "tools"'),
        ('{"entities":', "length", "cut short at 9 tokens"),
        ("No.", "refusal", "declined"),
        ("", "content_filter", "declined"),
    ],
)
def test_an_answer_that_cannot_be_read_is_a_finding_of_its_stage(text: str, finish: Finish, message: str) -> None:
    _, (finding, *_rest) = read_answer(ENTITIES, reply(text, finish))

    assert message in finding.message
    assert owner(finding) is ENTITIES


def test_an_answer_in_a_fence_is_read() -> None:
    assert read_answer(ENTITIES, reply('```json\n{"entities": {}}\n```')) == ({"entities": {}}, ())


@pytest.mark.parametrize(
    ("python", "message"),
    [(7, "expected text, got int"), ("while x: pass", "line 1: "), ("a = 1", "says what let say")],
)
def test_a_body_that_cannot_be_lifted_is_found_at_its_tool(python: object, message: str) -> None:
    tool = {"doc": "x", "python": python, **({"let": {"b": "1"}} if python == "a = 1" else {})}

    raw, (finding,) = merged(tools={"tools": {"odd": tool}}, phrases={"phrases": {}})

    assert message in finding.message
    assert finding.path == "tools.odd.python"
    assert "python" not in raw["tools"]["odd"]


def test_phrases_and_tools_of_no_use_are_found_or_left_to_the_audit() -> None:
    assert owner(merged(phrases={"phrases": {"fly": ["up"]}})[1][0]) is PHRASES
    assert owner(merged(phrases={"phrases": []})[1][0]) is PHRASES
    assert merged(tools={"tools": []})[0]["tools"] == []
    assert merged(tools={"tools": {"wait": {"doc": "x", "python": " "}}}, phrases={"phrases": {}})[1] == ()


def test_a_law_that_is_missing_is_asked_of_the_laws() -> None:
    raw, _ = merged(invariants={"invariants": {}})

    assert {owner(finding) for finding in audit(raw, "")} == {INVARIANTS}


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("clock.start", PROPOSE),
        ("tools.lend.phrases[0]", PHRASES),
        ("tools.lend.do[0]", TOOLS),
        ("history.lend", TOOLS),
    ],
)
def test_a_finding_goes_to_the_stage_that_wrote_its_place(path: str, stage: object) -> None:
    assert owner(Finding(path, "odd")) is stage


def test_a_finding_about_the_source_is_nobodys() -> None:
    assert owner(Finding("source", "no licence")) is None


def test_each_stage_has_a_prompt_and_a_schema_with_its_keys() -> None:
    for stage in STAGES:
        assert stage.prompt.text
        assert set(stage.form.json_schema["properties"]) == stage.keys
