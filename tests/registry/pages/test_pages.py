"""Pages say all that was found, in HTML and in Markdown, and nothing they quote becomes markup.

After an intended change: `GOLDEN=write pytest tests/registry/pages`, then read the difference in git.
"""

import os
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from registry.admit import Verified
from registry.pages import write_pages
from registry.pages.content import environment_page, farm_page, page_name
from registry.pages.document import (
    Bar,
    Chart,
    Code,
    Details,
    Heading,
    Item,
    Link,
    Listing,
    Number,
    Page,
    Paragraph,
    Status,
    Table,
)
from registry.pages.html import html
from registry.pages.markdown import markdown
from tests.registry.pages.conftest import HOSTILE

GOLDEN = Path(__file__).parents[2] / "golden" / "pages"
VOID = {"meta", "br", "hr", "img", "link", "input"}


class Reader(HTMLParser):
    """Reads a page: its elements are closed in order; its text and its links are kept."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def test_what_is_quoted_stays_text_in_html(refused: Verified) -> None:
    page = Reader(html(environment_page(refused)))

    assert "script" not in page.tags
    assert HOSTILE in page.text


def test_what_is_quoted_stays_text_in_markdown(refused: Verified) -> None:
    page = markdown(environment_page(refused))

    assert "<script>" not in re.sub(r"`+.*?`+", "", page.replace("\\`", ""))
    for line in page.splitlines():
        if line.startswith("| call | pay |"):
            assert line.replace("\\|", "").count("|") == 4


def test_a_page_asks_nothing_of_a_network(refused: Verified, mutated: Verified) -> None:
    for each in (refused, mutated):
        page = html(environment_page(each))
        assert Reader(page).links == ["index.html"]
        assert "url(" not in page
        assert "@import" not in page


def test_a_finding_is_shown_with_how_to_see_it_oneself(refused: Verified) -> None:
    text = Reader(html(environment_page(refused))).text

    for said in (
        "seed 3",
        "order ord_1",
        '{"total": 5}',
        "pay changes nothing.",
        "changed",
        '{"order": {"ord_1": {"paid": [0, 5]}}}',
    ):
        assert said in text


def test_what_has_the_same_reason_stands_inside_it(refused: Verified) -> None:
    details = [part for part in environment_page(refused).parts if isinstance(part, Details)]

    (only,) = details
    assert any(isinstance(part, Details) and "invariants" in part.summary for part in only.parts)


def test_checks_that_could_not_apply_say_why(refused: Verified) -> None:
    assert "not applicable: nothing can be listed" in Reader(html(environment_page(refused))).text


def test_namesakes_are_told_or_that_there_are_none(refused: Verified, mutated: Verified) -> None:
    assert "Bank.pay" in Reader(html(environment_page(refused))).text
    assert "No tool has the name" in Reader(html(environment_page(mutated))).text


def test_mutants_branches_and_laws_are_told(mutated: Verified) -> None:
    text = Reader(html(environment_page(mutated))).text

    for said in ("guard_remove", "relational", "Branches not taken: 1", "Mutants survived: 1", "Mutants equivalent: 1",
                 "What tells pay/relational/1 from the tool", "1 of 1 that a law must notice",
                 "0 of 1 that no law need notice", "tools.pay.do[0]", "50.0% of the mutants"):  # fmt: skip
        assert said in text


def test_the_farm_has_a_row_and_a_link_for_each(refused: Verified, mutated: Verified, foreign: Verified) -> None:
    page = Reader(html(farm_page([refused, mutated, foreign])))

    assert page.links == ["shop.html", "bank.html", "npx-y-a-b.html"]
    assert "3 environments: 1 proven, 1 refused, 1 reported on; 7.5 s" in page.text
    assert "reported on" in page.text
    assert "66.7%" not in page.text


def test_a_farm_without_mutants_has_no_table_of_them(refused: Verified) -> None:
    assert "Mutants" not in markdown(farm_page([refused]))


def test_several_environments_have_a_row_of_sums(mutated: Verified) -> None:
    page = markdown(farm_page([mutated, mutated]))

    assert "| all | 6 | 2 | 2 | 2 | 50.0% | 100.0% | 100.0% | 2 | 2 of 2 | 8.0 | 120 |" in page
    assert "| all |" not in markdown(farm_page([mutated]))


def test_checks_that_could_not_apply_are_not_counted(refused: Verified) -> None:
    assert "| 1 of 3 |" in markdown(farm_page([refused]))


def test_a_farm_of_nothing_says_so() -> None:
    assert "No environment." in markdown(farm_page([]))


def test_characters_that_nobody_sees_are_written_as_their_escapes(tmp_path: Path) -> None:
    page = Page("a\u202eb", [Paragraph("c\x00d"), Code("e\ud800f"), Table(["g"], [["h\u200bi"]])])

    for text in (html(page), markdown(page).replace("\\\\", "\\")):
        assert all(said in text for said in ("a\\u202eb", "c\\u0000d", "e\\ud800f", "h\\u200bi"))
        text.encode("utf-8")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("- a list", "\\- a list"),
        ("1. first", "1\\. first"),
        ("1.5 s", "1.5 s"),
        ("a &amp; b", "a \\&amp; b"),
        ("see http://a.b or www.a.b", "see http\\://a.b or www\\.a.b"),
        ("a\n  b", "a b"),
    ],
)
def test_a_paragraph_of_markdown_stays_a_paragraph(text: str, written: str) -> None:
    assert markdown(Page("T", [Paragraph(text)])) == f"# T\n\n{written}\n"


def test_spaces_inside_code_are_kept() -> None:
    page = Page("T", [Table(["c"], [[Code("a  b\nc")]])])

    assert "`a  b c`" in markdown(page)
    assert "<code>a  b\nc</code>" in html(page)


@pytest.mark.parametrize("ending", ["html", "md"])
@pytest.mark.parametrize("name", ["shop", "bank", "npx-y-a-b", "index"])
def test_pages_are_those_a_reader_has_looked_at(
    name: str, ending: str, refused: Verified, mutated: Verified, foreign: Verified, tmp_path: Path
) -> None:
    write_pages(tmp_path, [refused, mutated, foreign])
    written, known = tmp_path / f"{name}.{ending}", GOLDEN / f"{name}.{ending}"
    if os.environ.get("GOLDEN") == "write":
        known.write_bytes(written.read_bytes())

    assert written.read_text("utf-8") == known.read_text("utf-8")


def test_a_server_by_others_is_not_said_to_be_refused(foreign: Verified) -> None:
    assert "nothing is admitted" in markdown(environment_page(foreign))


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ("skyline_air", "skyline_air"),
        ("http://a:1/b?c=d", "http-a-1-b-c-d"),
        ("../..", "server"),
        ("", "server"),
        ("index", "index-environment"),
    ],
)
def test_a_page_has_a_name_that_is_a_plain_file(environment: str, name: str) -> None:
    assert page_name(environment) == name


def test_pages_are_written_side_by_side_and_again_the_same(
    refused: Verified, mutated: Verified, tmp_path: Path
) -> None:
    index = write_pages(tmp_path / "out", [refused, mutated])
    first = {path.name: path.read_bytes() for path in index.parent.iterdir()}
    write_pages(tmp_path / "out", [refused, mutated])

    assert index == tmp_path / "out" / "index.html"
    assert set(first) == {f"{name}.{ending}" for name in ("index", "shop", "bank") for ending in ("html", "md")}
    assert {path.name: path.read_bytes() for path in index.parent.iterdir()} == first


def test_every_part_has_its_form() -> None:
    row = (Link("a", "b"), Status("well", True), Status("so", None), Code("x|`y`"), Code(""), 3, Number("4 %"), "t*")
    table = Table(["l", "s", "q", "c", "e", "n", "m", "t"], [row])
    inner = Details("D", [Paragraph("in")])
    page = Page("T", [Link("up", "top"), Heading("H", 3), Paragraph("P_"), Code("````\ncode"), table, inner])

    assert markdown(page).splitlines() == [
        "# T", "", "[up](top.md)", "", "### H", "", "P\\_", "", "````", "```", "code", "````", "",
        "| l | s | q | c | e | n | m | t |",
        "| --- | --- | --- | --- | --- | ---: | ---: | --- |",
        "| [a](b.md) | well | so | `` x\\|`y` `` |  | 3 | 4 % | t\\* |", "",
        "**D**", "", "in",
    ]  # fmt: skip
    text = Reader(html(page)).text
    assert all(said in text for said in ("H", "P_", "code", "well", "so", "x|`y`", "3", "t*", "D", "in"))


CHART = Page("Shares", [Chart([Bar("most <b>", 0.75, 0.5, 1.0), Bar("none", 0.0, 0.0, 0.0)])])
LISTING = Page(
    "Many",
    [
        Listing(
            ["kind"],
            [
                Item(Details("first", [Paragraph(HOSTILE)], Status("0.00", False)), {"kind": HOSTILE}),
                Item(Details("second", []), {"kind": "act"}),
            ],
        )
    ],
)


def test_a_chart_draws_a_share_with_its_interval_and_says_the_figures() -> None:
    page = html(CHART)

    assert '<rect class="bar" x="190" y="5" width="225.0"' in page
    assert '<line class="whisker" x1="340.0" x2="490.0"' in page
    assert "0.750 [0.500, 1.000]" in Reader(page).text
    assert "script" not in Reader(page).tags


def test_a_chart_is_a_table_in_markdown() -> None:
    assert "| most \\<b\\> | 0.750 | 0.500 to 1.000 |" in markdown(CHART)


def test_a_listing_can_be_chosen_from_and_quotes_nothing_as_markup() -> None:
    page = html(LISTING)

    assert Reader(page).tags >= {"select", "option", "input", "script", "details"}
    assert page.count("<script>") == 1
    assert page.count('class="item"') == 2
    assert HOSTILE in Reader(page).text
    assert '<span class="bad">0.00</span> first' in page


def test_a_listing_is_all_of_its_items_in_markdown() -> None:
    lines = [line for line in markdown(LISTING).splitlines() if line.endswith("**")]

    assert lines == ["0.00: **first**", "**second**"]
