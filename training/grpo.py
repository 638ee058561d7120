# /// script
# requires-python = ">=3.11"
# dependencies = ["envfarm-gym", "trl[peft]==1.16.0", "transformers>=5.13", "datasets>=5", "torch>=2.6", "jmespath"]
#
# [tool.uv.sources]
# envfarm-gym = { path = "../adapters" }
# ///
"""Teach a model by what its own rollouts earn: TRL's GRPOTrainer on a gym, with the farm's rewards.

envfarm split TASKS --by environment --out SPLIT                       # train.jsonl, and a part that is held out
envfarm gym TASKS                                                      # serves the tasks and their worlds
uv run training/grpo.py --gym http://127.0.0.1:8090 --model_name_or_path runs/sft \
    --train SPLIT/train.jsonl --held_out SPLIT/test.jsonl --output_dir runs/grpo
uv run training/grpo.py --config grpo.yaml                             # the same words, as YAML

Any setting of TRL's GRPOConfig and ModelConfig is a flag, too: `--num_generations`, `--use_peft`, `--use_vllm`,
`--beta`, `--seed`, `--bf16 false`. The rollouts of a task play in forks of one world, and earn what the farm says.
A run that was broken off goes on from its last checkpoint; `--fresh` begins anew.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from datasets import Dataset
from transformers.trainer_utils import get_last_checkpoint
from trl import GRPOConfig, GRPOTrainer, ModelConfig, TrlParser, get_peft_config

from envfarm_gym import Gym, Task
from envfarm_gym.trl import environments, reward, rows

DEFAULTS = {
    "model_name_or_path": "runs/sft",
    "output_dir": "runs/grpo",
    "max_completion_length": 4096,
    "max_tool_calling_iterations": 24,
    "num_generations": 8,
    "num_generations_eval": 2,
    "per_device_train_batch_size": 8,
    "gradient_accumulation_steps": 4,
    "per_device_eval_batch_size": 8,
    "learning_rate": 1e-6,
    "beta": 0.0,
    "temperature": 1.0,
    "eval_strategy": "steps",
    "eval_steps": 50,
    "save_steps": 50,
    "logging_steps": 1,
    "report_to": "none",
    "seed": 0,
}


@dataclass
class Practice:
    """What is played."""

    gym: str = field(default="http://127.0.0.1:8090", metadata={"help": "Where `envfarm gym` serves the tasks."})
    train: str = field(default="", metadata={"help": "Tasks file: which tasks to train on. All but the held-out."})
    held_out: str = field(default="", metadata={"help": "Tasks file: which tasks are examined and never trained on."})
    fresh: bool = field(default=False, metadata={"help": "Begin anew, whatever checkpoints there are."})


def main() -> None:
    """Train, and say what rollouts of the held-out tasks earn in the end."""
    parser = TrlParser((Practice, GRPOConfig, ModelConfig))
    parser.set_defaults(**DEFAULTS)
    practice, settings, model = parser.parse_args_and_config()
    gym = Gym(practice.gym)
    training, held_out = parts(gym.tasks(), practice)
    if not held_out:
        settings.eval_strategy = "no"
    settings.model_init_kwargs = {"dtype": model.dtype, "attn_implementation": model.attn_implementation}
    trainer = GRPOTrainer(
        model=model.model_name_or_path,
        args=settings,
        reward_funcs=reward,
        train_dataset=Dataset.from_list(rows(training)),
        eval_dataset=Dataset.from_list(rows(held_out)) if held_out else None,
        environment_factory=environments(gym, [*training, *held_out]),
        peft_config=get_peft_config(model),
    )
    trainer.train(resume_from_checkpoint=None if practice.fresh else last_checkpoint(Path(settings.output_dir)))
    trainer.save_model()
    if trainer.is_world_process_zero():
        told = trainer.evaluate() if held_out else {}
        print(json.dumps({"steps": trainer.state.global_step, **told}))


def parts(tasks: Sequence[Task], practice: Practice) -> tuple[list[Task], list[Task]]:
    """Divide the gym's tasks into those to train on and those held out; exits if there is none to train on."""
    apart = named(practice.held_out)
    wanted = named(practice.train) or {task.task for task in tasks} - apart
    training = [task for task in tasks if task.task in wanted - apart]
    if not training:
        sys.exit(
            f"expected the gym at {practice.gym} to serve tasks of {practice.train or 'a training part'}; it has none"
        )
    return training, [task for task in tasks if task.task in apart]


def named(path: str) -> set[str]:
    """Read the ids of a tasks file; none if no file is named."""
    lines = Path(path).read_text("utf-8").splitlines() if path else []
    return {json.loads(line)["id"] for line in lines}


def last_checkpoint(folder: Path) -> str | None:
    """Find where a run was broken off."""
    found: str | None = get_last_checkpoint(str(folder)) if folder.is_dir() else None
    return found


if __name__ == "__main__":
    main()
