"""The reader of documentation pages: HTML, Markdown or plain text becomes a text with headings, tables and code."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import unquote, urlsplit

from html_to_markdown import ConversionOptions, PreprocessingOptions, convert
from html_to_markdown.exceptions import ConversionError

from generator.readers.capture import capture_of, check
from generator.readers.charset import decoded
from generator.readers.content import MOST_BYTES, file_bytes
from generator.readers.endpoints import Endpoint, endpoints
from generator.readers.markup import Tag, depth, tags
from generator.resource import Resource, ResourceError

FORMAT = "documentation"
MOST_DEPTH = 512
"""How deep elements may be nested; browsers stop at as many (Chromium's `kMaximumHTMLParserDOMTreeDepth`)."""

MOST_TAGS = 500_000
"""Of one page. The longest reference pages have half as many, and a page of nothing else would fill the memory."""

_SUFFIXES = (".html", ".htm", ".xhtml", ".md", ".markdown", ".txt")
_HTML_TYPES = ("text/html", "application/xhtml+xml")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_HEADING = re.compile(r"^#\s+(.+?)[\s#]*$", re.MULTILINE)
_FIRST_CHARACTERS = 4000
"""Where a page's own heading must stand to count as its title."""

_OPTIONS = ConversionOptions(
    preprocessing=PreprocessingOptions(preset="standard", remove_navigation=True, remove_forms=False),
    exclude_selectors=["nav", "footer", "[role=navigation]", "[class*=sidebar]", "button"],
    extract_metadata=False,  # it would stand in the text
    hidden_content="reachable",  # tabs hold one example for each language
    skip_images=True,
    compact_tables=True,
    max_depth=2 * MOST_DEPTH,
)
"""Forms stay, since some sites put the whole page into one."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its title, its text as Markdown, and the operations it speaks of."""

    title: str
    text: str
    endpoints: tuple[Endpoint, ...]


def is_page(path: Path) -> bool:
    """Say whether a file is a page: by its sidecar, or by how its name ends."""
    capture = capture_of(path)
    return capture.kind == "page" if capture else path.suffix.lower() in _SUFFIXES


def read_page(path: Path, licence: str = "") -> Resource:
    """Read a page from a file; URL, date and licence from its sidecar if it has one. Raises ResourceError.

    `licence` is for a page that states none, or states another than it is published under.
    """
    content = file_bytes(path, str(path))
    capture = capture_of(path)
    if capture:
        check(content, capture, str(path))
    page = page_of(content, capture.content_type if capture else "", str(path))
    url = capture.final_url if capture else ""
    title = page.title or _last_part(url) or path.stem
    return Resource(
        reference=path.name,
        title=title,
        format=FORMAT,
        path=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        document={
            "title": title,
            "url": url,
            "text": page.text,
            "endpoints": [asdict(one) for one in page.endpoints],
        },
        url=url,
        licence=licence or (capture.licence if capture else ""),
        retrieved=capture.date if capture else "",
    )


def page_of(content: bytes, content_type: str, where: str) -> Page:
    """Turn the bytes of a page into its text; what is no HTML passes as it is. Raises ResourceError."""
    if len(content) > MOST_BYTES:
        raise ResourceError(f"{where}: larger than {MOST_BYTES // 1_000_000} MB; no page of documentation is")
    text = decoded(content, content_type, where)
    if is_html(text, content_type):
        return _of_html(text, where)
    text = text.replace("\r\n", "\n").strip()
    heading = _HEADING.search(text[:_FIRST_CHARACTERS])
    return Page(heading[1] if heading else "", text, endpoints(text))


def is_html(text: str, content_type: str) -> bool:
    """Say whether a text is HTML: by its content type, or by how it begins."""
    return content_type.partition(";")[0].strip().lower() in _HTML_TYPES or _HTML.match(text) is not None


def _of_html(text: str, where: str) -> Page:
    found = list(islice(tags(text), MOST_TAGS + 1))
    if len(found) > MOST_TAGS:
        raise ResourceError(f"{where}: more than {MOST_TAGS:,} tags; no page of documentation has so many")
    deepest = depth(found)
    if deepest > MOST_DEPTH:
        raise ResourceError(f"{where}: elements are nested {deepest} deep, {MOST_DEPTH} at most")
    try:
        converted = convert(text, _OPTIONS).content
    except ConversionError as error:
        raise ResourceError(f"{where}: not HTML that can be read: {error}") from error
    made = (converted or "").strip()
    return Page(_title(found, made), made, endpoints(made))


def _title(found: Sequence[Tag], text: str) -> str:
    named = next((" ".join(tag.text.split()) for tag in found if tag.name == "title" and tag.text.strip()), "")
    heading = _HEADING.search(text[:_FIRST_CHARACTERS])
    return named or (heading[1] if heading else "")


def _last_part(url: str) -> str:
    parts = urlsplit(url)
    return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc
