"""`workbench locate`: find an export's quotes again in articles that have changed."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import output
from workbench.errors import Exit

if TYPE_CHECKING:
    from workbench.services.locating import Located, Locating

PATH = click.Path(path_type=Path, readable=False)


@click.command()
@click.argument("export", type=PATH)
@click.argument("articles", nargs=-1, required=True, type=PATH, metavar="ARTICLE...")
@click.option("--encoding", metavar="NAME", help="Encoding of articles that are not UTF-8.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object a line, for a program.")
@click.pass_context
def locate(
    ctx: click.Context, /, export: Path, articles: tuple[Path, ...], encoding: str | None, as_json: bool
) -> None:
    """Find the quotes of EXPORT, a json or jsonl export, again in changed articles (files or folders).

    Articles belong to documents by text, name or file name. Each quote is a line that says where it is now and how
    it was found; a quote that is not there, or in doubt, is said to be lost. Nothing is changed.
    """
    from workbench.formats.reading import ReadOptions
    from workbench.services.locating import Locating

    search = Locating(export, articles, ReadOptions(encoding=encoding))
    counts: Counter[str] = Counter()
    for one in search.run():
        counts[one.how or "lost"] += 1
        if as_json:
            output.result_line(_as_json(one))
        else:
            output.result(_line(one))
    for problem in search.problems:
        output.problem(problem)
    _summarise(search, counts)
    ctx.exit(Exit.PROBLEMS if counts["lost"] or search.problems else Exit.OK)


def _line(one: Located) -> str:
    from workbench.domain.locate import How, Lost

    was = " ".join(f"{start}..{end}" for start, end in one.before)
    head = f"{one.document} {one.annotation} {was}"
    if isinstance(one.outcome, Lost):
        places = f" (at {', '.join(f'{place:,}' for place in one.outcome.places[:5])})" if one.outcome.places else ""
        return f"{head} lost: {one.outcome.reason}{places}: {_quoted(one.quotes)}"
    now = " ".join(f"{found.start}..{found.end}" for found in one.outcome)
    how = one.how or How.PLACE
    if how is How.SIMILAR:
        share = min(found.score for found in one.outcome)
        return f"{head} -> {now} {how.words} ({share:.0%}): {_quoted(one.quotes)} is now {_quoted(one.words)}"
    return f"{head} -> {now} {how.words}: {_quoted(one.words)}"


def _quoted(words: tuple[str, ...]) -> str:
    shown = " / ".join(words)
    return f'"{shown}"' if len(shown) <= 80 else f'"{shown[:78]}.."'


def _as_json(one: Located) -> dict[str, Any]:
    from dataclasses import asdict

    from workbench.domain.locate import Lost

    lost = one.outcome if isinstance(one.outcome, Lost) else None
    return {
        "document": one.document,
        "annotation": one.annotation,
        "label": one.label,
        "article": str(one.article) if one.article else None,
        "before": one.before,
        "quotes": one.quotes,
        "how": one.how or "lost",
        "reason": lost.reason if lost else None,
        "places": lost.places if lost else [],
        "now": [] if isinstance(one.outcome, Lost) else [asdict(found) for found in one.outcome],
        "words": one.words,
    }


def _summarise(search: Locating, counts: Counter[str]) -> None:
    said = ", ".join(f"{number:,} {how}" for how, number in counts.items()) or "no quote looked for"
    same = f"; {search.unchanged:,} of {search.documents:,} documents are unchanged" if search.unchanged else ""
    output.say(f"{said}{same}.")
