import re
import shutil
import subprocess
from pathlib import Path

import pytest

from evaluation.controls import Control, Controls, Passed
from evaluation.estimate import estimate
from evaluation.metrics import measure
from evaluation.report import MOST_EPISODES, report_page, write_report
from registry.pages.document import Listing, Status
from registry.pages.html import html
from rollouts.controls import truth_episode
from rollouts.episode import Episode, PlayedStep, Turn
from rollouts.reward import score
from sampler.task import Criteria, Fact, Rule, StepRecord, Task, TaskTurn, Truth

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
STEP = StepRecord(environment="air", tool="rename", arguments={"id": "f1"}, content={"name": "New"}, writes=True)
DIFFS = {"air": {"changed": {"flight": {"f1": {"name": ["Old", "New"]}}}}}
FACT = Fact(name="flight.name", value="New", type="str", text="New")
TASK = Task(
    id="task_1",
    environments=("air",),
    seed=0,
    turns=(TaskTurn(query="Call it New & tell me.", calls=1),),
    truth=Truth(trajectory=(STEP,), diffs=DIFFS, facts=(FACT,), digests={}),
    criteria=Criteria(writes=DIFFS, facts=(FACT,)),
    rules=(Rule(text="Never cancel.", environment="air", tool="cancel"),),
)


def scored(episode: Episode, policy: str, trial: int = 0) -> Episode:
    named = episode.model_copy(update={"policy": policy, "trial": trial})
    return named.model_copy(update={"reward": score(TASK, named)})


@pytest.fixture
def episodes() -> list[Episode]:
    gold = truth_episode(TASK)
    refused = PlayedStep(environment="air", tool="rename", arguments={}, code="invalid_argument", text="id is missing")
    wrong = gold.model_copy(update={"turns": (Turn(query="?", steps=(refused,), answer=""),), "diffs": {}})
    broken = gold.model_copy(update={"stop": "machine_error", "trouble": "the farm is gone"})
    return [scored(gold, "good"), scored(wrong, "bad"), scored(broken, "lost")]


def test_a_page_holds_the_numbers_and_each_trajectory_with_what_it_changed(
    tmp_path: Path, episodes: list[Episode]
) -> None:
    metrics = measure(episodes, [TASK], ["good", "bad", "lost"], trials=1)

    path = write_report(tmp_path, "tests", metrics, [TASK], episodes)

    page = path.read_text()
    assert path.name == "evaluation.html"
    assert "1.000 [1.000, 1.000]" in page
    assert "Call it New &amp; tell me." in page
    assert "<code>&quot;Old&quot;</code></td><td><code>&quot;New&quot;</code>" in page
    assert "invalid_argument: id is missing" in page
    assert "Rule: Never cancel." in page
    assert "machine_error: the farm is gone" in page
    assert (tmp_path / "evaluation.md").is_file()


def test_failures_come_first_and_can_be_chosen(episodes: list[Episode]) -> None:
    metrics = measure(episodes, [TASK], ["good", "bad", "lost"], trials=1)

    *_, listing = report_page("tests", metrics, [TASK], episodes).parts

    assert isinstance(listing, Listing)
    assert [item.tags["outcome"] for item in listing.items] == ["failed", "unscored", "succeeded"]
    assert [item.details.mark for item in listing.items] == [
        Status("0.00", False),
        Status("unscored"),
        Status("1.00", True),
    ]


def test_a_long_run_shows_some_and_says_so(episodes: list[Episode]) -> None:
    many = [scored(episodes[0], "good", trial) for trial in range(MOST_EPISODES + 1)]
    metrics = measure(many, [TASK], ["good"], trials=2)

    page = html(report_page("tests", metrics, [TASK], many))

    assert page.count('class="item"') == MOST_EPISODES
    assert f"{MOST_EPISODES} of {MOST_EPISODES + 1}, failures first" in page


def test_episodes_of_other_tasks_are_left_out(episodes: list[Episode]) -> None:
    stranger = episodes[0].model_copy(update={"task": "task_2"})
    metrics = measure(episodes, [TASK], ["good"], trials=1)

    *_, listing = report_page("tests", metrics, [TASK], [stranger]).parts

    assert isinstance(listing, Listing)
    assert listing.items == []


def test_long_observations_are_cut_and_say_how_much() -> None:
    step = PlayedStep(environment="air", tool="list", arguments={}, content={"text": "x" * 5_000})
    episode = scored(truth_episode(TASK).model_copy(update={"turns": (Turn(query="?", steps=(step,)),)}), "good")

    page = html(report_page("tests", measure([episode], [TASK], ["good"], trials=1), [TASK], [episode]))

    assert "... 1011 characters more" in page


def test_controls_stand_below_the_headline_with_what_they_must_earn(episodes: list[Episode]) -> None:
    row = Control(name="null", rollouts=1, unscored=0, passed=0, reward=estimate([0.0], 0))
    paid = Passed(task="task_1", kind="changed", what="rename with name = 'X'", reward=1.0, fate="paid")
    controls = Controls(digest="", rows=(row,), passed=(paid,), faults=("null earns 1 instead of 0 on task_1: why",))

    page = html(
        report_page("tests", measure(episodes, [TASK], ["good"], trials=1, controls=controls), [TASK], episodes)
    )

    assert page.index("<h2>Controls</h2>") < page.index("<h2>Verdicts</h2>")
    assert "Not as it must be: null earns 1 instead of 0 on task_1: why." in page
    assert "<summary>1 mutant passed</summary>" in page
    assert "rename with name = &#x27;X&#x27;" in page


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
@pytest.mark.slow
def test_a_browser_shows_the_rollouts_that_are_chosen(tmp_path: Path, episodes: list[Episode]) -> None:
    metrics = measure(episodes, [TASK], ["good", "bad", "lost"], trials=1)
    page = write_report(tmp_path, "tests", metrics, [TASK], episodes)
    choose = """<script>
    const by = document.querySelector('[data-by="t1"]');
    by.value = 'failed'; by.dispatchEvent(new Event('input', { bubbles: true }));
    document.title = document.querySelector('output').value;
    </script></body>"""
    page.write_text(page.read_text("utf-8").replace("</body>", choose), "utf-8")

    seen = subprocess.run(
        [
            str(CHROMIUM),
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            page.as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout

    assert "<title>1 of 3</title>" in seen
    shown = re.findall(r'<div class="item"([^>]*)>', seen)
    assert [("hidden" in tag, "failed" in tag) for tag in shown] == [(False, True), (True, False), (True, False)]
