from sampler.words.frames import AROUND, BARE, MANNERS, ORDERS, TELLS


def test_choices_in_frames_are_spread() -> None:
    assert not [text for text in AROUND if set(text) & set("[]|")]
    assert "Could you kindly {do}?" in ORDERS["polite"]


def test_every_manner_has_frames_of_its_own_and_a_share_of_bare_ones() -> None:
    assert set(MANNERS) == set(BARE) == set(ORDERS) == set(TELLS)
    for manner in MANNERS:
        others = {text for each in MANNERS if each != manner for text in ORDERS[each]}
        assert len(set(ORDERS[manner]) - others) > len(ORDERS[manner]) / 2
