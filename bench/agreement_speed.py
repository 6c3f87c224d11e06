"""Agreement and alignment on tuples in memory, against the time raw `sqlite3` takes to read the same rows.

The floor reads one row an annotation, in the order documents come in, and makes tuples of it: no program can compare
annotations faster than that. Goals: exact F1 at most 2 x the floor, its 1,000 bootstraps 6 x, u-alpha 10 x, alignment
12 x. Everything at once (`sums_of` and `figures_of`, with relaxed, labels, words, links, habits, examples) has no goal.
"""

from __future__ import annotations

import argparse
import json
import random
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.timing import best
from workbench.domain.agreement import MarkedDocument, figures_of, sums_of
from workbench.domain.agreement.bootstrap import SEED
from workbench.domain.agreement.exact import exact_tally
from workbench.domain.agreement.figure import added
from workbench.domain.agreement.intervals import exact_intervals
from workbench.domain.agreement.u_alpha import SumKey, continuum, u_alpha, unit_sums
from workbench.domain.alignment import LinkSpan, Span, align, normalise
from workbench.services.collecting import no_collector

PEOPLE = ("ana", "ben")
LABELS = ("claim", "claim", "speaker", "figure", "figure", "source")
LENGTH = 2_700
SENTENCE = "the port bridge toll to double by May authority said on Tuesday, council: “nobody asked” café 4.80"
WORDS = SENTENCE.split()
REPLICATES = 1_000
GOALS = {"exact F1": 2.0, "1,000 bootstraps": 6.0, "u-alpha": 10.0, "alignment": 12.0}


def documents(number: int, annotations: int, seed: int = 1) -> Iterator[MarkedDocument]:
    """Yield documents in which two people mark about half alike, the rest in every other way."""
    for place in range(number):
        chance = random.Random(f"{seed}/{place}")
        wanted = annotations * (place + 1) // number - annotations * place // number
        truth = {_span(chance) for _ in range(2 * wanted // 3)}
        sides = {
            name: _side(chance, sorted(truth), wanted // 2 if index else wanted - wanted // 2)
            for index, name in enumerate(PEOPLE)
        }
        links = {name: _links(side) for name, side in sides.items()}
        text = " ".join(chance.choices(WORDS, k=LENGTH))[:LENGTH]
        yield MarkedDocument(f"article-{place:06d}", LENGTH, sides, links, text)


def _links(side: list[Span]) -> list[LinkSpan]:
    """Link each claim to the speaker that follows it in the list, as long as there are any."""
    claims, speakers = ([span for span in side if span[1] == label] for label in ("claim", "speaker"))
    return [("attribution", claim, speaker) for claim, speaker in zip(claims, speakers, strict=False)]


def _span(chance: random.Random) -> Span:
    label = chance.choice(LABELS)
    start = chance.randrange(LENGTH - 150)
    end = start + (chance.randint(30, 140) if label == "claim" else chance.randint(3, 25))
    if label == "claim" and chance.random() < 0.1:
        middle = (start + end) // 2
        return normalise([(start, middle - 4), (middle + 4, end)], label)
    return normalise([(start, end)], label)


def _side(chance: random.Random, truth: list[Span], wanted: int) -> list[Span]:
    found: set[Span] = set()
    for span in chance.sample(truth, min(wanted, len(truth))):
        found.add(_seen(chance, span))
    while len(found) < wanted:
        found.add(_span(chance))
    return sorted(found)


def _seen(chance: random.Random, span: Span) -> Span:
    """Return a span as somebody saw it: as it is, with other bounds, or with another label."""
    extent, label = span
    what = chance.random()
    if what < 0.12:
        start, end = extent[0]
        return normalise([(start + chance.randint(0, 3), end + chance.randint(1, 9)), *extent[1:]], label)
    if what < 0.18:
        return extent, chance.choice(LABELS)
    return span


def fill(path: Path, marked: list[MarkedDocument]) -> int:
    """Store one row a fragment; return how many annotations there are."""
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE annotation (id INTEGER PRIMARY KEY, uid TEXT, document TEXT, annotator TEXT, label TEXT,"
        ' fragment INTEGER, start INTEGER, "end" INTEGER)'
    )
    rows = (
        (f"{name}-{number:04d}", document.uid, name, label, place, start, end)
        for document in marked
        for name, side in document.sides.items()
        for number, (extent, label) in enumerate(side)
        for place, (start, end) in enumerate(extent)
    )
    connection.executemany("INSERT INTO annotation VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
    return sum(len(side) for document in marked for side in document.sides.values())


def read(path: Path) -> int:
    """Read every row as a tuple: the floor. Return how many there were."""
    connection = sqlite3.connect(path)
    query = 'SELECT document, annotator, uid, label, fragment, start, "end" FROM annotation ORDER BY id'
    count = sum(1 for _ in connection.execute(query))
    connection.close()
    return count


def exact(marked: list[MarkedDocument]) -> float | None:
    """Return exact F1 of the two, and nothing else."""
    return added([exact_tally(*map(frozenset, document.sides.values())) for document in marked]).f1


def coverage(marked: list[MarkedDocument]) -> float | None:
    """Return u-alpha, and nothing else."""
    units: dict[SumKey, int] = {}
    for document in marked:
        for key, amount in unit_sums(document.length, list(document.sides.values())).items():
            units[key] = units.get(key, 0) + amount
    return u_alpha(continuum(units)).value


def alignment(marked: list[MarkedDocument]) -> int:
    """Line up every document; return how many groups there are."""
    return sum(len(align(*document.sides.values())) for document in marked)


def say(name: str, annotations: int, ours: float, floor: float) -> None:
    """Print a measurement as one JSON line."""
    line = {"bench": f"agreement, {name}", "unit": f"seconds for {annotations:,} annotations"}
    result = {**line, "ours": round(ours, 3), "floor": round(floor, 3), "ratio": round(ours / floor, 2)}
    goal = GOALS.get(name)
    print(json.dumps(result if goal is None else {**result, "goal": f"<= {goal:g}", "met": ours <= goal * floor}))


def main() -> None:
    """Print one JSON line a computation with both sides and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--annotations", type=int, default=570_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    marked = list(documents(given.documents, given.annotations))
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "rows.db"
        annotations = fill(path, marked)
        floor = best(lambda: read(path), max(given.rounds, 3))
    say("exact F1", annotations, best(lambda: exact(marked), given.rounds), floor)
    say("u-alpha", annotations, best(lambda: coverage(marked), given.rounds), floor)
    say("alignment", annotations, best(lambda: alignment(marked), given.rounds), floor)
    with no_collector():
        pool = [sums_of(document) for document in marked]
        say("sums of every document", annotations, best(lambda: [sums_of(one) for one in marked], 1), floor)
        bootstraps = best(lambda: exact_intervals(pool, SEED, REPLICATES), given.rounds)
        say("1,000 bootstraps", annotations, bootstraps, floor)
        say("all figures out of the sums", annotations, best(lambda: figures_of(pool), 1), floor)


if __name__ == "__main__":
    main()
