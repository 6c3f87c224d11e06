"""Words, tokens, sentences and paragraphs around an offset.

Every function looks at a stretch around the offset alone, so that it costs the same in a text of any length.
Offsets are code points; what is returned never cuts a grapheme cluster.
"""

from __future__ import annotations

from collections.abc import Iterator

import regex

from workbench.domain.span import Fragment
from workbench.domain.text import cluster_bounds, snap_to_clusters

REACH = 5_000
"""Code points looked at on each side for a sentence or paragraph; a longer one is cut there."""

_RUN_REACH = 500
_NO_BLANKS = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_TAIL = r"\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}"
_LETTER = rf"[[\p{{L}}\p{{M}}\p{{N}}_{_TAIL}]--[{_NO_BLANKS}]]"
_NUMBER = r"(?:\p{Lu}{0,3}\p{Sc})?\d+(?:[.,:/]\d+)*(?:[%‰]|\p{Sc})?"
_TITLES = "Mr|Mrs|Ms|Mx|Dr|Prof|Sr|Jr|St|Sen|Rep|Gov|Gen|Col|Capt|Lt|Sgt|Maj|Cmdr|Adm|Rev|Hon|Pres|Messrs"
_SHORT = (
    "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|Inc|Ltd|Co|Corp|Bros|Dept|Univ|Ave|Blvd|No|Nos|vs|approx|est|Fig|al"
)
_PART = rf"(?:{_NUMBER}{_LETTER}*|{_LETTER}+)"
_TOKEN = regex.compile(
    rf"(?V1)(?![{_TAIL}])(?:"
    rf"(?:\p{{L}}\.){{2,}}(?:\p{{L}}(?!{_LETTER}))?"
    rf"|(?:{_TITLES}|{_SHORT})\.(?=[^\S\n]+[\p{{Lu}}\d])"
    rf"|{_PART}(?:['’\-‑]{_PART})*"
    rf"|(?=\S)\X)[{_TAIL}]*"
)
_RUN_START = regex.compile(rf"(?r)(?:(?<=\s)|(?<=[{_NO_BLANKS}])(?![{_TAIL}])|(?<=\A))")
_INK = regex.compile(r"\S")
_INK_BEFORE = regex.compile(r"(?r)\S")
_BLANKS = regex.compile(r"[^\S\n]*")
_BLANKS_BEFORE = regex.compile(r"(?r)[^\S\n]*")
_WORD = regex.compile(r"[\p{L}\p{N}]")
_WORD_BEFORE = regex.compile(r"(?r)[\p{L}\p{N}]")
_CLOSERS = r"[\"”’'»›“」』）)\]\}]"
_STOP = regex.compile(rf"(?:[.!?…‽]+|[。！？｡]+){_CLOSERS}*[{_TAIL}]*")
_GLUED = regex.compile(r"(?:\p{Lu}\p{Ll}|[“«„(])")
_NEVER_LAST = regex.compile(rf"\b(?:{_TITLES}|No|Nos|vs|approx|e\.g|i\.e|cf|\p{{Lu}})\Z")
_SELDOM_LAST = regex.compile(rf"(?:\b(?:{_SHORT})|\b\p{{L}}(?:\.\p{{L}})+)\Z")
_OPENING_WORD = regex.compile(
    r"[\"“‘'(\[]*(?:The|A|An|In|On|At|It|Its|He|She|They|We|I|You|But|And|This|That|These|Those|There|When|While|"
    r"After|Before|For|As|If|His|Her|Their|Our|However|Meanwhile|According|What|Who|Why|How|Some|Many|Most|No|Not)\b"
)
_JOINING_END = regex.compile(
    r"(?:[,;—–]|\b(?:a|an|the|of|and|or|but|in|on|at|to|for|from|by|with|as|that|which|who|is|are|was|were|has|have|"
    r"had|be|been|its|their|his|her|about|than|into|over|said))\Z"
)


def token_bounds(text: str, offset: int) -> Fragment | None:
    """Return the token at an offset, None at a blank and at the text's end.

    Tokens are: an abbreviation with its dots; a number with separators, currency and percent sign; a word, be it
    hyphenated or with an apostrophe; a single punctuation mark. In scripts without blanks, one grapheme cluster.
    """
    if not 0 <= offset < len(text) or not _INK.match(text, offset):
        return None
    for token in _tokens_from(text, _run_start(text, offset)):
        if token.end > offset:
            return token if token.start <= offset else None
    return None


def next_token_start(text: str, offset: int) -> int | None:
    """Return the nearest start of a token after an offset, None when there is none."""
    for token in _tokens_from(text, _run_start(text, offset)):
        if token.start > offset:
            return token.start
    return None


def next_token_end(text: str, offset: int) -> int | None:
    """Return the nearest end of a token after an offset, None when there is none."""
    for token in _tokens_from(text, _run_start(text, offset)):
        if token.end > offset:
            return token.end
    return None


def previous_token_start(text: str, offset: int) -> int | None:
    """Return the nearest start of a token before an offset, None when there is none."""
    token = _last_token(text, offset, by_start=True)
    return token.start if token else None


def previous_token_end(text: str, offset: int) -> int | None:
    """Return the nearest end of a token before an offset, None when there is none."""
    token = _last_token(text, offset, by_start=False)
    return token.end if token else None


def word_at(text: str, offset: int) -> Fragment | None:
    """Return what a double click takes: the token there, or the blanks; None in an empty text.

    At a line's end it is what stands before.
    """
    offset = min(offset, len(text) - 1)
    if offset < 0:
        return None
    if text[offset] == "\n" and offset > 0 and text[offset - 1] != "\n":
        offset = cluster_bounds(text, offset - 1)[0]
    token = token_bounds(text, offset)
    if token is not None:
        return token
    before = _BLANKS_BEFORE.match(text, max(0, offset - _RUN_REACH), offset)
    after = _BLANKS.match(text, offset, min(len(text), offset + _RUN_REACH))
    start, end = before.start() if before else offset, after.end() if after else offset
    return snap_to_clusters(Fragment(start, max(end, offset + 1)), text)


def next_word(text: str, offset: int) -> int:
    """Return the start of the next word, punctuation skipped; the text's end when there is none."""
    token = token_bounds(text, offset)
    letter = _WORD.search(text, token.end if token else max(0, offset))
    found = token_bounds(text, letter.start()) if letter else None
    return found.start if found else len(text)


def previous_word(text: str, offset: int) -> int:
    """Return the start of the word before an offset, punctuation skipped; 0 when there is none."""
    letter = _WORD_BEFORE.search(text, 0, max(0, offset))
    found = token_bounds(text, letter.start()) if letter else None
    return found.start if found else 0


def sentence_at(text: str, offset: int) -> Fragment | None:
    """Return the sentence at an offset, blanks around it left out; None where there are only blanks.

    A sentence may run over one line feed when its line ends none and the next goes on; an empty line always ends it.
    """
    start, end = _sentence(text, offset)
    return _trimmed(text, start, end)


def next_sentence(text: str, offset: int) -> int:
    """Return the start of the next sentence; the text's end when there is none."""
    return _start_after(text, offset, _sentence(text, offset))


def previous_sentence(text: str, offset: int) -> int:
    """Return the start of the sentence, or of the one before when the offset is there already; 0 at the least."""
    found = _trimmed(text, *_sentence(text, offset))
    if found is not None and found.start < offset:
        return found.start
    before = _INK_BEFORE.search(text, 0, min(offset, found.start) if found else offset)
    if before is None:
        return 0
    found = _trimmed(text, *_sentence(text, before.start()))
    return found.start if found else 0


def paragraph_at(text: str, offset: int) -> Fragment | None:
    """Return the paragraph at an offset, blanks around it left out; None where there are only blanks.

    Lines that go on in mid-sentence are one paragraph.
    """
    return _trimmed(text, *_paragraph(text, offset))


def next_paragraph(text: str, offset: int) -> int:
    """Return the start of the next paragraph; the text's end when there is none."""
    return _start_after(text, offset, _paragraph(text, offset))


def previous_paragraph(text: str, offset: int) -> int:
    """Return the start of the paragraph, or of the one before when the offset is there already; 0 at the least."""
    found = paragraph_at(text, offset)
    if found is not None and found.start < offset:
        return found.start
    before = _INK_BEFORE.search(text, 0, min(offset, found.start) if found else offset)
    found = paragraph_at(text, before.start()) if before else None
    return found.start if found else 0


def _run_start(text: str, offset: int) -> int:
    """Return where tokens may be counted from: no token lies across that place."""
    if offset <= 0:
        return 0
    floor = max(0, offset - _RUN_REACH)
    found = _RUN_START.search(text, floor, min(offset, len(text)))
    # The search cannot see past the offset, where a mark may belong to the character before it.
    return cluster_bounds(text, found.start() if found else floor)[0]


def _tokens_from(text: str, start: int) -> Iterator[Fragment]:
    for match in _TOKEN.finditer(text, start):
        yield Fragment(match.start(), match.end())


def _last_token(text: str, offset: int, *, by_start: bool) -> Fragment | None:
    """Return the last token whose start (or end) lies before an offset."""
    place = offset
    while (ink := _INK_BEFORE.search(text, 0, max(0, place))) is not None:
        last: Fragment | None = None
        place = _run_start(text, ink.start())
        for token in _tokens_from(text, place):
            if (token.start if by_start else token.end) >= offset:
                break
            last = token
        if last is not None:
            return last
    return None


def _trimmed(text: str, start: int, end: int) -> Fragment | None:
    first = _INK.search(text, start, end)
    last = _INK_BEFORE.search(text, start, end)
    if first is None or last is None:
        return None
    return snap_to_clusters(Fragment(first.start(), last.end()), text)


def _start_after(text: str, offset: int, bounds: tuple[int, int]) -> int:
    found = _trimmed(text, *bounds)
    if found is not None and found.start > offset:
        return found.start
    ink = _INK.search(text, bounds[1])
    return cluster_bounds(text, ink.start())[0] if ink else len(text)


def _paragraph(text: str, offset: int) -> tuple[int, int]:
    offset = max(0, min(offset, len(text)))
    floor, ceiling = max(0, offset - REACH), min(len(text), offset + REACH)
    start = text.rfind("\n", floor, offset) + 1
    while start > 0 and not _line_ends_paragraph(text, start - 1):
        start = text.rfind("\n", floor, start - 1) + 1
    end = text.find("\n", offset, ceiling) + 1
    while end > 0 and not _line_ends_paragraph(text, end - 1):
        end = text.find("\n", end, ceiling) + 1
    return start or _nearest_blank(text, floor), end or _nearest_blank(text, ceiling)


def _nearest_blank(text: str, limit: int) -> int:
    if limit in (0, len(text)):
        return limit
    blank = text.rfind(" ", max(0, limit - _RUN_REACH), limit)
    return cluster_bounds(text, limit if blank < 0 else blank + 1)[0]


def _line_ends_paragraph(text: str, feed: int) -> bool:
    """Say whether the line feed at an offset parts two paragraphs, or is a hard break in mid-sentence."""
    after = text[feed + 1 : feed + 3].lstrip(" \t")
    line = text[max(0, feed - 40) : feed].rstrip(" \t\r")
    if not after or after[0] in "\n\r" or not line or line.endswith("\n"):
        return True
    if _STOP.search(line[-3:]) and _STOP.fullmatch(line[-1]) is not None:
        return True
    return not (after[0].islower() or _JOINING_END.search(line.rpartition("\n")[2]))


def _sentence(text: str, offset: int) -> tuple[int, int]:
    start, end = _paragraph(text, offset)
    for match in _STOP.finditer(text, start, end):
        if _ends_sentence(text, match.start(), match.end(), end):
            if match.end() > offset:
                return start, match.end()
            start = match.end()
    return start, end


def _ends_sentence(text: str, stop: int, after: int, end: int) -> bool:
    """Say whether the marks in `[stop, after)` end a sentence of a paragraph that ends at `end`."""
    if text[stop] in "。！？｡":
        return True
    ink = _INK.search(text, after, end)
    if ink is None:
        return True
    follows = text[ink.start()]
    if ink.start() == after:
        return text[stop - 1 : stop].islower() and _GLUED.match(text, after) is not None
    if follows.islower() or follows in ",;:":
        return False
    before = text[max(0, stop - 12) : stop]
    if text[stop] != "." or after - stop > 1:
        return True
    if _NEVER_LAST.search(before) and not _SELDOM_LAST.search(before):
        return False
    return not _SELDOM_LAST.search(before) or _OPENING_WORD.match(text, ink.start()) is not None
