# /// script
# requires-python = ">=3.11"
# dependencies = ["trl[peft]==1.16.0", "transformers>=5.13", "datasets>=5", "torch>=2.6", "jmespath"]
# ///
"""Teach a model the truths of tasks, as a start for learning from rewards: TRL's SFTTrainer on an export.

envfarm export TASKS --format trl --out DATASET                        # a row for each task, what was executed
uv run training/sft.py --dataset DATASET --held_out DATASET2 --output_dir runs/sft
uv run training/sft.py --config sft.yaml                               # the same words, as YAML

Any setting of TRL's SFTConfig and ModelConfig is a flag, too: `--model_name_or_path`, `--use_peft` with `--lora_r`,
`--learning_rate`, `--seed`, `--bf16 false`. Only what the policy says is learned, not what tools answer. A run that was
broken off goes on from its last checkpoint; `--fresh` begins anew.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from datasets import Dataset
from transformers.trainer_utils import get_last_checkpoint
from trl import ModelConfig, SFTConfig, SFTTrainer, TrlParser, get_peft_config

DEFAULTS = {
    "model_name_or_path": "Qwen/Qwen3-0.6B",
    "output_dir": "runs/sft",
    "assistant_only_loss": True,
    "max_length": 8192,
    "num_train_epochs": 3.0,
    "learning_rate": 1e-5,
    "lr_scheduler_type": "cosine",
    "warmup_steps": 20,
    "per_device_train_batch_size": 2,
    "gradient_accumulation_steps": 8,
    "per_device_eval_batch_size": 2,
    "eval_strategy": "epoch",
    "save_strategy": "epoch",
    "logging_steps": 5,
    "report_to": "none",
    "seed": 0,
}


@dataclass
class Lessons:
    """What is learned from."""

    dataset: str = field(metadata={"help": "Folder of `envfarm export --format trl`."})
    held_out: str = field(default="", metadata={"help": "Such a folder, of tasks that are never trained on."})
    fresh: bool = field(default=False, metadata={"help": "Begin anew, whatever checkpoints there are."})


def main() -> None:
    """Train, and say what the loss on the held-out rows came to."""
    parser = TrlParser((Lessons, SFTConfig, ModelConfig))
    parser.set_defaults(**DEFAULTS)
    lessons, settings, model = parser.parse_args_and_config()
    held_out = rows(Path(lessons.held_out)) if lessons.held_out else None
    if held_out is None:
        settings.eval_strategy = "no"
    settings.model_init_kwargs = {"dtype": model.dtype, "attn_implementation": model.attn_implementation}
    trainer = SFTTrainer(
        model=model.model_name_or_path,
        args=settings,
        train_dataset=rows(Path(lessons.dataset)),
        eval_dataset=held_out,
        peft_config=get_peft_config(model),
    )
    trainer.train(resume_from_checkpoint=None if lessons.fresh else last_checkpoint(Path(settings.output_dir)))
    trainer.save_model()
    if trainer.is_world_process_zero():
        told = trainer.evaluate() if held_out is not None else {}
        print(json.dumps({"steps": trainer.state.global_step, **told}))


def rows(folder: Path) -> Dataset:
    """Read the conversations of an export; they stay JSON, so that no row's arguments meet another's."""
    paths = sorted((folder / "trl").glob("*.jsonl"))
    if not paths:
        sys.exit(f"expected an export with trl/*.jsonl in {folder}; make it by `envfarm export TASKS --format trl`")
    lines = [line for path in paths for line in path.read_text("utf-8").splitlines()]
    read: list[dict[str, Any]] = [json.loads(line) for line in lines]  # Any: JSON
    kept = [{"messages": row["messages"], "tools": row["tools"]} for row in read]
    return Dataset.from_list(kept, on_mixed_types="use_json")


def last_checkpoint(folder: Path) -> str | None:
    """Find where a run was broken off."""
    found: str | None = get_last_checkpoint(str(folder)) if folder.is_dir() else None
    return found


if __name__ == "__main__":
    main()
