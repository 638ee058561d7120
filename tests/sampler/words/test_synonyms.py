from collections.abc import Mapping

from envkit.manifest import Manifest
from sampler.query import plural
from sampler.solve.vocabulary import FILLERS
from sampler.words.callings import NOUNS
from sampler.words.english import label
from sampler.words.lexicon import Lexicon, named
from sampler.words.synonyms import LABELS


def columns(manifest: Manifest) -> set[str]:
    return {each.name for entity in manifest.entities for each in entity.fields} | {
        name for tool in manifest.tools for name in named(tool)
    }


def test_every_entry_names_a_column_or_a_row_of_some_environment(lexicons: Mapping[str, Lexicon]) -> None:
    labels = {label(name) for each in lexicons.values() for name in columns(each.manifest)}
    nouns = {each.nouns(entity)[0] for each in lexicons.values() for entity in each.entities}

    assert set(LABELS) - labels == set()
    assert set(NOUNS) - nouns == set()


def test_in_an_environment_each_label_means_one_thing_and_no_row(lexicons: Mapping[str, Lexicon]) -> None:
    for lexicon in lexicons.values():
        meant: dict[str, set[str]] = {}
        for name in columns(lexicon.manifest):
            for words in lexicon.labels(name):
                meant.setdefault(words, set()).add(label(name))
        nouns = {noun for entity in lexicon.entities for noun in lexicon.called(entity)}
        usual = {label(name) for name in columns(lexicon.manifest)}

        assert {words for words, means in meant.items() if len(means) > 1} == set()
        assert (set(meant) - usual) & (nouns | set(map(plural, nouns))) == set()


def test_in_an_environment_each_other_noun_means_one_kind_of_row(lexicons: Mapping[str, Lexicon]) -> None:
    for lexicon in lexicons.values():
        others = [noun for entity in lexicon.entities for noun in lexicon.called(entity)[1:]]

        assert len(others) == len(set(others))


def test_no_other_word_could_be_taken_for_what_is_said_around_wishes() -> None:
    for text in (word for table in (LABELS, NOUNS) for words in table.values() for word in words):
        cut = text.lower().split()

        assert len(cut) not in FILLERS.ends(cut, 0), text
