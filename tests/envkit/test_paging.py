import pytest
from hypothesis import given
from hypothesis import strategies as st

from envkit.errors import Refusal
from envkit.paging import decode_cursor, encode_cursor, fingerprint


@given(st.integers(0, 10**9))
def test_a_cursor_gives_back_its_offset(offset: int):
    query = fingerprint({"sort": "name"})

    assert decode_cursor(encode_cursor(offset, query), query) == offset


def test_a_cursor_of_another_query_is_refused():
    cursor = encode_cursor(20, fingerprint({"sort": "name"}))

    with pytest.raises(Refusal, match="invalid_cursor"):
        decode_cursor(cursor, fingerprint({"sort": "age"}))


@pytest.mark.parametrize("cursor", ["", "x", "????", "é", "MjFkZDVmMTct", encode_cursor(1, "21dd5f17") + "="])
def test_what_is_no_cursor_is_refused(cursor: str):
    with pytest.raises(Refusal, match="invalid_cursor"):
        decode_cursor(cursor, "21dd5f17")
