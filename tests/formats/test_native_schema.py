"""The JSON Schema for other programs and the checks of our own give the same verdicts on shape."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.formats import nasty
from tests.formats.reading import as_json, dumped, problems
from workbench.formats.problems import FormatError

Path_ = tuple[str | int, ...]

TEXTS = ["", "x", "gold", "new", "2025-01-01T00:00:00Z"]
VALUES: list[Any] = [None, True, 0, -1, 1.0, 1.5, 7, *TEXTS, [], [1], ["x"], {}, {"a": 1}]


def schema() -> dict[str, Any]:
    """Our schema, as the package carries it."""
    value: dict[str, Any] = json.loads(files("workbench.formats").joinpath("native.schema.json").read_bytes())
    return value


VALIDATOR = jsonschema.Draft202012Validator(schema())


def shapely(value: Any) -> bool:
    """Say whether our checks find the shape of a file right."""
    if "format" not in value:
        # Read as a record of an article, which it does not pass for either.
        return False
    try:
        found = problems(dumped(value))
    except FormatError:
        return False
    # Two gold sets are a matter of shape for the schema, and of sets for us.
    gold = "a document has at most one gold set."
    return not any(problem.code == "shape" or problem.message == gold for problem in found)


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The path of every value inside a JSON value."""
    if path:
        yield path
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in members:
        yield from places(member, (*path, key))


def changed(value: Any, path: Path_, new: Any) -> Any:
    """A copy with one value replaced; `...` takes it away."""
    copied = copy.deepcopy(value)
    holder = copied
    for key in path[:-1]:
        holder = holder[key]
    if new is ...:
        del holder[path[-1]]
    else:
        holder[path[-1]] = new
    return copied


def small() -> dict[str, Any]:
    """The nasty export with one record of each kind in its first document."""
    value: dict[str, Any] = json.loads(as_json(nasty.project(), nasty.bundles()))
    document = value["documents"][0]
    value["documents"] = [document]
    kept = {"a1", "a5", "a6", "g1"}
    document["annotations"] = [record for record in document["annotations"] if record["id"] in kept]
    document["links"] = document["links"][:1]
    return value


def test_the_schema_is_a_schema_and_accepts_our_exports() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    value = json.loads(as_json(nasty.project(), nasty.bundles()))
    assert VALIDATOR.is_valid(value)
    assert shapely(value)


@pytest.mark.parametrize("seed", range(4))
def test_checks_and_schema_agree_on_changed_exports(seed: int) -> None:
    value = small()
    draw = random.Random(seed)
    every = list(places(value))
    for path in draw.sample(every, min(len(every), 60)):
        for new in (..., *draw.sample(VALUES, 6)):
            one = changed(value, path, new)
            assert shapely(one) == VALIDATOR.is_valid(one), (path, new, list(map(str, problems(dumped(one)))))


@pytest.mark.slow
def test_checks_and_schema_agree_on_every_value_of_an_export() -> None:
    value = small()
    for path in places(value):
        for new in (..., *VALUES):
            one = changed(value, path, new)
            assert shapely(one) == VALIDATOR.is_valid(one), (path, new)


def test_our_schema_agrees_with_the_shared_one(shared: Path) -> None:
    other = jsonschema.Draft202012Validator(
        json.loads((shared / "interop/workbench-annotations.schema.json").read_bytes())
    )
    value = small()
    draw = random.Random(7)
    every = list(places(value))
    for path in draw.sample(every, 200):
        for new in (..., *draw.sample(VALUES, 4)):
            one = changed(value, path, new)
            assert VALIDATOR.is_valid(one) == other.is_valid(one), (path, new)
