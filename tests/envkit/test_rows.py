from typing import Annotated, Literal

import pytest

from envkit.rows import Moves, Row, given, known


class Parcel(Row, table="big_parcel", prefix="par", found_by="list_parcels"):
    id: str
    status: Annotated[Literal["new", "sent"], Moves({"new": ["sent"]})] = "new"


def test_a_row_class_knows_its_kind():
    kind = Parcel.__kind__

    assert (kind.table, kind.prefix, kind.found_by, kind.spoken) == ("big_parcel", "par", "list_parcels", "big parcel")
    assert kind.moves == {"status": {"new": ("sent",)}}


def test_a_row_cannot_be_changed_behind_the_worlds_back():
    with pytest.raises(ValueError, match="frozen"):
        Parcel(id="par_1").status = "sent"


def test_given_keeps_what_is_not_none():
    assert given(a=None, b=0, c="") == {"b": 0, "c": ""}


def test_known_gives_back_what_is_there():
    assert known(0) == 0
    with pytest.raises(AssertionError, match="a guard should have refused"):
        known(None)
