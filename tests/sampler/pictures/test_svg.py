import re
from xml.etree import ElementTree

from sampler.graph import ToolGraph
from sampler.pictures.layout import lay_out
from sampler.pictures.svg import svg

SVG = "{http://www.w3.org/2000/svg}"


def test_the_file_is_svg_with_every_node_and_line(drawn: ToolGraph) -> None:
    root = ElementTree.fromstring(svg(drawn))
    drawing = lay_out(drawn)

    assert root.tag == f"{SVG}svg"
    assert {node.get("data-node") for node in root.iter(f"{SVG}g")} == set(drawing.nodes)
    assert len([path for path in root.iter(f"{SVG}path") if path.get("data-from")]) == len(drawing.lines)


def test_kinds_and_proof_are_classes_that_the_legend_explains(drawn: ToolGraph) -> None:
    root = ElementTree.fromstring(svg(drawn))

    classes = [str(path.get("class")).split() for path in root.iter(f"{SVG}path") if path.get("data-from")]
    assert {names[1] for names in classes} == {"id", "attribute", "precondition", "user"}
    assert any("open" in names for names in classes)
    assert {"ids", "typed values", "lets a guard pass", "said by the user"} <= {
        text.text for text in root.iter(f"{SVG}text")
    }


def test_it_suits_light_and_dark_and_asks_nothing_of_the_network(drawn: ToolGraph) -> None:
    text = svg(drawn)

    assert "prefers-color-scheme: dark" in text
    assert re.findall(r"https?://[^\"'\s<]+", text) == ["http://www.w3.org/2000/svg"]
    assert "<script" not in text
