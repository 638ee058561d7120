import pytest

from generator.explore.errors import RefusedError
from generator.explore.url import parse


@pytest.mark.parametrize(
    ("given", "canonical"),
    [
        ("HTTP://Shelf.Example", "http://shelf.example/"),
        ("http://shelf.example:80/a/../b#part", "http://shelf.example/b"),
        ("https://shelf.example.:443/?utm_source=x&b=1", "https://shelf.example/?utm_source=x&b=1"),
        ("https://shelf.example:8443/a%7eb", "https://shelf.example:8443/a~b"),
        ("http://shelf.example/a%2Fb", "http://shelf.example/a%2Fb"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        (" http://shelf.example/a\n", "http://shelf.example/a"),
    ],
)
def test_one_document_has_one_url(given: str, canonical: str) -> None:
    assert parse(given).text == canonical
    assert parse(canonical) == parse(given)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("shelf.example/docs", "only http and https are followed, not a URL without a scheme"),
        ("ftp://shelf.example/", "only http and https are followed, not ftp"),
        ("file:///etc/passwd", "not file"),
        ("javascript:alert(1)", "not javascript"),
        ("http://me:secret@shelf.example/", "carries a user's name or password"),
        ("http://me@shelf.example/", "carries a user's name or password"),
        ("http:///nowhere", "'' is no name of a host"),
        ("http://a b/", "'a b' is no name of a host"),
        ("http://[fe80::1%25eth0]/", "is no name of a host"),
        ("http://shelf.example:99999/", "no URL"),
        ("http://[", "no URL"),
        ("http://ä[]\u202e@", "no URL"),
        ("http://shelf.example/\0", "no URL: it holds characters that no text has"),
        ("http://shelf.example/\ud800", "no URL: it holds characters that no text has"),
        ("http://shelf.example/" + "a" * 2000, "longer than 2000 characters"),
    ],
)
def test_what_is_not_followed_is_told_why(given: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        parse(given)


def test_references_are_resolved_and_leave_their_fragments() -> None:
    page = parse("https://shelf.example/docs/guide")

    assert page.join("api#top").text == "https://shelf.example/docs/api"
    assert page.join("//other.example").text == "https://other.example/"
    assert page.join("#top") == page
    assert page.join("?page=2").text == "https://shelf.example/docs/guide?page=2"
    with pytest.raises(RefusedError, match="not mailto"):
        page.join("mailto:desk@shelf.example")
