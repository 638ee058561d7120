import json
from pathlib import Path

import pytest

from evaluation.metrics import read_metrics
from tests.chat.scripted import Body, Move, broken, good, scripted, status
from tests.cli.conftest import Envfarm


def test_evaluate_writes_the_numbers_it_prints(tasks: Path, envfarm: Envfarm) -> None:
    options = ("--policy", "replay", "--policy", "null", "--trials", 2)

    as_json = envfarm("evaluate", tasks, *options, "--out", "e", "--json")
    as_text = envfarm("evaluate", tasks, *options, "--out", "e")

    assert (as_json.exit_code, as_text.exit_code) == (0, 0), as_text.output
    written = read_metrics(Path("e/metrics.json"))
    assert json.loads(as_json.stdout) == json.loads(json.dumps(written.model_dump(mode="json")))
    assert [(each.policy, each.succeeded) for each in written.policies] == [("replay", 6), ("null", 0)]
    assert as_text.stdout.splitlines()[0] == "3 tasks, 2 trials each"
    assert as_text.stdout.splitlines()[-1] == "metrics: e/metrics.json"


def test_a_breakdown_is_printed_on_request(tasks: Path, envfarm: Envfarm) -> None:
    said = envfarm("evaluate", tasks, "--policy", "replay", "--out", "e", "--by", "domain", "--by", "kind").stdout

    lines = said.splitlines()
    assert lines[lines.index("domain  tasks                replay") + 1] == "travel      3  1.000 [1.000, 1.000]"
    assert any(line.startswith("kind") for line in lines)


def test_a_dimension_that_is_none_is_misuse(tasks: Path, envfarm: Envfarm) -> None:
    refused = envfarm("evaluate", tasks, "--by", "weather")

    assert refused.exit_code == 2
    assert "'domain', 'kind'" in refused.stderr


def test_the_report_holds_every_trajectory(tasks: Path, envfarm: Envfarm) -> None:
    envfarm("evaluate", tasks, "--policy", "replay", "--policy", "null", "--out", "e")

    page = Path("e/evaluation.html").read_text("utf-8")
    assert page.count('class="item"') == 6
    assert "Failed by no tool use" in page


def test_a_control_that_does_not_earn_what_it_must_is_a_finding(tasks: Path, envfarm: Envfarm) -> None:
    """A task demands a change that its truth does not make."""
    lines = [json.loads(line) for line in (tasks / "tasks.jsonl").read_bytes().splitlines()]
    spoilt = lines[0]
    spoilt["criteria"]["writes"] = {"tiny_air": {"removed": {"flight": {"flt_000000": {}}}}}
    (tasks / "tasks.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    found = envfarm("evaluate", tasks, "--policy", "null", "--controls", "--out", "e")

    assert found.exit_code == 1
    assert f"error: control: replay earns 0 instead of 1 on {spoilt['id']}: missing: tiny_air: flight" in found.stderr
    assert "Not as it must be: replay earns 0" in Path("e/evaluation.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("move", "is_judged"),
    [
        (good({"verdict": "partial", "why": "it says half of it"}), True),
        (status(401, "no such key"), False),
        (broken(), False),
        pytest.param(status(500), False, marks=pytest.mark.slow),
    ],
)
def test_a_judge_that_fails_leaves_claims_unscored_and_the_run_ends(
    move: Move, is_judged: bool, tasks: Path, envfarm: Envfarm
) -> None:
    def script(body: Body, number: int) -> Move:
        return move if body["model"] == "pinned" else good("I do not know.")

    with scripted(script) as server:
        model = ("--policy", "chat", "--model", "player", "--base-url", server.url, "--timeout", 5)
        judged = envfarm("evaluate", tasks, *model, "--judge", "pinned", "--out", "e", "--json")

    assert judged.exit_code == 0, judged.output
    (found,) = json.loads(judged.stdout)["policies"]
    asked = sum(body["model"] == "pinned" for body in server.requests)
    assert asked > 0
    assert (found["coverage"]["value"], found["unjudged"]) == ((0.5, 0) if is_judged else (None, found["planned"]))
    assert ("in no coverage, for not all of their claims were judged" in judged.stderr) is not is_judged
