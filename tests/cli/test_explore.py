import asyncio
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from registry.cost import Cost
from registry.ledger import Ledger
from tests.chat.scripted import Move, in_turn, scripted
from tests.cli.conftest import invoke
from tests.generator.explore.serving import QUIET, SHELF, Site, answer, redirect, served
from tests.generator.explore.test_scout import calling, proposal


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "servers").mkdir()


def explored(site: Site, path: str = "/", *more: str, private: str = "") -> Result:
    return invoke("explore", site.url + path, "--allow-private", private or site.place, "--rate", 1000, *more)


def costs(subject: str) -> tuple[Cost, ...]:
    async def read() -> tuple[Cost, ...]:
        async with Ledger.open("sqlite+aiosqlite:///runs/ledger.db", lambda: datetime.now(UTC)) as ledger:
            return await ledger.costs(subject)

    return asyncio.run(read())


def test_a_description_is_found_kept_and_read_by_the_command_that_is_named_next() -> None:
    with served(SHELF) as site:
        found = explored(site)

    assert found.exit_code == 0, found.output
    lines = found.stdout.splitlines()
    assert lines[:2] == [
        "Shelf API: openapi-3.0, 3 operations, CC0-1.0",
        f"  {site.url}/spec/shelf (declared by {site.url}/docs/reference.html)",
    ]
    place = lines[2].strip()
    assert Path(place).parent == Path("runs/explore") / site.place.replace(".", "_").replace(":", "_")
    assert lines[-1] == f"next: envfarm build --from {place}"
    assert f"refused: {site.url}/private/api.html: robots.txt of {site.place} forbids" in found.stderr
    drafted = json.loads(invoke("draft", place, "--json").stdout)
    assert f"sha256: {Path(place).name}" in drafted["blueprint"]
    assert f"url: {site.url}/spec/shelf" in drafted["blueprint"]


def test_the_report_is_printed_as_json_and_kept_beside_the_captures() -> None:
    with served(QUIET) as site:
        found = explored(site, "/", "--json", "--out", "found")

    said = json.loads(found.stdout)
    following = said.pop("next")
    assert said == json.loads(Path("found/exploration.json").read_text("utf-8"))
    best = said["found"][0]
    assert (best["kind"], best["operations"]) == ("page", 3)
    assert following == f"envfarm draft {best['path']} --model NAME --out DOMAIN/SLUG.yaml"
    assert not found.stderr


def test_a_description_without_a_licence_is_to_be_given_one() -> None:
    with served(SHELF) as site:
        found = explored(site, "/spec/toaster.json")

    assert "no licence stated" in found.stdout
    assert found.stdout.splitlines()[-1].endswith(" --licence NAME")


def test_what_pages_state_of_their_licence_is_told_where_the_description_states_none() -> None:
    declares = (
        b'<html><link rel="license" href="https://opensource.org/licenses/MIT"><link rel="service-desc" '
        b'href="/spec/toaster.json"></html>'
    )
    with served(SHELF, {"/toasters": answer(declares, "text/html")}) as site:
        found = explored(site, "/toasters")

    assert f"licence MIT is what {site.url}/toasters states for itself" in found.stdout.splitlines()


def test_of_many_urls_refused_the_first_are_told_and_the_report_has_all(tmp_path: Path) -> None:
    links = "".join(f'<a href="https://{number}.example/">x</a>' for number in range(30))
    with served(tmp_path / "servers", {"/": answer(f"<html>{links}</html>".encode(), "text/html")}) as site:
        found = explored(site, "/", "--out", "found")

    told = [line for line in found.stderr.splitlines() if line.startswith("refused: ")]
    assert len(told) == 21
    assert told[-1] == "refused: 10 more, told in found/exploration.json"
    assert len(json.loads(Path("found/exploration.json").read_text("utf-8"))["refused"]) == 30


def test_a_site_that_holds_nothing_is_told_with_where_the_report_is(tmp_path: Path) -> None:
    with served(tmp_path / "servers", {"/": answer(b"hello", "text/plain")}) as site:
        found = explored(site)

    assert found.exit_code == 1
    assert f"{site.url}/: no description of an API and no documentation was found in 1 documents; runs" in found.stderr
    assert (Path("runs/explore") / site.place.replace(".", "_").replace(":", "_") / "exploration.json").is_file()


def test_only_the_very_place_that_is_allowed_may_be_private() -> None:
    with served(SHELF) as inner, served(SHELF, {"/": redirect(f"{inner.url}/spec/shelf")}) as site:
        refused = explored(site, "/", "--allow-host", inner.place)
        allowed = explored(site, "/", "--allow-host", inner.place, "--allow-private", inner.place)
        start = explored(site, "/", private="127.0.0.1:1")

    assert (refused.exit_code, allowed.exit_code, start.exit_code) == (1, 0, 1)
    assert f"which is no public address; if that is meant, give --allow-private {inner.place}" in refused.stderr
    assert f"which is no public address; if that is meant, give --allow-private {site.place}" in start.stderr


def test_the_bounds_can_be_set_and_the_one_that_ended_it_is_told() -> None:
    with served(SHELF) as site:
        found = explored(site, "/", "--documents", "2")

    assert len(site.pages) == 2
    assert "2 documents were asked for, and no more may be; see --documents" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("shelf.example",), "shelf.example: only http and https are followed, not a URL without a scheme; give a URL"),
        (("topic:parcels",), "a topic needs a language model to look for it; give --model NAME, or a URL instead"),
        (("https://shelf.example", "--model", "m"), "--model is for topic:WORDS; a URL is explored without one"),
        (("https://shelf.example", "--allow-private", "10.0.0.1"), "--allow-private expects HOST:PORT, such as"),
        (
            ("https://shelf.example", "--allow-host", "http://a.example/"),
            "--allow-host expects HOST or HOST:PORT, such",
        ),
    ],
)
def test_misuse_is_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    misused = invoke("explore", *arguments)

    assert misused.exit_code == 2
    assert misused.stderr.startswith(f"error: {sentence}")


def test_a_topic_is_proposed_from_by_a_model_that_knows_what_is_there_and_what_it_costs(tiny_air_folder: Path) -> None:
    shutil.copytree(tiny_air_folder, Path("servers/travel/tiny_air"))
    with served(SHELF) as site:
        found_there = json.dumps([{"url": f"{site.url}/spec/shelf", "title": "Shelf"}]).encode()
        moves = (
            calling(("search", {"query": "lending"})),
            calling(("open", {"url": f"{site.url}/spec/shelf"})),
            calling(("note", proposal(site))),
            Move(text="Nothing more."),
        )
        with (
            served(SHELF, {"/find": answer(found_there, "application/json")}) as engine,
            scripted(in_turn(*moves)) as model,
        ):
            model_options = ("--model", "m", "--base-url", model.url, "--price", 1, 2)
            web_options = ("--allow-private", site.place, "--rate", 1000)
            said = invoke(
                "explore",
                "topic:lending books",
                *model_options,
                *web_options,
                "--json",
                ENVFARM_SEARCH=f"{engine.url}/find?q={{query}}",
            )

    assert said.exit_code == 0, said.output
    content = json.loads(said.stdout)
    assert content["proposals"] == [proposal(site)]
    assert engine.asked == ["/find?q=lending"]
    assert "- tiny_air: " in model.requests[0]["messages"][0]["content"]
    assert (content["prompt_tokens"], content["completion_tokens"]) == (model.prompt_tokens, model.completion_tokens)
    assert content["money"] == pytest.approx((model.prompt_tokens + 2 * model.completion_tokens) / 1e6)
    assert [cost.stage for cost in costs("topic:lending books")] == ["explore"] * 4
    assert json.loads(Path("runs/explore/lending_books/proposals.json").read_text("utf-8")) == content


def test_a_topic_that_nothing_is_proposed_for_is_told_with_what_to_do() -> None:
    with scripted(in_turn(Move(text="I know of nothing."))) as model:
        said = invoke("explore", "topic:lending", "--model", "m", "--base-url", model.url)

    assert said.exit_code == 1
    assert "topic 'lending': nothing was proposed in 2 turns; set ENVFARM_SEARCH to something" in said.stderr
    assert [tool["function"]["name"] for tool in model.requests[0]["tools"]] == ["open", "note"]


def test_a_search_without_a_place_for_the_query_is_a_complaint() -> None:
    said = invoke("explore", "topic:x", "--model", "m", ENVFARM_SEARCH="http://127.0.0.1:1/search")

    assert said.exit_code == 2
    assert said.stderr.startswith("error: ENVFARM_SEARCH expects {query} in its URL, such as")
