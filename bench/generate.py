"""Seeded articles with annotations for the benchmarks: the same numbers give the same bytes.

    python bench/generate.py --documents 10000 --annotations 570000 --seed 1 > articles.jsonl

News-like: some 450 words an article, curly quotes and accents in most, two annotators, nested figures, links from
claims to speakers, now and then a split annotation or a note.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from workbench.domain.bundle import (
    AnnotationRow,
    AnnotatorRow,
    Bundle,
    DocumentRow,
    LinkRow,
    Origin,
    Project,
    SetKey,
    SetRow,
)
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.text import text_hash
from workbench.formats.native_writer import write_jsonl

MAX_DOCUMENTS = 100_000
TIME = "2026-03-02T09:00:00Z"
PEOPLE = ("ana", "ben")
PROJECT = Project("bench", DEFAULT_LABEL_SET, tuple(AnnotatorRow(name, f"annotator-{name}") for name in PEOPLE))

_COMMON = """
the of to in and a that for on was is with by at from it as were had be said would not are after this its have an
port bridge council harbour toll minister union figures report percent million workers strike court budget winter
ferry quay region company spokesman officials according residents plan costs night week street
"""
_WORDS = tuple(_COMMON.split())
_ODD = ("café", "Ōta", "“nobody", "asked”", "naïve", "€3.5", "Zoë’s", "—", "Müller", "田中")


def bundles(documents: int, annotations: int, seed: int = 1, words: int = 450) -> Iterator[Bundle]:
    """Yield documents by uid with `annotations` spread evenly over them."""
    for number in range(documents):
        chance = random.Random(f"{seed}/{number}")
        wanted = annotations * (number + 1) // documents - annotations * number // documents
        yield _bundle(chance, number, wanted, words)


def _text(chance: random.Random, number: int, words: int) -> tuple[str, list[int]]:
    """Return a text and the offsets at which its words start."""
    pieces = [f"Article{number:06d}"]
    odd = chance.random() < 0.7
    for position in range(words):
        word = chance.choice(_ODD) if odd and chance.random() < 0.04 else chance.choice(_WORDS)
        pieces.append(word + (".\n" if position % 19 == 18 else ""))
    starts, offset = [], 0
    for piece in pieces:
        starts.append(offset)
        offset += len(piece) + 1
    return " ".join(pieces), starts


def _bundle(chance: random.Random, number: int, wanted: int, words: int) -> Bundle:
    text, starts = _text(chance, number, words)
    uid = f"article-{number:06d}"
    origin = Origin(f"{uid}.txt", text_hash(text), "utf-8", False, "lf")
    document = DocumentRow(uid, f"Article {number:,}", text, text_hash(text), origin, {"outlet": "The Quay Gazette"})
    bundle = Bundle(document)
    for index, name in enumerate(PEOPLE):
        key = SetKey("annotator", name)
        bundle.sets.append(SetRow(key, "finished" if number % 5 else "in_progress", None))
        share = wanted // 2 if index else wanted - wanted // 2
        _annotate(chance, bundle, key, share, starts)
    return bundle


def _annotate(chance: random.Random, bundle: Bundle, key: SetKey, wanted: int, starts: list[int]) -> None:
    taken: set[tuple[str, tuple[tuple[int, int], ...]]] = set()
    claim = speaker = None
    number = 0
    while number < wanted:
        label = chance.choice(("claim", "speaker", "figure", "source", "figure"))
        fragments = _fragments(chance, starts, 14 if label == "claim" else 3)
        if (label, fragments) in taken:
            continue
        taken.add((label, fragments))
        number += 1
        uid = f"{key.annotator}-{number:04d}"
        note = "who says so?" if chance.random() < 0.05 else None
        bundle.annotations.append(
            AnnotationRow(uid, key, label, fragments, note, created=TIME, updated=TIME, made="selected")
        )
        claim = uid if label == "claim" else claim
        speaker = uid if label == "speaker" else speaker
        if claim and speaker and chance.random() < 0.2:
            link = LinkRow(f"{key.annotator}-k{number:04d}", key, "attribution", claim, speaker, None, TIME, TIME)
            bundle.links.append(link)
            claim = speaker = None


def _fragments(chance: random.Random, starts: list[int], longest: int) -> tuple[tuple[int, int], ...]:
    first = chance.randrange(len(starts) - longest - 2)
    last = first + chance.randint(1, longest)
    # Up to the blank before the next word.
    whole = (starts[first], starts[last] - 1)
    if last - first > 4 and chance.random() < 0.1:
        return (starts[first], starts[first + 1] - 1), (starts[first + 3], whole[1])
    return (whole,)


def main() -> None:
    """Write a native JSONL file to standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--annotations", type=int, default=57_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if not 0 < given.documents <= MAX_DOCUMENTS:
        parser.error(f"--documents is between 1 and {MAX_DOCUMENTS:,}")
    write_jsonl(PROJECT, bundles(given.documents, given.annotations, given.seed), sys.stdout.buffer)


if __name__ == "__main__":
    main()
