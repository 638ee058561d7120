"""Writing the pages of a verification into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from registry.admit import Verified
from registry.pages.content import INDEX, environment_page, farm_page, page_name
from registry.pages.document import Page
from registry.pages.html import html
from registry.pages.markdown import markdown
from registry.whole import write_whole


def write_pages(folder: Path, found: Sequence[Verified]) -> Path:
    """Write a page for each environment and `index`, in HTML and in Markdown; return the path of `index.html`."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in found:
        write_page(folder, page_name(each.report.environment), environment_page(each))
    return write_page(folder, INDEX, farm_page(found))


def write_page(folder: Path, name: str, page: Page) -> Path:
    """Write a page in both forms, each whole or not at all; return the path of the HTML."""
    for ending, text in (("html", html(page)), ("md", markdown(page))):
        write_whole(folder / f"{name}.{ending}", text.encode())
    return folder / f"{name}.html"
