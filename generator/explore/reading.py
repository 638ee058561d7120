"""Reading what was fetched: a description with operations, a page, a catalog or a viewer's script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.explore.catalogs import listed
from generator.explore.errors import RefusedError
from generator.explore.fetch import Fetched
from generator.explore.licence import Licence, licence_of
from generator.explore.pointers import Pointers, base_of, in_answer, in_headers, in_markup, in_script, in_text
from generator.explore.url import Url
from generator.readers import read
from generator.readers.charset import decoded
from generator.readers.content import parsed
from generator.readers.markup import tags
from generator.readers.pages import MOST_TAGS, Page, is_html, page_of
from generator.resource import Resource, ResourceError

_PACKED = (b"\x1f\x8b", b"PK\x03\x04")
_STRUCTURED = re.compile(r"(?:[\w.+-]+/)?(?:[\w.+-]+\+)?(?:json|yaml|x-yaml)\b", re.IGNORECASE)
_OPENING = re.compile(r"^[\"']?(?:openapi|swagger)[\"']?\s*:", re.MULTILINE)
_SCRIPT = re.compile(r"(?:text|application)/(?:x-)?(?:java|ecma)script\b", re.IGNORECASE)
_FIRST_CHARACTERS = 5000
_WORD = re.compile(
    r"\b(api|authentication|bearer|curl|endpoints?|headers?|json|parameters?|payload|query|requests?|responses?|rest"
    r"|schema|status code|webhooks?)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 5
"""Of the words above, how many a page without operations must use to be about an API."""

_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document is. `said` tells it in a few words; pointers are relative to `base`.

    `words` counts the different words of APIs that a page uses.
    """

    said: str
    base: Url
    resource: Resource | None = None
    page: Page | None = None
    words: int = 0
    licence: Licence = field(default_factory=Licence)
    pointers: Pointers = field(default_factory=Pointers)

    @property
    def operations(self) -> int:
        """How many operations a description has, or a page speaks of."""
        if self.resource is not None:
            return len(self.resource.description.operations)
        return len(self.page.endpoints) if self.page is not None else 0

    @property
    def is_documentation(self) -> bool:
        """Whether it is a page about an API."""
        return self.page is not None and bool(self.page.endpoints or self.words >= _FEWEST_WORDS)


def reading_of(fetched: Fetched, most_links: int) -> Reading:
    """Read a document as what it is. Raises RefusedError if it is nothing that can be read."""
    found = _read(fetched, most_links)
    announced = in_answer(fetched.links)
    pointers = replace(
        found.pointers,
        descriptions=tuple(dict.fromkeys((*announced.descriptions, *found.pointers.descriptions))),
        pages=tuple(dict.fromkeys((*announced.pages, *found.pointers.pages))),
    )
    return replace(found, pointers=pointers)


def _read(fetched: Fetched, most_links: int) -> Reading:
    if fetched.content.startswith(_PACKED):
        return _described(fetched)
    try:
        text, broken = decoded(fetched.content, fetched.content_type, "the page"), ""
    except ResourceError as error:
        text, broken = fetched.content.decode("utf-8", "replace"), str(error)
    if _STRUCTURED.match(fetched.content_type) or text.lstrip()[:1] in ("{", "["):
        return _structured(fetched)
    if is_html(text, fetched.content_type):
        return _marked_up(fetched, text, broken, most_links)
    if _OPENING.search(text[:_FIRST_CHARACTERS]):
        return _described(fetched)
    if broken:
        raise RefusedError(broken)
    if _SCRIPT.match(fetched.content_type) or fetched.final_url.path.endswith(".js"):
        return Reading("a script", fetched.final_url, pointers=in_script(text))
    return _paged(fetched, text, in_text(text, most_links), fetched.final_url, licence=Licence())


def _described(fetched: Fetched) -> Reading:
    """Read a description as `envfarm build --from` would read its file."""
    last = _NAME.sub("_", Path(fetched.final_url.path).stem) or "description"
    with TemporaryDirectory(prefix="envfarm-explore-") as folder:
        path = Path(folder) / f"{last[:80]}.json"
        path.write_bytes(fetched.content)
        try:
            resource = read(str(path))
        except ResourceError as error:
            raise RefusedError(str(error).removeprefix(f"{path}: ")) from error
    count = len(resource.description.operations)
    if not count:
        raise RefusedError(f"{resource.format} without operations; nothing to compile")
    stated = [to for relation, to, _ in in_headers(fetched.links) if relation == "license"]
    licence = Licence(resource.licence, fetched.final_url.text) if resource.licence else Licence()
    if not licence.name and stated:
        licence = licence_of(fetched.final_url, "", (), [("license", to) for to in stated])
    said = f"{resource.format}: {resource.title}, {_counted(count, 'operation')}"
    return Reading(said, fetched.final_url, resource=resource, licence=licence)


def _structured(fetched: Fetched) -> Reading:
    try:
        return _described(fetched)
    except RefusedError as error:
        try:
            catalog = listed(parsed(fetched.content, "the document"), fetched.final_url)
        except ResourceError:
            catalog = None  # what is wrong with it was said above
        if catalog is None:
            raise error
        places = _counted(len(catalog.descriptions) + len(catalog.pages), "place")
        return Reading(f"a catalog of {places}", fetched.final_url, pointers=catalog)


def _marked_up(fetched: Fetched, text: str, broken: str, most_links: int) -> Reading:
    found = list(islice(tags(text), MOST_TAGS))
    try:
        base = fetched.final_url.join(base_of(found))
    except RefusedError:
        base = fetched.final_url
    pointers = in_markup(found, most_links)
    if broken:
        return Reading(f"followed, but not used: {broken}", base, pointers=pointers)
    headers = [(relation, to) for relation, to, _ in in_headers(fetched.links)]
    return _paged(fetched, text, pointers, base, licence_of(fetched.final_url, text, found, headers))


def _paged(fetched: Fetched, text: str, pointers: Pointers, base: Url, licence: Licence) -> Reading:
    try:
        page = page_of(fetched.content, fetched.content_type, "the page")
    except ResourceError as error:
        return Reading(f"followed, but not used: {error}", base, pointers=pointers)
    words = len({word.lower().rstrip("s") for word in _WORD.findall(page.text)})
    said = f"a page with {_counted(len(page.endpoints), 'operation')}"
    return Reading(said, base, None, page, words, licence, pointers)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
