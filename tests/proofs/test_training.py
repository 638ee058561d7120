"""Shows that training/ trains: SFT on an export, GRPO on a gym, with a model of random weights, and a small proof.

`make test-training` makes an environment with PyTorch and TRL, and runs this.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rollouts.episode import read_episodes
from sampler.task import read_tasks

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".training" / "bin" / "python"
RECIPES = ROOT / "training"
TINY = Path(__file__).parent / "training" / "tiny.py"
RUN_S = 600
HOUSE = os.pathsep.join(str(ROOT / place) for place in (".", "envkit/src", "adapters/src"))
ON_CPU = ("--use_cpu", "--bf16", "false", "--dtype", "float32", "--gradient_accumulation_steps", "1")

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Stage:
    """Tasks in two parts, their exports, a gym that serves all of them, and a model."""

    folder: Path
    gym: str

    def dataset(self, part: str) -> Path:
        return self.folder / part

    def part(self, part: str) -> Path:
        return self.folder / "split" / f"{part}.jsonl"


def kept() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("ENVFARM_")}


def trained(script: Path, *arguments: object) -> str:
    """Run a script in the environment of training/, offline; return what it printed."""
    if not PYTHON.exists():
        pytest.skip("there is no .training; `make test-training` makes it")
    clean = {name: value for name, value in kept().items() if not name.startswith("PYTHON")}
    offline = {"HF_HUB_OFFLINE": "1", "TRL_EXPERIMENTAL_SILENCE": "1", "PYTHONPATH": HOUSE}
    command = [str(PYTHON), str(script), *map(str, arguments)]
    ran = subprocess.run(command, env={**clean, **offline}, capture_output=True, text=True, timeout=RUN_S, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def told(output: str) -> Mapping[str, Any]:
    """Return the line of JSON with which a recipe ends."""
    found: Mapping[str, Any] = json.loads(output.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("training")
    settings = {**kept(), "ENVFARM_SERVERS": str(ROOT / "servers"), "ENVFARM_RUNS": str(folder)}
    envfarm = str(Path(sys.executable).parent / "envfarm")

    def run(*arguments: object) -> None:
        subprocess.run([envfarm, *map(str, arguments)], env=settings, check=True, capture_output=True, timeout=RUN_S)

    run("sample", "google_tasks", "--tasks", 8, "--mix", "act=0.5,answer=0.5", "--out", folder)
    run("split", folder, "--seed", 1, "--share", "train=0.5", "--share", "test=0.5", "--out", folder / "split")
    for part in ("train", "test"):
        run("export", folder / "split" / f"{part}.jsonl", "--format", "trl", "--out", folder / part)
    with subprocess.Popen([envfarm, "gym", str(folder), "--port", "0"], env=settings, stdout=subprocess.PIPE) as gym:
        try:
            assert gym.stdout is not None
            yield Stage(folder, gym.stdout.readline().decode().split()[1])
        finally:
            gym.terminate()


@pytest.fixture(scope="module")
def model(stage: Stage) -> Path:
    trained(TINY, stage.dataset("train"), stage.folder / "model")
    return stage.folder / "model"


@pytest.fixture(scope="module")
def sft(stage: Stage, model: Path) -> Path:
    """Train for two steps, then on to four; return where the model is."""
    out = stage.folder / "sft"
    words = ("--dataset", stage.dataset("train"), "--held_out", stage.dataset("test"), "--output_dir", out)
    kept = ("--save_strategy", "steps", "--save_steps", 1, "--logging_steps", 1)
    steps = (*kept, "--per_device_train_batch_size", 1, "--learning_rate", 0.01)
    first = trained(RECIPES / "sft.py", "--model_name_or_path", model, *words, *steps, *ON_CPU, "--max_steps", 2)
    second = trained(RECIPES / "sft.py", "--model_name_or_path", model, *words, *steps, *ON_CPU, "--max_steps", 4)
    assert (told(first)["steps"], told(second)["steps"]) == (2, 4)
    assert told(second)["eval_loss"] < told(first)["eval_loss"]
    return out


def test_sft_goes_on_where_it_was_broken_off(sft: Path) -> None:
    state = json.loads((sft / "checkpoint-4" / "trainer_state.json").read_text())
    assert [entry["step"] for entry in state["log_history"] if "loss" in entry] == [1, 2, 3, 4]


def test_grpo_plays_held_out_tasks_and_trains_on_the_others(stage: Stage, sft: Path) -> None:
    out = stage.folder / "grpo"
    words = ("--gym", stage.gym, "--train", stage.part("train"), "--held_out", stage.part("test"), "--output_dir", out)
    sizes = ("--num_generations", 2, "--per_device_train_batch_size", 2, "--per_device_eval_batch_size", 2)
    limits = ("--max_completion_length", 48, "--max_steps", 2, "--eval_steps", 2, "--save_steps", 2)
    ended = told(trained(RECIPES / "grpo.py", "--model_name_or_path", sft, *words, *sizes, *limits, *ON_CPU))
    played = {episode.task for episode in read_episodes(stage.folder / "gym" / "episodes.jsonl")}
    training, held_out = ({task.id for task in read_tasks(stage.part(part))} for part in ("train", "test"))

    assert ended["steps"] == 2
    assert "eval_reward" in ended
    assert played & training
    assert held_out <= played
    assert (out / "model.safetensors").exists()


def test_lora_trains_adapters_alone(stage: Stage, model: Path) -> None:
    out = stage.folder / "lora"
    words = ("--dataset", stage.dataset("train"), "--output_dir", out, "--max_steps", 1, "--use_peft", "--lora_r", 4)
    ended = told(trained(RECIPES / "sft.py", "--model_name_or_path", model, *words, *ON_CPU))

    assert ended == {"steps": 1}
    assert (out / "adapter_model.safetensors").exists()
    assert not (out / "model.safetensors").exists()


def results(out: Path) -> Mapping[str, Any]:
    """Read what a proof came to, but for the time it took."""
    read = {path.stem: json.loads(path.read_text()) for path in (out / "seed-0").glob("*.json")}
    return {name: {key: value for key, value in each.items() if key != "cpu_s"} for name, each in read.items()}


def test_a_small_proof_runs_every_arm_and_comes_out_the_same_again(tmp_path: Path) -> None:
    words = ("--small", "--seed", 0, "--out")
    first, second = (trained(RECIPES / "proof.py", *words, tmp_path / name) for name in ("first", "second"))
    resumed = trained(RECIPES / "proof.py", *words, tmp_path / "first")

    assert results(tmp_path / "first").keys() == {"sft", "grpo", "more_sft", "placebo", "screened"}
    assert results(tmp_path / "first") == results(tmp_path / "second")
    assert resumed == first
    assert "| SFT + GRPO |" in first
    assert first.splitlines()[:8] == second.splitlines()[:8]
