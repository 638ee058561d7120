"""Export: every example goes to every format in one pass, then the card tells what was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from rollouts.export.card import Tally, card
from rollouts.export.example import Example, ExportError, Offer
from rollouts.export.formats import FORMATS, Format
from rollouts.export.sft import LLAMAFACTORY_INFO
from rollouts.export.source import Source
from rollouts.export.write import RowWriter, drafting
from sampler.task import Version

CARD = "README.md"
_DATASET_INFO = "llamafactory/dataset_info.json"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote: rows by format, examples left out by format, and the files in the folder."""

    rows: Mapping[str, int]
    left_out: Mapping[str, int]
    files: tuple[str, ...]


@dataclass(slots=True)
class _Channel:
    """The rows of one format on their way out."""

    format: Format
    writer: RowWriter
    rows: int = 0
    left_out: int = field(default=0)

    def take(self, example: Example) -> None:
        """Write the row of an example, or count that there is none."""
        row = self.format.row(example)
        if row is None:
            self.left_out += 1
            return
        self.writer.write(row)
        self.rows += 1


def export(
    source: Source,
    offers: Mapping[Version, Offer],
    formats: Sequence[Format],
    out: Path,
    *,
    licence: str,
    progress: Callable[[int], None],
) -> Exported:
    """Write the files of each format and the card into a folder, all or nothing; the same input gives the same bytes.

    `progress` hears how many examples are done. Raises ExportError if there is nothing to export, if a format cannot
    take an example, or if the folder holds another export's files.
    """
    files = [each.file(source.split) for each in formats]
    if FORMATS["llamafactory"] in formats:
        files.append(_DATASET_INFO)
    _require_own(out, files)
    tally = Tally()
    with drafting(out) as folder:
        channels = [
            _Channel(each, folder.rows(each.file(source.split), each.ending, each.shape(offers.values())))
            for each in formats
        ]
        for example in source.examples(offers):
            for channel in channels:
                channel.take(example)
            tally.count(example)
            progress(tally.examples)
        if not tally.examples:
            raise ExportError(_nothing(source))
        rows = {each.format.name: each.rows for each in channels}
        if _DATASET_INFO in files:
            folder.text(_DATASET_INFO, _dataset_info(source.split))
        folder.text(CARD, card(source, offers, formats, rows, tally, licence))
    left_out = {each.format.name: each.left_out for each in channels if each.left_out}
    return Exported(rows, left_out, (*files, CARD))


def _require_own(out: Path, files: Sequence[str]) -> None:
    standing = (path for name in FORMATS for path in (out / name).glob("[!.]*"))  # drafts of a killed one do no harm
    strangers = sorted({path.relative_to(out).as_posix() for path in standing} - {*files})
    if strangers:
        sentence = f"{out} holds {' and '.join(strangers)} of another export, of which the card would not tell"
        raise ExportError(f"{sentence}; name another --out, or remove what is there")


def _nothing(source: Source) -> str:
    if source.episodes is None:
        return f"{source.tasks}: holds no tasks; run `envfarm sample` first"
    sentence = f"{source.episodes}: no episode answered every turn and earned {source.min_reward:g} or more"
    return f"{sentence}; play the tasks again, or lower --min-reward"


def _dataset_info(split: str) -> str:
    info = {f"envfarm_{split}": {"file_name": f"{split}.jsonl", **LLAMAFACTORY_INFO}}
    return orjson.dumps(info, option=orjson.OPT_INDENT_2).decode() + "\n"
