import pytest

from generator.explore.pointers import Authority, base_of, in_answer, in_headers, in_markup, in_script, in_text
from generator.readers.markup import tags

MOST = 100


def described(html: str) -> list[tuple[Authority, str]]:
    return list(in_markup(list(tags(html)), MOST).descriptions)


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="service-desc" href="/spec">',
        '<a rel="help service-desc" href="/spec">x</a>',
        '<link rel="alternate" type="application/vnd.oai.openapi+json;version=3.0" href="/spec">',
        "<link rel=api-catalog href=/spec>",
    ],
)
def test_a_link_relation_declares_a_description(html: str) -> None:
    assert described(html) == [(Authority.DECLARED, "/spec")]


@pytest.mark.parametrize(
    "html",
    [
        '<redoc spec-url="/spec"></redoc>',
        '<rapi-doc spec-url="/spec"></rapi-doc>',
        '<elements-api apiDescriptionUrl="/spec" router="hash"></elements-api>',
        '<script id="api-reference" data-url="/spec"></script>',
        """<script id="api-reference" data-configuration='{"spec": {"url": "/spec"}}'></script>""",
        "<script>SwaggerUIBundle({dom_id: '#ui', url: '/spec', deepLinking: true})</script>",
        '<script>window.ui = SwaggerUIBundle({"url": "/spec"})</script>',
        '<script>var o = JSON.parse(\'{"urls":[{"url":"\\/spec"}]}\'); SwaggerUIBundle(o)</script>',
        '<script>Redoc.init("/spec", {}, document.body)</script>',
        "<script>Scalar.createApiReference('#app', { url: '/spec' })</script>",
        '<script src="/spec"></script>'.replace("/spec", "/swagger-initializer.js"),
    ],
)
def test_viewers_of_descriptions_tell_where_theirs_lies(html: str) -> None:
    place = "/swagger-initializer.js" if "initializer" in html else "/spec"

    assert described(html) == [(Authority.EMBEDDED, place)]


def test_a_viewer_may_be_told_of_several() -> None:
    script = "SwaggerUIBundle({urls: [{url: '/a.json', name: 'A'}, {url: '/b.json', name: 'B'}]})"

    assert [place for _, place in in_script(script).descriptions] == ["/a.json", "/b.json"]
    assert in_script("fetch({url: '/a.json'})").descriptions == ()


@pytest.mark.parametrize(
    ("place", "authority"),
    [
        ("/openapi.json", Authority.NAMED),
        ("/files/petstore-openapi.yaml?v=2", Authority.NAMED),
        ("/swagger/v1/orders.json", Authority.NAMED),
        ("/v3/api-docs", Authority.NAMED),
        ("/$discovery/rest?version=v1", Authority.NAMED),
        ("/specs/shelf.yml", Authority.SUFFIXED),
        ("/feed.json#top", Authority.SUFFIXED),
        ("/docs/openapi-guide.html", None),
        ("/docs/json", None),
    ],
)
def test_links_that_end_like_descriptions_are_told_by_their_names(place: str, authority: Authority | None) -> None:
    found = in_markup(list(tags(f'<a href="{place}">x</a>')), MOST)

    assert found.descriptions == (((authority, place),) if authority else ())
    assert found.pages == (() if authority else (place,))


def test_a_description_inside_of_a_page_is_taken_as_it_stands() -> None:
    inside = '{"openapi": "3.0.0", "info": {}}'
    html = f'<script type="application/json">{inside}</script><script type="application/json">{{"a": 1}}</script>'

    assert in_markup(list(tags(html)), MOST).inside == (inside,)


def test_pages_are_what_one_can_go_to() -> None:
    html = '<base href="/v2/"><a href="/a">x</a><area href="/b"><iframe src="/c"></iframe>'
    html += '<link rel="service-doc" href="/d"><meta http-equiv="Refresh" content="0; URL=\'/d2\'">'
    html += '<link rel="stylesheet" href="/e"><img src="/f"><a href="#g">x</a><!-- <a href="/h">x</a> --><a>x</a>'

    found = list(tags(html))
    assert in_markup(found, MOST).pages == ("/a", "/b", "/c", "/d", "/d2")
    assert base_of(found) == "/v2/"


def test_a_page_of_a_million_links_is_read_within_its_bound() -> None:
    found = in_markup(list(tags("".join(f'<a href="/{number}">' for number in range(1_000)))), MOST)

    assert len(found.pages) == MOST


def test_what_is_declared_is_not_crowded_out_by_what_is_merely_linked_to() -> None:
    html = "".join(f'<a href="/{number}.json">' for number in range(1_000)) + '<link rel="service-desc" href="/spec">'

    assert described(html)[0] == (Authority.DECLARED, "/spec")
    assert len(described(html)) == MOST


def test_links_of_markdown_and_plain_text_are_found() -> None:
    found = in_text("See [the guide](guide.md 'now'), <https://a.example/x> or https://a.example/openapi.yaml.", MOST)

    assert found.pages == ("guide.md", "https://a.example/x")
    assert found.descriptions == ((Authority.NAMED, "https://a.example/openapi.yaml"),)


def test_link_headers_are_read_with_their_relations() -> None:
    headers = [
        '</a>; rel="service-desc"; type="application/json", </b>; rel=help',
        '<c>; title="a, b"; rel="license next"',
    ]

    assert list(in_headers(headers)) == [
        ("service-desc", "/a", "application/json"),
        ("help", "/b", ""),
        ("license", "c", ""),
        ("next", "c", ""),
    ]
    assert in_answer(headers).descriptions == ((Authority.DECLARED, "/a"),)
    assert in_answer(headers).pages == ("/b",)
