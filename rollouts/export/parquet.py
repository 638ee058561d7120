"""The door to parquet: rows of JSON go into a file of typed columns, a group of rows at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from envkit.calls import JsonObject
from rollouts.export.shape import Shape

GROUP_ROWS = 256
"""How many rows are held until they are written; a reader may take the file in such groups, too."""

_NAMED = {"string": pa.string(), "int64": pa.int64(), "float64": pa.float64(), "bool": pa.bool_()}


class ParquetRows:
    """Writes rows of one shape."""

    def __init__(self, file: BinaryIO, columns: Mapping[str, Shape]) -> None:
        self._file = file
        self._schema = pa.schema([(name, _typed(shape)) for name, shape in columns.items()])
        self._writer = pq.ParquetWriter(file, self._schema, compression="zstd")
        self._held: list[JsonObject] = []

    def write(self, row: JsonObject) -> None:
        """Hold a row, and write the group that it fills."""
        self._held.append(row)
        if len(self._held) == GROUP_ROWS:
            self._flush()

    def finish(self) -> None:
        """Write the last group."""
        if self._held:
            self._flush()

    def close(self) -> None:
        """Write the end of the file, which it has even if it is thrown away."""
        self._writer.close()
        self._file.close()

    def _flush(self) -> None:
        self._writer.write_table(pa.Table.from_pylist(self._held, schema=self._schema))
        self._held.clear()


def _typed(shape: Shape) -> pa.DataType:
    if isinstance(shape, str):
        return _NAMED[shape]
    if isinstance(shape, Mapping):
        return pa.struct([(name, _typed(member)) for name, member in shape.items()])
    return pa.list_(_typed(shape[0]))
