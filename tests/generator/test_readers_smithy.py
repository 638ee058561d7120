from collections.abc import Mapping
from pathlib import Path

import orjson
import pytest

from generator.compile import compile
from generator.description import Description, Operation
from generator.readers import read
from generator.resource import Resource, ResourceError
from tests.generator.pointing import check

API = "smithy.api#"


def target(name: str) -> dict[str, object]:
    return {"target": name if "#" in name else f"lend#{name}"}


def member(name: str, **traits: object) -> dict[str, object]:
    return {**target(name), "traits": {API + trait: value for trait, value in traits.items()}}


def structure(**members: object) -> dict[str, object]:
    return {"type": "structure", "members": members}


def operation(given: str, answer: str, **traits: object) -> dict[str, object]:
    return {
        "type": "operation",
        "input": target(given),
        "output": target(answer),
        "traits": {API + trait: value for trait, value in traits.items()},
    }


BOOK_ID = member(f"{API}String", required={}, httpLabel={})
SHAPES: Mapping[str, object] = {
    "lend#Lending": {
        "type": "service",
        "version": "2025-01-01",
        "operations": [target("Ping")],
        "resources": [target("Book")],
        "traits": {f"{API}title": "Lending Library", f"{API}documentation": "Lends books."},
    },
    "lend#Book": {
        "type": "resource",
        "identifiers": {"bookId": target(f"{API}String")},
        "create": target("AddToShelf"),
        "read": target("GetBook"),
        "list": target("ListBooks"),
        "delete": target("DropBook"),
        "operations": [target("ArchiveBook")],
        "resources": [target("Loan")],
    },
    "lend#Loan": {
        "type": "resource",
        "identifiers": {"bookId": target(f"{API}String"), "loanId": target(f"{API}String")},
        "create": target("StartLoan"),
        "read": target("GetLoan"),
        "list": target("ListLoans"),
    },
    "lend#Ping": {"type": "operation", "input": target(f"{API}Unit"), "output": target(f"{API}Unit")},
    "lend#AddToShelf": operation("AddToShelfInput", "GetBookOutput", http={"method": "POST", "uri": "/books"}),
    "lend#GetBook": operation(
        "GetBookInput", "GetBookOutput", http={"method": "GET", "uri": "/b/{bookId}"}, readonly={}
    ),
    "lend#ListBooks": operation("ListBooksInput", "ListBooksOutput", readonly={}, paginated={"items": "books"}),
    "lend#DropBook": operation("GetBookInput", f"{API}Unit", idempotent={}),
    "lend#ArchiveBook": operation("GetBookInput", f"{API}Unit", deprecated={}),
    "lend#StartLoan": operation("StartLoanInput", "LoanData"),
    "lend#GetLoan": operation("GetLoanInput", "LoanData", readonly={}),
    "lend#ListLoans": operation("GetBookInput", "ListLoansOutput", readonly={}),
    "lend#AddToShelfInput": structure(
        title=member(f"{API}String", required={}),
        pages=member(f"{API}Integer", range={"min": 1, "max": 9000}),
        genre=target("Genre"),
        token=member(f"{API}String", idempotencyToken={}),
    ),
    "lend#GetBookInput": structure(bookId=BOOK_ID),
    "lend#GetBookOutput": structure(book=target("BookData")),
    "lend#ListBooksInput": structure(nextToken=member(f"{API}String", httpQuery="next")),
    "lend#ListBooksOutput": structure(
        books=target("Books"), authors=target("Authors"), nextToken=target(f"{API}String")
    ),
    "lend#Books": {"type": "list", "member": target("BookData")},
    "lend#Authors": {"type": "list", "member": target("Author")},
    "lend#Author": structure(name=target(f"{API}String")),
    "lend#Dated": {
        "type": "structure",
        "members": {"addedAt": member(f"{API}Timestamp", documentation="When.")},
        "traits": {f"{API}mixin": {"localTraits": [f"{API}documentation"]}, f"{API}documentation": "Not of a book."},
    },
    "lend#BookData": {
        **structure(
            title=member(f"{API}String", required={}),
            pages=target(f"{API}Integer"),
            genre=target("Genre"),
            sequel=target("BookData"),
        ),
        "mixins": [target("Dated")],
    },
    "lend#BookData$addedAt": {"type": "apply", "traits": {f"{API}documentation": "When it came to the shelf."}},
    "lend#Genre": {
        "type": "enum",
        "members": {
            "NOVEL": {**target(f"{API}Unit"), "traits": {f"{API}enumValue": "novel"}},
            "POEM": target(f"{API}Unit"),
        },
    },
    "lend#StartLoanInput": structure(bookId=BOOK_ID, dueAt=member(f"{API}Timestamp", required={})),
    "lend#GetLoanInput": structure(bookId=BOOK_ID, loanId=BOOK_ID),
    "lend#LoanData": structure(dueAt=target(f"{API}Timestamp"), reader=target(f"{API}String")),
    "lend#ListLoansOutput": structure(loans=target("Loans")),
    "lend#Loans": {"type": "list", "member": target("LoanData")},
}


def read_model(folder: Path, shapes: object = SHAPES, version: str = "2.0") -> Resource:
    path = folder / "lending.json"
    path.write_bytes(orjson.dumps({"smithy": version, "shapes": shapes}))
    return read(str(path), licence="CC0-1.0")


@pytest.fixture
def described(tmp_path: Path) -> Description:
    return read_model(tmp_path).description


def one(description: Description, key: str) -> Operation:
    return next(each for each in description.operations if each.id == key)


def test_a_model_is_told_by_its_content(tmp_path: Path) -> None:
    resource = read_model(tmp_path)

    assert (resource.title, resource.format, resource.path) == ("Lending Library", "smithy-2.0", "lending.json")
    assert resource.retrieved == "API version 2025-01-01"
    assert (resource.description.name, resource.description.summary) == ("Lending", "Lends books.")


def test_operations_of_a_service_come_before_those_of_its_resources(described: Description) -> None:
    assert [each.id for each in described.operations] == [
        *("Ping", "AddToShelf", "ListBooks", "GetBook", "DropBook", "ArchiveBook", "StartLoan", "ListLoans", "GetLoan")
    ]


def test_a_resource_says_what_its_operations_do_to_it_and_by_what_they_name_it(described: Description) -> None:
    made, archived, loan = (one(described, key) for key in ("AddToShelf", "ArchiveBook", "GetLoan"))

    assert (made.resource, made.name, made.keys) == (("Book",), "create", ())
    assert (archived.resource, archived.name, archived.keys) == ((), "ArchiveBook", ("bookId",))
    assert (loan.resource, loan.name, loan.keys) == (("Loan",), "get", ("bookId", "loanId"))


def test_traits_of_operations_are_taken(described: Description) -> None:
    got, listed = one(described, "GetBook"), one(described, "ListBooks")

    assert (got.http, got.path, got.is_read_only) == ("GET", "/b/{bookId}", True)
    assert (listed.rows, listed.parameters["nextToken"].place) == ("books", "query")
    assert one(described, "ArchiveBook").is_deprecated
    assert not one(described, "DropBook").is_read_only


def test_traits_of_members_are_taken(described: Description) -> None:
    given = described.schemas["AddToShelf.request"].properties

    assert given["title"].required_by == {"AddToShelf"}
    assert (given["pages"].type, given["pages"].minimum, given["pages"].maximum) == ("integer", 1, 9000)
    assert given["genre"].values == ("novel", "POEM")
    assert given["token"].format == "idempotency-token"


def test_mixins_give_their_members_with_what_is_applied_to_them(described: Description) -> None:
    book = described.schemas["BookData"]

    assert [*book.properties] == ["addedAt", "title", "pages", "genre", "sequel"]
    assert book.doc == ""
    added = book.properties["addedAt"]
    assert (added.at, added.doc, added.format) == (
        *("/shapes/lend#Dated/members/addedAt", "When it came to the shelf."),
        "date-time",
    )


def test_a_structure_that_holds_itself_is_an_instance_of_itself(described: Description) -> None:
    assert described.schemas["BookData"].properties["sequel"].ref == "BookData"


def test_every_pointer_resolves(tmp_path: Path) -> None:
    assert check(read_model(tmp_path)) > len(SHAPES)


def test_a_model_compiles_to_its_resources(tmp_path: Path) -> None:
    blueprint = compile(read_model(tmp_path)).blueprint

    assert {*blueprint.entities} == {"book", "loan"}
    assert blueprint.entities["loan"].fields["book_id"].to == "book"
    assert {"create_book", "get_book", "list_books", "delete_book", "create_loan"} <= {*blueprint.tools}
    assert "token" not in blueprint.tools["create_book"].set


@pytest.mark.parametrize(
    ("shapes", "version", "complaint"),
    [
        (SHAPES, "1.0", r"lending.json: Smithy 1.0: expected 2.0; upgrade the model first"),
        ({}, "2.0", "expected a Smithy model of one service, got none; keep the one that is wanted"),
        ([], "2.0", "a Smithy model without shapes; nothing to compile"),
        ({"a#B": 1}, "2.0", "shape 'a#B' is no object"),
        ({**SHAPES, "a#Other": {"type": "service"}}, "2.0", "got lend#Lending, a#Other"),
    ],
)
def test_what_is_no_model_of_one_service_is_refused(
    tmp_path: Path, shapes: object, version: str, complaint: str
) -> None:
    with pytest.raises(ResourceError, match=complaint):
        read_model(tmp_path, shapes, version)
