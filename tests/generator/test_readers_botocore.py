import hashlib
import shutil
from pathlib import Path
from typing import Any

import orjson
import pytest
from botocore.loaders import Loader

from generator.description import Description
from generator.readers import read
from generator.readers.botocore import Library, installed_library, read_service
from generator.readers.content import file_content
from generator.resource import ResourceError
from tests.generator.pointing import check

SAMPLE = ("acm", "apigateway", "autoscaling", "codecommit", "dynamodb", "eks", "elb", "lambda", "route53", "s3", "sqs")
ABOUT = {
    "apiVersion": "2025-01-01",
    "endpointPrefix": "lend",
    "protocol": "rest-json",
    "serviceFullName": "AWS Lending",
    "serviceId": "Lending",
}
SHAPES: dict[str, dict[str, Any]] = {
    "PutBookRequest": {
        "type": "structure",
        "required": ["Shelf", "Title"],
        "members": {
            "Shelf": {"shape": "Text", "location": "uri", "locationName": "shelf-id"},
            "Loud": {"shape": "Flag", "location": "header", "locationName": "x-loud"},
            "Title": {"shape": "Text", "documentation": "<p>What it is <i>called</i></p>"},
            "Token": {"shape": "Text", "idempotencyToken": True},
            "Pages": {"shape": "Pages"},
            "Traits": {"shape": "Traits"},
            "Old": {"shape": "Text", "deprecated": True},
        },
    },
    "PutBookResponse": {"type": "structure", "members": {"Book": {"shape": "Book"}, "At": {"shape": "Moment"}}},
    "ListBooksResponse": {"type": "structure", "members": {"Books": {"shape": "Books"}}},
    "PutPlanRequest": {
        "type": "structure",
        "members": {"Id": {"shape": "Text", "location": "uri", "locationName": "Id"}, "Plan": {"shape": "Plan"}},
        "payload": "Plan",
    },
    "Plan": {"type": "structure", "members": {"Blob": {"shape": "Blob"}}},
    "Book": {"type": "structure", "members": {"Genre": {"shape": "Genre"}, "Sequel": {"shape": "Book"}}},
    "Books": {"type": "list", "member": {"shape": "Book"}},
    "Genre": {"type": "string", "enum": ["novel", "poem"]},
    "Pages": {"type": "integer", "min": 1, "max": 9000, "box": True},
    "Text": {"type": "string", "min": 1, "max": 100},
    "Flag": {"type": "boolean"},
    "Moment": {"type": "timestamp"},
    "Blob": {"type": "blob"},
    "Traits": {"type": "map", "key": {"shape": "Genre"}, "value": {"shape": "Pages"}},
    "Unused": {"type": "structure", "members": {}},
}
OPERATIONS: dict[str, dict[str, Any]] = {
    "PutBook": {
        "http": {"method": "PUT", "requestUri": "/shelves/{shelf-id+}/books?loud"},
        "input": {"shape": "PutBookRequest"},
        "output": {"shape": "PutBookResponse"},
        "documentation": "<note><p>Be quiet.</p></note><p>Puts a <b>book</b> &amp; more.</p>",
    },
    "ListBooks": {"output": {"shape": "ListBooksResponse"}, "readonly": True},
    "PutPlan": {"http": {"method": "POST", "requestUri": "/plans/{Id}"}, "input": {"shape": "PutPlanRequest"}},
}


def written(folder: Path, **changes: object) -> Path:
    path = folder / "service-2.json"
    model = {"version": "2.0", "metadata": ABOUT, "operations": OPERATIONS, "shapes": SHAPES, **changes}
    path.write_bytes(orjson.dumps({key: part for key, part in model.items() if part is not None}))
    return path


@pytest.fixture
def described(tmp_path: Path) -> Description:
    return read(str(written(tmp_path))).description


def installed() -> Library:
    library = installed_library()
    assert library is not None
    return library


def test_a_service_of_the_package_is_read_with_its_version_and_digest() -> None:
    library = installed()

    resource = read("botocore:sqs")

    content = file_content(library.services["sqs"], "sqs")
    assert resource.sha256 == hashlib.sha256(content).hexdigest()
    assert resource.package == f"pypi:botocore=={library.version}"
    assert resource.path.startswith("botocore/data/sqs/2012-11-05/service-2.json")
    assert (resource.title, resource.licence) == ("Amazon SQS", "Apache-2.0")
    assert (resource.description.provider, resource.description.name) == ("Amazon", "SQS")


def test_services_and_their_newest_versions_are_those_of_the_package_s_own_loader() -> None:
    library = installed()
    loader = Loader(extra_search_paths=[str(library.models)], include_default_search_paths=False)

    found = {name: path.parts[-2] for name, path in library.services.items()}

    names = loader.list_available_services("service-2")
    assert found == {name: loader.determine_latest_version(name, "service-2") for name in names}


@pytest.mark.parametrize("service", SAMPLE)
def test_everything_of_a_service_says_where_it_stands(service: str) -> None:
    resource = read(f"botocore:{service}")

    assert check(resource) > len(resource.description.operations) > 0
    assert len(resource.description.operations) == len(resource.document["operations"])


def test_reading_twice_gives_the_same_resource() -> None:
    assert read("botocore:codecommit") == read("botocore:codecommit")


def test_a_file_is_described_as_the_package_s_own(tmp_path: Path) -> None:
    for path in installed().services["codecommit"].parent.iterdir():
        shutil.copy(path, tmp_path)
    name = installed().services["codecommit"].name

    resource = read(str(tmp_path / name))

    assert resource.description == read("botocore:codecommit").description
    assert (resource.path, resource.package, resource.licence) == (name, "", "")


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("sqss", r'did you mean "botocore:sqs"\?'),
        ("CodeCommit", r'did you mean "botocore:codecommit"\?'),
        ("service-catalog", r'did you mean "botocore:servicecatalog"\?'),
        ("!!!", "names look like botocore:sqs"),
    ],
)
def test_an_unknown_service_is_answered_with_the_nearest_name(asked: str, advice: str) -> None:
    with pytest.raises(ResourceError, match=rf"not among the \d+ services of botocore .*; {advice}"):
        read(f"botocore:{asked}")


def test_without_the_package_the_error_says_what_to_install() -> None:
    with pytest.raises(ResourceError, match=r"^botocore:sqs: botocore is not installed; pip install 'envfarm"):
        read_service("sqs", None)


def test_a_model_without_shapes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="a service model without shapes; nothing to compile"):
        read(str(written(tmp_path, shapes=None)))


def test_members_go_where_the_model_sends_them(described: Description) -> None:
    put = described.operations[0]

    assert (put.http, put.path, put.keys) == ("PUT", "/shelves/{Shelf}/books", ("Shelf",))
    assert {name: one.place for name, one in put.parameters.items()} == {"Shelf": "path", "Loud": "header"}
    assert [*described.schemas["PutBook.request"].properties] == ["Title", "Token", "Pages", "Traits", "Old"]


def test_one_member_may_be_the_whole_body(described: Description) -> None:
    plan = described.operations[2]

    assert (plan.request, plan.response, [*plan.parameters]) == ("Plan", "", ["Id"])
    assert described.schemas["Plan"].properties["Blob"].format == "byte"


def test_members_say_what_their_shapes_and_they_themselves_say(described: Description) -> None:
    given = described.schemas["PutBook.request"].properties

    assert given["Title"].doc == "What it is called."
    assert (given["Title"].required_by, given["Pages"].required_by) == ({"PutBook"}, frozenset())
    assert (given["Pages"].type, given["Pages"].minimum, given["Pages"].maximum) == ("integer", 1, 9000)
    assert (given["Title"].minimum, given["Token"].format) == (None, "idempotency-token")
    assert given["Old"].is_deprecated


def test_a_map_that_says_its_keys_has_a_property_for_each(described: Description) -> None:
    traits = described.schemas["PutBook.request"].properties["Traits"]

    assert (traits.type, [*traits.properties]) == ("object", ["novel", "poem"])
    assert traits.properties["poem"].at == "/shapes/Traits/value"


def test_structures_of_one_operation_have_no_name_and_shared_ones_do(described: Description) -> None:
    names = {key: schema.name for key, schema in described.schemas.items()}

    assert names == {
        "PutBook.request": "",
        "PutBook.response": "",
        "Book": "Book",
        "ListBooks.response": "",
        "Plan": "Plan",
    }
    assert described.schemas["Book"].properties["Sequel"].ref == "Book"


def test_documentation_is_plain_with_asides_at_its_end(described: Description) -> None:
    assert described.operations[0].doc == "Puts a book & more.\nBe quiet."


@pytest.mark.parametrize("protocol", ["query", "ec2", "json", "smithy-rpc-v2-cbor"])
def test_a_remote_procedure_has_no_verb_and_no_path(tmp_path: Path, protocol: str) -> None:
    path = written(tmp_path, metadata={**ABOUT, "protocol": protocol})

    put = read(str(path)).description.operations[0]

    assert (put.http, put.path, put.name) == ("", "", "PutBook")


def test_the_file_of_pages_says_which_member_holds_the_rows(tmp_path: Path) -> None:
    pages = {"pagination": {"ListBooks": {"result_key": "Books"}, "PutBook": {"result_key": ["A", "B"]}}}
    (tmp_path / "paginators-1.json").write_bytes(orjson.dumps(pages))

    operations = read(str(written(tmp_path))).description.operations

    assert [one.rows for one in operations] == ["", "Books", ""]
    assert [one.is_read_only for one in operations] == [False, True, False]
