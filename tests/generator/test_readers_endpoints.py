import pytest

from generator.readers.endpoints import MOST_ENDPOINTS, endpoints


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("`GET /books/{id}` gets one.", ("GET", "/books/{id}", "gets one")),
        ("**POST** `https://a.example/v1/books` – add a book", ("POST", "/v1/books", "add a book")),
        ("| DELETE | /books/<book_id> | Take it away |", ("DELETE", "/books/{book_id}", "Take it away")),
        ("### PATCH /books/:id.", ("PATCH", "/books/{id}", "")),
        ("PUT /a, then wait", ("PUT", "/a", "then wait")),
        ("curl https://a.example/x?y=1", ("GET", "/x", "")),
        ("curl -d '{}' 'https://a.example/x'", ("POST", "/x", "")),
        ('curl --request "DELETE" https://a.example', ("DELETE", "/", "")),
    ],
)
def test_operations_are_found_however_pages_write_them(line: str, found: tuple[str, str, str]) -> None:
    (one,) = endpoints(line)

    assert (one.method, one.path, one.summary) == found


@pytest.mark.parametrize("line", ["get /books", "TARGET /books", "GET the book", "curl nothing", "curl https://[x", ""])
def test_other_words_are_no_operations(line: str) -> None:
    assert endpoints(line) == ()


def test_an_operation_told_twice_is_one_with_the_words_that_were_said() -> None:
    (one,) = endpoints("## GET /books\n\nGET /books lists them")

    assert one.summary == "lists them"


def test_a_heading_says_what_follows_it() -> None:
    (one,) = endpoints("## List books ##\n\n```\nGET /books\n```")

    assert one.summary == "List books"


def test_endless_lines_and_lists_are_bounded() -> None:
    assert len(endpoints("\n".join(f"GET /a/{number}" for number in range(3 * MOST_ENDPOINTS)))) == MOST_ENDPOINTS
    assert len(endpoints("GET /a " * 1_000_000)) == 1
    assert endpoints("GET" + " " * 1_000_000) == ()
