"""The tools of the scout: search, open and note, with every slip of a call answered by what was wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chat.messages import ToolDefinition
from generator.explore.errors import ExploreError, RefusedError
from generator.explore.fetch import Fetcher
from generator.explore.pointers import Pointers
from generator.explore.reading import Reading, reading_of
from generator.explore.search import Search
from generator.explore.url import Url, parse

_MOST_RESULTS = 8
_MOST_CHARACTERS = 6_000
"""Of what is told of a document."""
_MOST_OPERATIONS = 40
_MOST_LINKS = 30


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SearchFor(_Frozen):
    """Search the web. Answers with places, each with its URL, its title and a few words."""

    query: str = Field(min_length=1, max_length=300)


class Open(_Frozen):
    """Open a URL. Answers with what lies there: the operations of a description, or the text and links of a page."""

    url: str = Field(min_length=1, max_length=2000)


class Proposal(_Frozen):
    """Propose an environment, made from the resource at a URL that was opened."""

    title: str = Field(min_length=3, max_length=80)
    domain: str = Field(pattern=r"^[a-z][a-z0-9_]{1,30}$")
    slug: str = Field(pattern=r"^[a-z][a-z0-9_]{2,50}$")
    url: str = Field(min_length=1, max_length=2000)
    why: str = Field(min_length=10, max_length=600)


_TOOLS: Mapping[str, type[_Frozen]] = {"search": SearchFor, "open": Open, "note": Proposal}


class Desk:
    """Where the scout's calls are done. It owns what was opened and what was proposed."""

    def __init__(self, search: Search | None, fetcher: Fetcher, known: Mapping[str, str], wanted: int) -> None:
        self.proposals: list[Proposal] = []
        self._search, self._fetcher, self._known, self._wanted = search, fetcher, known, wanted
        self._opened: set[str] = set()

    @property
    def offered(self) -> tuple[ToolDefinition, ...]:
        """The tools there are; no search where nothing answers one."""
        return tuple(
            ToolDefinition(name=name, description=str(form.__doc__), parameters=form.model_json_schema())
            for name, form in _TOOLS.items()
            if name != "search" or self._search is not None
        )

    async def do(self, name: str, arguments: str) -> str:
        """Do a call and say what came of it, or what was wrong with it."""
        form = _TOOLS.get(name)
        if form is None or (form is SearchFor and self._search is None):
            return f"there is no tool {name[:60]!r}; there are: {', '.join(tool.name for tool in self.offered)}"
        try:
            asked = form.model_validate_json(arguments)
        except ValidationError as error:
            return f"not done: {_faults(error)}; {name} takes one JSON object with {', '.join(form.model_fields)}"
        try:
            return await self._does(asked)
        except ExploreError as error:
            return f"not done: {error}"

    async def _does(self, asked: _Frozen) -> str:
        match asked:
            case SearchFor(query=query) if self._search is not None:
                found = await self._search.find(query, _MOST_RESULTS)
                return "\n".join(f"{one.url}\n  {one.title}: {one.text}" for one in found) or "nothing was found"
            case Open(url=url):
                return await self._open(parse(url))
            case Proposal():
                return self._note(asked)
            case _:
                raise AssertionError("a tool that nothing does")

    async def _open(self, url: Url) -> str:
        fetched = await self._fetcher.fetch(url)
        reading = reading_of(fetched, _MOST_LINKS)
        self._opened |= {fetched.url.text, fetched.final_url.text}
        lines = [f"{fetched.final_url.text}: {reading.said}", *_told(reading)]
        return "\n".join(lines)[:_MOST_CHARACTERS]

    def _note(self, proposal: Proposal) -> str:
        url = parse(proposal.url)
        titles = {title.casefold(): slug for slug, title in self._known.items()}
        there = proposal.slug if proposal.slug in self._known else titles.get(proposal.title.casefold())
        if there:
            return f"not done: {there} is there already; propose something else"
        if any(proposal.slug == one.slug or url.text == one.url for one in self.proposals):
            return "not done: you noted that already"
        if url.text not in self._opened:
            return f"not done: {url.text} was not opened; open it first, so that it is known to be there"
        self.proposals.append(proposal.model_copy(update={"url": url.text}))
        return f"noted; {self._wanted - len(self.proposals)} more are wanted at most"


def _told(reading: Reading) -> Iterator[str]:
    if reading.licence.name:
        yield f"licence: {reading.licence.name}"
    if reading.resource is not None:
        for each in reading.resource.description.operations[:_MOST_OPERATIONS]:
            yield f"operation {each.http} {each.path or each.name}"
    yield from islice(_links(reading.base, reading.pointers), _MOST_LINKS)
    if reading.page is not None:
        yield from (f"operation {each.method} {each.path}" for each in reading.page.endpoints[:_MOST_OPERATIONS])
        yield reading.page.text


def _links(base: Url, pointers: Pointers) -> Iterator[str]:
    described = (("description", reference) for _, reference in pointers.descriptions)
    for kind, reference in (*described, *(("link", reference) for reference in pointers.pages)):
        try:
            yield f"{kind} {base.join(reference).text}"
        except RefusedError:
            continue  # mail, telephone, scripts: nothing to open


def _faults(error: ValidationError) -> str:
    faults = error.errors(include_url=False, include_input=False)
    return "; ".join(
        f"{'.'.join(map(str, fault['loc'])) or 'the arguments'}: {fault['msg']}".rstrip(".") for fault in faults[:5]
    )
