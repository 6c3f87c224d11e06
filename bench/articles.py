"""One long article with annotations, for the benchmarks of the screen: the same numbers give the same text."""

from __future__ import annotations

import random

from workbench.domain.annotation import Annotation
from workbench.domain.labels import DEFAULT_LABEL_SET
from workbench.domain.span import extent_of

_COMMON = """
the of to in and a that for on was is with by at from it as were had be said would not are after this its have
port bridge council harbour toll minister union figures report percent million workers strike court budget ferry
“nobody asked” naïve €3.5 — Müller
"""
_WORDS = tuple(_COMMON.split())


def article(size: int, *, one_line: bool = False, seed: int = 1) -> str:
    """Return news-like text of `size` UTF-8 bytes, a little less at most."""
    chance = random.Random(seed)
    pieces: list[str] = []
    taken = 0
    while taken < size:
        sentence = " ".join(chance.choice(_WORDS) for _ in range(chance.randint(8, 30))).capitalize() + "."
        piece = sentence + ("\n" if not one_line and chance.random() < 0.3 else " ")
        pieces.append(piece)
        taken += len(piece.encode())
    return "".join(pieces).encode()[:size].decode(errors="ignore")


def annotations(text: str, count: int, seed: int = 1) -> list[Annotation]:
    """Return annotations spread over a text, a third of them inside others, some in two parts."""
    chance = random.Random(seed)
    labels = [label.uid for label in DEFAULT_LABEL_SET.labels]
    found = []
    for number in range(count):
        start = chance.randrange(max(1, len(text) - 400))
        length = chance.randint(4, 200)
        pairs = [(start, start + length)]
        if chance.random() < 0.02:
            pairs.append((start + length + 10, start + length + 30))
        found.append(Annotation(f"{number:08x}-{seed:04x}", chance.choice(labels), extent_of(*pairs)))
    return found
