import pytest

from generator.readers.markup import depth, tags

PAGE = """<!-- <a href="no"> --><TITLE>A &amp; B</TITLE><a HREF='x?a=1&amp;b' rel="Next  prev" href=second>go</a>
<script src=s.js>if (a < b) document.write("<a href=no>")</script><br/><a title="1 > 0">"""


def test_tags_are_found_with_their_attributes_and_not_in_comments_or_scripts() -> None:
    found = [tag for tag in tags(PAGE) if not tag.is_closing]

    assert [tag.name for tag in found] == ["title", "a", "script", "br", "a"]
    assert found[0].text == "A &amp; B"
    assert found[1].attributes["href"] == "x?a=1&b"
    assert found[1].words("rel") == {"next", "prev"}
    assert found[2].text.startswith("if (a < b)")
    assert found[4].attributes == {"title": "1 > 0"}


def test_what_is_not_closed_reaches_to_the_end() -> None:
    assert [tag.name for tag in tags("<p><!-- <b>")] == ["p"]
    assert [tag.text for tag in tags("<script>x <b>")] == ["x <b>"]
    assert list(tags('<a href="')) == []


def test_depth_counts_what_must_be_closed() -> None:
    assert depth(tags("<div>" * 7 + "</div>" * 7)) == 7
    assert depth(tags("<li>a" * 50 + "<br>" * 50 + "</b>" * 5)) == 0


@pytest.mark.parametrize("piece", ["<!--", "<a href='", "<", "<script>", "<title>", '<a b="', "<a b", "</"])
def test_no_page_takes_more_than_one_pass(piece: str) -> None:
    text = piece * (1_000_000 // len(piece))

    assert len(list(tags(text))) <= len(text) / 3
