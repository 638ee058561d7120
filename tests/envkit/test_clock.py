from datetime import UTC, datetime, timedelta, timezone

import pytest

from envkit.clock import days, derive, from_wire, hours, mint, minutes, to_wire


def test_derived_seeds_differ_by_every_part():
    assert len({derive(1, "walk", 3), derive(2, "walk", 3), derive(1, "walk", 4), derive(1, "walk")}) == 4


def test_a_seed_mints_the_same_id_everywhere():
    assert mint("0", "bkg", 1) == "bkg_f66b8s"


def test_minted_ids_differ_by_seed_prefix_and_number():
    assert len({mint(seed, prefix, n) for seed in "01" for prefix in ("a", "b") for n in range(50)}) == 200


def test_spans_add_up():
    assert days(1) == hours(24) == minutes(1440)


def test_a_moment_survives_the_wire():
    moment = datetime(2025, 3, 3, 9, tzinfo=timezone(timedelta(hours=2)))

    assert to_wire(moment) == "2025-03-03T07:00:00Z"
    assert from_wire(to_wire(moment)) == datetime(2025, 3, 3, 7, tzinfo=UTC)


def test_a_moment_without_offset_is_refused():
    with pytest.raises(ValueError, match="names no time zone"):
        from_wire("2025-03-03T07:00:00")
