"""Train a model on a gym with TRL's GRPOTrainer; by default a tiny one with random weights, made here.

envfarm gym runs/mine                                                  # in EnvFarm's environment
python examples/trl_grpo.py http://127.0.0.1:8090                      # in one with envfarm-gym[trl]
python examples/trl_grpo.py http://127.0.0.1:8090 Qwen/Qwen3-0.6B 200  # a model of yours, and how many steps
"""

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import trl
from datasets import Dataset
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from envfarm_gym import Gym, Task
from envfarm_gym.trl import environments, reward, rows

SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = Path(trl.__file__).parent / "chat_templates" / "qwen3.jinja"


def tokenizer_of(gym: Gym, tasks: Sequence[Task]) -> PreTrainedTokenizerFast:
    """Make a tokenizer out of what the gym says, with the chat template of Qwen3."""
    bytewise = Tokenizer(models.BPE())
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bytewise.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=4096, special_tokens=SPECIAL, initial_alphabet=alphabet)
    bytewise.train_from_iterator([json.dumps(gym.toolsets()), *(task.prompt for task in tasks)], trainer)
    end, pad = SPECIAL[2], SPECIAL[0]
    return PreTrainedTokenizerFast(
        tokenizer_object=bytewise, eos_token=end, pad_token=pad, chat_template=TEMPLATE.read_text("utf-8")
    )


def tiny(tokenizer: PreTrainedTokenizerFast, kind: type[Qwen3ForCausalLM] = Qwen3ForCausalLM) -> Qwen3ForCausalLM:
    """Make a model of half a million parameters, which has learned nothing yet."""
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return kind(config)


def trainer_of(
    model: Qwen3ForCausalLM, tokenizer: PreTrainedTokenizerFast, gym: Gym, tasks: Sequence[Task], out: str, **settings
) -> trl.GRPOTrainer:
    """Join model and gym: four rollouts a task, each in worlds of its own, all of them forks of the same."""
    return trl.GRPOTrainer(
        model=model,
        processing_class=tokenizer,
        reward_funcs=reward,
        train_dataset=Dataset.from_list(rows(tasks)),
        environment_factory=environments(gym, tasks),
        args=trl.GRPOConfig(
            output_dir=out,
            num_generations=4,
            per_device_train_batch_size=4,
            logging_steps=1,
            save_strategy="no",
            report_to="none",
            **settings,
        ),
    )


def main(url: str, name: str = "", steps: int = 2) -> None:
    """Train on the tasks of the gym at `url` and print what each step earned."""
    gym = Gym(url)
    tasks = gym.tasks()
    if name:
        model, tokenizer = AutoModelForCausalLM.from_pretrained(name), AutoTokenizer.from_pretrained(name)
        settings = {"max_completion_length": 4096, "bf16": True}
    else:
        tokenizer = tokenizer_of(gym, tasks)
        model, settings = tiny(tokenizer), {"max_completion_length": 64, "use_cpu": True, "bf16": False}
    with tempfile.TemporaryDirectory() as out:
        trainer = trainer_of(model, tokenizer, gym, tasks, out, max_steps=steps, **settings)
        trainer.train()
    for entry in trainer.state.log_history:
        if "reward" in entry:
            print({key: round(entry[key], 4) for key in ("reward", "reward_std", "loss", "grad_norm")})


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3, 4):
        sys.exit(__doc__)
    main(*sys.argv[1:3], *map(int, sys.argv[3:]))
