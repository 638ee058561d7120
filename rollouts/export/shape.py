"""Shapes: the types of a file's columns, said once for the card and for parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Shape = str | Sequence["Shape"] | Mapping[str, "Shape"]
"""A name, a list of one shape, or members.

Names are `string`, `int64`, `float64`, `bool`, and `json` for what differs from row to row.
"""


def yaml_features(columns: Mapping[str, Shape]) -> Iterator[str]:
    """Write the columns of a file as `dataset_info` of a dataset card wants its features, without indentation."""
    for name, shape in columns.items():
        yield f"- name: {name}"
        yield from (f"  {line}" for line in _typed(shape))


def _typed(shape: Shape) -> Iterator[str]:
    if isinstance(shape, str):
        yield f"dtype: {shape}"
    elif isinstance(shape, Mapping):
        yield "struct:"
        yield from yaml_features(shape)
    elif isinstance(shape[0], str):
        yield f"list: {shape[0]}"
    else:
        assert isinstance(shape[0], Mapping), "a list of lists has no form in a card"
        yield "list:"
        yield from yaml_features(shape[0])
