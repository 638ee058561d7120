from typing import Any

import pytest

from generator.explore.catalogs import listed, well_known
from generator.explore.url import parse

PLACE = parse("https://shelf.example/.well-known/api-catalog")


def places(document: dict[str, Any]) -> tuple[list[str], list[str]]:
    found = listed(document, PLACE)
    assert found is not None
    return [place for _, place in found.descriptions], list(found.pages)


def test_a_linkset_names_descriptions_documentation_and_places_of_apis() -> None:
    context = {
        "anchor": "https://api.shelf.example/v2/",
        "service-desc": [{"href": "openapi", "type": "application/json"}, {"title": "no place"}],
        "service-doc": [{"href": "https://docs.shelf.example/"}],
        "item": [{"href": "mailto:desk@shelf.example"}],
    }

    assert places({"linkset": [context, "nonsense", {"service-desc": "nonsense"}]}) == (
        ["https://api.shelf.example/v2/openapi"],
        ["https://docs.shelf.example/"],
    )


def test_googles_directory_names_the_preferred_version_of_each_api() -> None:
    items = [{"discoveryRestUrl": "/v1", "preferred": False}, {"discoveryRestUrl": "/v2", "preferred": True}]

    assert places({"kind": "discovery#directoryList", "items": items}) == (["/v2"], [])


def test_apis_json_names_descriptions_and_pages() -> None:
    properties = [{"type": "OpenAPI", "url": "/openapi"}, {"type": "Pricing", "url": "/prices"}]

    assert places({"apis": [{"humanURL": "/docs", "properties": properties}]}) == (["/openapi"], ["/docs"])


def test_the_configuration_of_a_viewer_names_descriptions() -> None:
    assert places({"urls": [{"url": "/a", "name": "A"}, {"url": 7}]}) == (["/a"], [])
    assert places({"configUrl": "/v3/api-docs/swagger-config", "url": "/v3/api-docs"}) == (["/v3/api-docs"], [])


@pytest.mark.parametrize("document", [{}, {"linkset": 1}, {"apis": {}}, {"kind": "discovery#restDescription"}])
def test_other_documents_are_no_catalogs(document: dict[str, Any]) -> None:
    assert listed(document, PLACE) is None


def test_known_places_lie_at_the_root_and_in_the_folder_of_the_start() -> None:
    root, nested = (well_known(parse(url)) for url in ("https://a.example", "https://a.example/shop/docs"))

    assert root[0] == "/.well-known/api-catalog"
    assert {"/openapi.json", "/v3/api-docs"} <= set(root)
    assert set(nested) - set(root) == {"/shop/openapi.json", "/shop/openapi.yaml", "/shop/swagger.json"}
