"""Draw blueprints of small environments that are alike in kind and different in every word, to learn on."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from envkit.clock import derive

DOMAIN = "tiny"


def _each(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_NOUNS = _each(
    "kettle lantern crate barrel saddle anchor ladder basket trumpet violin compass tractor blanket mirror pillow "
    "bucket hammer shovel carpet curtain drawer engine feather garden helmet jacket kennel locker magnet needle oven "
    "paddle quilt ribbon sandal tunnel umbrella wagon zipper bottle candle dagger easel funnel goblet harbour igloo "
    "jigsaw kayak lemon mallet napkin orchard parcel quarry rocket scarf teapot urn vault walnut yacht badge cabin "
    "dinghy emblem ferry glider hut ivory jetty knapsack loom meadow nugget oar pebble raft sled turret vine wreath"
)
_COLUMNS = _each(
    "colour girth rank tone grade width depth height weight speed volume zone row shade gauge pitch angle age "
    "heat dose score layer margin radius span stock tally torque drift flow glow mass pace range slope"
)
_VALUES = _each(
    "amber brisk crimson dusty early faded gentle hollow indigo jagged keen lively mellow narrow olive pale quiet "
    "rough silver tame upper velvet warm young azure blunt coarse dense eager fancy grand humble inner jolly kind "
    "lean minor noble outer plain quick rigid solid tidy urban vivid wild yellow zesty"
)
_VERBS = _each(
    "polish seal mend stamp hoist brand trim rinse wrap tune drain ship weigh scrub mount press rotate shelve bake fold"
)
_SYLLABLES = _each("ba bo da de fi fu ga go ha ji ka ke lo lu ma mi no nu pa po ra ri sa su ta ti va ve wo zu")

_RENAMED = {"range": "surplus"}
"""Parameters may not be called what means something in Python, as columns may."""

_PARENTS, _CHILDREN = (4, 6), (6, 9)
_EXTRA_TOOLS = (5, 7)
_NO_ARGS: Mapping[str, object] = {}
_NO_LOOKUPS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one environment: its two kinds of things, their columns, and its own verbs."""

    parent: str
    child: str
    parent_label: str
    child_label: str
    choice: str
    size: str
    state: str
    count: str
    more: str
    choices: tuple[str, ...]
    states: tuple[str, ...]
    verbs: tuple[str, ...]


def write_blueprints(folder: Path, count: int, seed: int) -> tuple[Path, ...]:
    """Write so many blueprints as `folder`/tiny/<slug>.yaml; the same seed gives the same files."""
    place = folder / DOMAIN
    place.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(count):
        raw = blueprint(number, random.Random(derive(seed, "world", number)))
        paths.append(place / f"{raw['name']}.yaml")
        paths[-1].write_text(yaml.safe_dump(raw, sort_keys=False, width=120), encoding="utf-8")
    return tuple(paths)


def blueprint(number: int, rng: random.Random) -> dict[str, object]:
    """Draw one blueprint: things that belong to things, ways to look at them, and some of nine ways to change them."""
    words = _draw_words(rng)
    tools = [_list_parents(words, rng), _list_children(words, rng)]
    makers = (_get, _update_parent, _update_child, _create, _delete, _advance, _finish, _add, _move)
    chosen = rng.sample(makers, rng.randint(*_EXTRA_TOOLS))
    tools += [make(words, rng) for make in chosen]
    rng.shuffle(tools)
    names = _opaque_names(len(tools), rng)
    return {
        "blueprint": 1,
        "name": f"{words.parent}_{words.child}_{number}",
        "title": f"{words.parent.title()} and {words.child}",
        "clock": {"start": "2025-03-03T09:00:00Z"},
        "entities": {words.parent: _parent(words, rng), words.child: _child(words, rng)},
        "tools": dict(zip(names, tools, strict=True)),
    }


def _draw_words(rng: random.Random) -> _Words:
    parent, child = rng.sample(_NOUNS, 2)
    parent_label, child_label, choice, size, state, count, more = rng.sample(_COLUMNS, 7)
    values = rng.sample(_VALUES, 7)
    return _Words(
        parent, child, parent_label, child_label, choice, size, state, count, _RENAMED.get(more, more),
        tuple(values[:4]), tuple(values[4:]), tuple(rng.sample(_VERBS, 4)),
    )  # fmt: skip


def _labels(count: int, rng: random.Random) -> list[str]:
    return [f"{first}-{second}" for first, second in _pairs(count, rng)]


def _pairs(count: int, rng: random.Random) -> list[tuple[str, int]]:
    return [("".join(rng.choices("BCDFGHJKLMNPRSTVWZ", k=2)), number) for number in rng.sample(range(100, 1000), count)]


def _parent(words: _Words, rng: random.Random) -> dict[str, object]:
    count = rng.randint(*_PARENTS)
    return {
        "prefix": words.parent[:3],
        "seed": count,
        "fields": {
            words.parent_label: {"type": "str", "unique": True, "seed": _labels(count, rng)},
            words.choice: {"type": "enum", "values": [*words.choices]},
            words.size: {"type": "int", "min": 1, "max": 99, "seed": rng.sample(range(10, 99), count)},
        },
    }


def _child(words: _Words, rng: random.Random) -> dict[str, object]:
    count = rng.randint(*_CHILDREN)
    first, second, third = words.states
    return {
        "prefix": f"{words.child[:2]}q",
        "seed": count,
        "fields": {
            words.child_label: {"type": "str", "unique": True, "seed": _labels(count, rng)},
            f"{words.parent}_id": {"type": "ref", "to": words.parent},
            words.state: {"type": "state", "initial": first, "moves": {first: [second], second: [third]}},
            words.count: {
                "type": "int",
                "min": 1,
                "max": 999,
                "default": 1,
                "seed": rng.sample(range(100, 900), count),
            },
        },
    }


def _opaque_names(count: int, rng: random.Random) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        names["".join(rng.choices(_SYLLABLES, k=3))] = None
    return [*names]


def _some(columns: Sequence[str], rng: random.Random) -> list[str]:
    """Keep some of the columns, in their order."""
    return [each for each in columns if rng.random() < 0.5]


def _list_parents(words: _Words, rng: random.Random) -> dict[str, object]:
    columns = [words.parent_label, *_some([words.choice], rng)]
    return {"kind": "list", "entity": words.parent, "title": f"List {words.parent}", "filter": columns, "doc": _LIST}


def _list_children(words: _Words, rng: random.Random) -> dict[str, object]:
    columns = [words.child_label, f"{words.parent}_id", *_some([words.state], rng)]
    return {"kind": "list", "entity": words.child, "title": f"List {words.child}", "filter": columns, "doc": _LIST}


_LIST = "List what there is."


def _get(words: _Words, rng: random.Random) -> dict[str, object]:
    entity = rng.choice((words.parent, words.child))
    return {"kind": "get", "entity": entity, "title": f"Get {entity}", "doc": "Show one."}


def _update_parent(words: _Words, rng: random.Random) -> dict[str, object]:
    columns = [words.parent_label, *_some([words.choice, words.size], rng)]
    return {
        "kind": "update",
        "entity": words.parent,
        "title": f"Update {words.parent}",
        "set": columns,
        "doc": "Correct it.",
    }


def _update_child(words: _Words, rng: random.Random) -> dict[str, object]:
    columns = [words.count, *_some([words.child_label], rng)]
    return {
        "kind": "update",
        "entity": words.child,
        "title": f"Update {words.child}",
        "set": columns,
        "doc": "Correct it.",
    }


def _create(words: _Words, rng: random.Random) -> dict[str, object]:
    columns = [words.child_label, f"{words.parent}_id", *_some([words.count], rng)]
    return {
        "kind": "create",
        "entity": words.child,
        "title": f"Create {words.child}",
        "set": columns,
        "doc": "Add one.",
    }


def _delete(words: _Words, rng: random.Random) -> dict[str, object]:
    title = f"Delete {words.child}"
    return {
        "kind": "delete",
        "entity": words.child,
        "title": title,
        "cascade": [],
        "destructive": True,
        "doc": "Remove it.",
    }


def _action(
    words: _Words,
    verb: str,
    do: Mapping[str, str],
    guard: Mapping[str, object],
    args: Mapping[str, object] = _NO_ARGS,
    looked_up: Mapping[str, str] = _NO_LOOKUPS,
) -> dict[str, object]:
    return {
        "title": f"{verb.title()} {words.child}",
        "doc": f"{verb.title()} it.",
        "args": {f"{words.child}_id": {"type": "ref", "to": words.child}, **args},
        "let": {"it": f"{words.child}[{words.child}_id]", **looked_up},
        "require": guard,
        "do": [{"update": "it", "set": dict(do)}],
        "return": {words.child: "it"},
    }


def _step(words: _Words, verb: int, before: int) -> dict[str, object]:
    old, new = words.states[before : before + 2]
    guard = {f"not_{old}": [f"it.{words.state} == '{old}'", f"It is {{it.{words.state}}}."]}
    return _action(words, words.verbs[verb], {words.state: f"'{new}'"}, guard)


def _advance(words: _Words, rng: random.Random) -> dict[str, object]:
    return _step(words, 0, 0)


def _finish(words: _Words, rng: random.Random) -> dict[str, object]:
    return _step(words, 1, 1)


def _add(words: _Words, rng: random.Random) -> dict[str, object]:
    guard = {"too_much": [f"it.{words.count} + {words.more} <= 999", "There is no room for that."]}
    change = {words.count: f"it.{words.count} + {words.more}"}
    return _action(words, words.verbs[2], change, guard, {words.more: {"type": "int", "min": 1, "max": 99}})


def _move(words: _Words, rng: random.Random) -> dict[str, object]:
    ref = f"{words.parent}_id"
    guard = {"there_already": [f"it.{ref} != goal.id", "It is there already."]}
    args, looked_up = {ref: {"type": "ref", "to": words.parent}}, {"goal": f"{words.parent}[{ref}]"}
    return _action(words, words.verbs[3], {ref: "goal.id"}, guard, args, looked_up)
