"""Read an export with the libraries that consume it, and print as JSON what they made of it.

Runs in an environment of its own, which knows nothing of this project: `python read.py FOLDER`.
"""

import json
import sys
import types
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import datasets
import llamafactory
import pandas as pd
import trl
import verifiers.v1 as vf
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast
from trl.data_utils import apply_chat_template, is_conversational
from verifiers.v1.task import WireTaskData

TEMPLATES = Path(trl.__file__).parent / "chat_templates"
FAMILIES = ("qwen3_training", "qwen2_5_training", "llama3_1", "glm4moe_training", "gptoss_training", "lfm2_training")
"""Templates that write tool calls, each in a manner of its own."""

SHAREGPT = {
    "role_tag": "from",
    "content_tag": "value",
    "user_tag": "human",
    "assistant_tag": "gpt",
    "observation_tag": "observation",
    "function_tag": "function_call",
    "system_tag": "system",
}
"""The defaults of LlamaFactory's `DatasetAttr`, whose module cannot be imported without PyTorch."""


def main(folder: Path) -> None:
    loaded = {name: datasets.load_dataset(str(folder), name, split="train") for name in configurations(folder)}
    report = {
        "same": {name: same(folder, name, rows) for name, rows in loaded.items()},
        "trl": list(templated(loaded["trl"])),
        "trl-rl": list(prompted(loaded["trl-rl"])),
        "verl": list(opened(folder / "verl" / "train.parquet")),
        "verifiers": list(tasks_of(folder / "verifiers" / "train.jsonl")),
        "llamafactory": list(converted(folder / "llamafactory")),
        "atlas": list(evaluated(folder / "atlas" / "train.csv")),
    }
    json.dump(report, sys.stdout)


def configurations(folder: Path) -> list[str]:
    return list(datasets.get_dataset_config_names(str(folder)))


def same(folder: Path, name: str, rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether rows came as they left: no member added, none turned into another type."""
    written = [json.loads(line) for line in (folder / name / "train.jsonl").read_text("utf-8").splitlines()]
    return [dict(row) for row in rows] == written


def tokenizer() -> PreTrainedTokenizerFast:
    """Make a tokenizer that knows bytes and nothing else, so that any text comes back as it went in."""
    alphabet = {letter: number for number, letter in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    bytewise = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    bytewise.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    bytewise.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(tokenizer_object=bytewise)


def templated(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Write conversations with TRL's templates, and tell what `assistant_only_loss` would learn of them."""
    words = tokenizer()
    for row in rows:
        tools = json.loads(row["tools"])
        texts = {}
        for family in FAMILIES:
            words.chat_template = (TEMPLATES / f"{family}.jinja").read_text("utf-8")
            texts[family] = apply_chat_template({"messages": row["messages"]}, words, tools=tools)["text"]
        words.chat_template = (TEMPLATES / "qwen3_training.jinja").read_text("utf-8")
        tokens = words.apply_chat_template(
            row["messages"], tools=tools, return_dict=True, return_assistant_tokens_mask=True
        )
        learned = [token for token, mask in zip(tokens["input_ids"], tokens["assistant_masks"], strict=True) if mask]
        yield {"task": row["task"], "texts": texts, "learned": words.decode(learned)}


def prompted(rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    words = tokenizer()
    words.chat_template = (TEMPLATES / "qwen3.jinja").read_text("utf-8")
    for row in rows:
        assert is_conversational({"prompt": row["prompt"]})
        text = apply_chat_template({"prompt": row["prompt"]}, words)["prompt"]
        yield {"task": row["task"], "environment": row["environment"], "text": text}


def opened(path: Path) -> Iterator[Mapping[str, Any]]:
    """Read rows as verl's RLHFDataset does, and open each tool as its tool agent loop would."""
    for row in datasets.load_dataset("parquet", data_files=str(path))["train"]:
        extra = row["extra_info"]
        created = [extra["tools_kwargs"].get(name, {}).get("create_kwargs", {}) for name in extra["tool_selection"]]
        yield {
            "task": extra["task"],
            "roles": [message["role"] for message in row["prompt"]],
            "style": row["reward_model"]["style"],
            "tools": [f"{each['environment']}_{each['tool']}" for each in created],
            "selection": extra["tool_selection"],
            "seeds": sorted({each["seed"] for each in created}),
        }


def tasks_of(path: Path) -> Iterator[Mapping[str, Any]]:
    """Let a Taskset of verifiers load the lines."""

    class Exported(vf.Taskset[vf.Task[WireTaskData], vf.TasksetConfig]):
        def load(self) -> Iterator[vf.Task[WireTaskData]]:
            for line in path.read_text("utf-8").splitlines():
                yield vf.Task(WireTaskData.model_validate_json(line))

    for task in Exported(vf.TasksetConfig()).shuffle(seed=1):
        kept = task.data.model_dump()
        yield {
            "id": task.data.id,
            "prompt": task.data.prompt_text,
            "key": task.key,
            "seed": kept["info"]["seed"],
            "answer": kept["answer"],
        }


def converted(folder: Path) -> Iterator[Mapping[str, Any]]:
    """Convert rows as LlamaFactory does, and write the calls and tools in a template's manner."""
    converter, formatter = llamafactory_data()
    ((_, info),) = json.loads((folder / "dataset_info.json").read_text("utf-8")).items()
    nothing = dict.fromkeys(("ranking", "kto_tag", "images", "videos", "audios", "chosen", "rejected"))
    attributes = SimpleNamespace(**nothing, **SHAREGPT, **info["columns"])
    convert = converter.SharegptDatasetConverter(attributes, SimpleNamespace())
    calls = formatter.FunctionFormatter(slots=["{{content}}"], tool_format="qwen")
    tools = formatter.ToolFormatter(tool_format="qwen")
    assert info["formatting"] == "sharegpt"
    for row in datasets.load_dataset("json", data_files=str(folder / info["file_name"]))["train"]:
        made = convert(row)
        said = [*made["_prompt"], *made["_response"]]
        yield {
            "task": row["task"],
            "messages": len(said),
            "calls": ["".join(calls.apply(content=each["content"])) for each in said if each["role"] == "function"],
            "tools": "".join(tools.apply(content=made["_tools"])),
            "system": made["_system"],
        }


def llamafactory_data() -> tuple[Any, Any]:
    """Import how LlamaFactory reads data without what it trains with.

    Its package of data begins by importing PyTorch, and its constants want names of files from peft, which does too.
    """
    names = types.ModuleType("peft.utils")
    names.SAFETENSORS_WEIGHTS_NAME = names.WEIGHTS_NAME = ""  # type: ignore[attr-defined]
    sys.modules |= {"peft": types.ModuleType("peft"), "peft.utils": names}
    package = types.ModuleType("llamafactory.data")
    package.__path__ = [str(Path(llamafactory.__file__).parent / "data")]
    sys.modules["llamafactory.data"] = package
    from llamafactory.data import converter, formatter  # noqa: PLC0415  # only after what stands above

    return converter, formatter


def evaluated(path: Path) -> Iterator[Mapping[str, Any]]:
    """Read rows with pandas and json, as the scripts of MCP-Atlas do."""
    for row in pd.read_csv(path).to_dict("records"):
        called = [
            call["function"]["name"]
            for message in json.loads(row["TRAJECTORY"])
            for call in message.get("tool_calls", ())
            if isinstance(json.loads(call["function"]["arguments"]), dict)
        ]
        yield {
            "task": row["TASK"],
            "servers": sorted({name.split("_")[0] for name in called}),
            "unknown": sorted({*called} - {*json.loads(row["ENABLED_TOOLS"])}),
            "claims": json.loads(row["GTFA_CLAIMS"]),
        }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
