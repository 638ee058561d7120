"""The scalars in some JSON, with the names they stand under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from envkit.calls import Json

Scalar = str | int | float | bool | None


def leaves(value: Json, name: str = "") -> Iterator[tuple[str, Scalar]]:
    """Yield every scalar, null too, with the name of the member it stands under; what is in a list bears the list's."""
    if value is None or isinstance(value, (str, int, float)):
        yield name, value
    elif isinstance(value, Mapping):
        for key, member in value.items():
            yield from leaves(member, key)
    else:
        for member in value:
            yield from leaves(member, name)
