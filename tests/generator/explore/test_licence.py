import pytest

from generator.explore.licence import licence_of
from generator.explore.url import parse
from generator.readers.markup import tags

PAGE = parse("https://shelf.example/docs/")


def stated(html: str, *headers: tuple[str, str]) -> tuple[str, str]:
    found = licence_of(PAGE, html, list(tags(html)), headers)
    return found.name, found.url


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0"),
        ("https://creativecommons.org/licenses/by-sa/3.0/deed.en", "CC-BY-SA-3.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0-1.0"),
        ("https://opensource.org/licenses/mit", "MIT"),
        ("https://opensource.org/license/apache-2.0", "Apache-2.0"),
        ("https://www.apache.org/licenses/LICENSE-2.0.html", "Apache-2.0"),
        ("https://spdx.org/licenses/BSD-3-Clause.html", "BSD-3-Clause"),
        ("https://shelf.example/terms", "https://shelf.example/terms"),
    ],
)
def test_a_link_relation_states_a_licence_by_its_spdx_id_where_one_is_known(url: str, name: str) -> None:
    assert stated(f'<link rel="license" href="{url}">') == (name, url)
    assert stated("", ("license", url)) == (name, url)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Content licensed under the <b>MIT License</b>.", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Text is available under the Creative Commons Attribution 4.0 License.", "CC-BY-4.0"),
        ("Published under the Open Data Commons licence.", "Open Data Commons licence"),
    ],
)
def test_words_at_the_foot_of_a_page_state_a_licence(words: str, name: str) -> None:
    assert stated(f"<p>text</p><footer>{words}</footer>") == (name, PAGE.text)


def test_a_link_to_a_licence_states_one() -> None:
    assert stated('<a href="/LICENSE.md">License</a>') == ("https://shelf.example/LICENSE.md",) * 2
    assert stated('<footer><a href="https://opensource.org/licenses/MIT">free</a></footer>')[0] == "MIT"


def test_the_text_of_a_page_and_links_to_other_things_state_none() -> None:
    assert stated("<p>Projects under the MIT License are welcome.</p><a href='/licensees'>x</a>") == ("", "")
    assert stated('<a rel="license" href="mailto:a@b.example">x</a>') == ("", "")
    assert stated('<p>Our library is <a href="https://opensource.org/licenses/MIT">free</a></p>') == ("", "")
    assert stated('<a href="https://other.example/LICENSE">what others have</a>') == ("", "")
