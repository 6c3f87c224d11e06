"""Short ways to read and write native files in tests."""

from __future__ import annotations

import io
import json
from typing import Any

from workbench.domain.bundle import Bundle, Project
from workbench.formats.native_writer import write_json, write_jsonl
from workbench.formats.problems import Item, Problem
from workbench.formats.reading import ReadOptions
from workbench.formats.registry import open_reader


def read(data: bytes, name: str = "export.json", options: ReadOptions | None = None) -> list[Item]:
    """Read bytes as a file of that name; the header's problems come first, in an item of their own."""
    with open_reader(name, options or ReadOptions(), io.BytesIO(data)) as reader:
        return [Item(None, list(reader.problems)), *reader]


def project_of(data: bytes, name: str = "export.json") -> Project | None:
    """Read the head of a file."""
    with open_reader(name, ReadOptions(), io.BytesIO(data)) as reader:
        return reader.project


def problems(data: bytes, name: str = "export.json") -> list[Problem]:
    """Read bytes and return all that is to be said."""
    return [problem for item in read(data, name) for problem in item.problems]


def said(data: bytes, name: str = "export.json") -> list[str]:
    """The problems as lines, with their severity."""
    return [f"{problem.severity.value}: {problem}" for problem in problems(data, name)]


def good(data: bytes, name: str = "export.json") -> list[Bundle]:
    """Read bytes and return the bundles."""
    return [item.bundle for item in read(data, name) if item.bundle is not None]


def as_json(project: Project, bundles: list[Bundle]) -> bytes:
    """Write as JSON."""
    out = io.BytesIO()
    write_json(project, bundles, out)
    return out.getvalue()


def as_jsonl(project: Project, bundles: list[Bundle]) -> bytes:
    """Write as JSON lines."""
    out = io.BytesIO()
    write_jsonl(project, bundles, out)
    return out.getvalue()


def dumped(value: Any) -> bytes:
    """Write a JSON value as bytes, lone surrogates escaped."""
    return json.dumps(value).encode()
