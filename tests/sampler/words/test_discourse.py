from sampler.words.discourse import Discourse

CAR, RENTAL = ("cars", "car", "car_1"), ("cars", "rental", "ren_1")
MEI, BO = ("cars", "driver", "drv_1"), ("cars", "driver", "drv_2")


def is_person(environment: str, entity: str) -> bool:
    return entity == "driver"


def is_thing(environment: str, entity: str) -> bool:
    return entity != "driver"


def spoken(*wishes: tuple[tuple[str, str, str], ...]) -> Discourse:
    return Discourse([list(wish) for wish in wishes])


def test_it_is_the_thing_and_they_the_person_spoken_of_first_of_late() -> None:
    discourse = spoken((MEI, RENTAL), (CAR,))

    assert discourse.foremost(is_thing) == CAR
    assert discourse.foremost(is_person) == MEI
    assert spoken((CAR,)).foremost(is_person) is None


def test_two_people_of_one_wish_are_rivals_and_those_far_back_are_none() -> None:
    assert spoken((MEI, BO), (CAR,)).rivals(is_person, 2) == {MEI, BO}
    assert spoken((MEI,), (CAR,), (), (RENTAL,)).rivals(is_person, 1) == set()
    assert spoken((MEI,), (CAR,), (), (RENTAL,)).rivals(is_person, 2) == {MEI}
