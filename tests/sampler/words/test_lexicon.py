from envkit.manifest import Manifest
from sampler.words.lexicon import Lexicon, places


def lexicon(title: str) -> Lexicon:
    return Lexicon(Manifest.model_construct(title=title, entities=(), tools=()))


def test_a_place_has_short_names_that_no_other_place_of_the_task_has() -> None:
    alone = places({"bank": lexicon("Alder Bank payment accounts")})
    both = places({"bank": lexicon("Alder Bank payment accounts"), "desk": lexicon("Alder help desk")})

    assert alone == {"bank": ("Alder Bank payment accounts", "Alder Bank", "Alder")}
    assert both == {"bank": ("Alder Bank payment accounts", "Alder Bank"), "desk": ("Alder help desk",)}
