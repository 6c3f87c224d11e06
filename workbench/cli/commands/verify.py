"""`workbench verify`: prove exports against themselves, the database or article files."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import output
from workbench.cli.session import Session, pass_session
from workbench.errors import Exit

if TYPE_CHECKING:
    from workbench.formats.problems import Problem
    from workbench.services.verifying import Verification

PATH = click.Path(path_type=Path, readable=False)
SHOWN_IN_JSON = 10_000


@click.command()
@click.argument("paths", nargs=-1, required=True, type=PATH, metavar="PATH...")
@click.option("--against-database", is_flag=True, help="Compare with what the database holds, too.")
@click.option("--texts", multiple=True, type=PATH, metavar="PATH", help="Compare with these articles or folders, too.")
@click.option("--csv-profile", type=click.Choice(["plain", "excel"]), default="plain", help="excel reads its tables.")
@click.option("--encoding", metavar="NAME", help="Encoding of articles that are not UTF-8.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome for a program.")
@click.pass_context
@pass_session
def verify(
    session: Session,
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    against_database: bool,
    texts: tuple[Path, ...],
    csv_profile: str,
    encoding: str | None,
    as_json: bool,
) -> None:
    """Prove exports: every text, hash, offset, quote, prefix, suffix, id and link.

    PATH is a json or jsonl export, a csv table, or a folder of tables. Each failure is a line that names the file,
    the thing and what was expected.
    """
    from workbench.formats.reading import ReadOptions
    from workbench.services.verifying import Verification, VerifyOptions

    with ExitStack() as stack:
        stored = None
        if against_database:
            from workbench.services.database_proof import stored_documents

            stored = stack.enter_context(stored_documents(session.database()))
        options = VerifyOptions(texts, stored, csv_profile == "excel", ReadOptions(encoding=encoding))
        proof = Verification(paths, options)
        found = _collected(proof) if as_json else _printed(proof)
    _print_outcome(proof, found, as_json)
    ctx.exit(Exit.PROBLEMS if proof.failures else Exit.OK)


def _collected(proof: Verification) -> list[Problem]:
    return [problem for number, problem in enumerate(proof.run()) if number < SHOWN_IN_JSON]


def _printed(proof: Verification) -> list[Problem]:
    """Print failures as results and the rest as talk, a line each, as they are found."""
    for problem in proof.run():
        if problem.fails:
            output.result(str(problem))
        else:
            output.problem(problem)
    return []


def _print_outcome(proof: Verification, found: list[Problem], as_json: bool) -> None:
    if as_json:
        output.result_json(
            {
                "verified": proof.failures == 0,
                "files": proof.files,
                "documents": proof.documents,
                "annotations": proof.annotations,
                "failures": proof.failures,
                "findings": [{**problem._asdict(), "fails": problem.fails} for problem in found],
            }
        )
        return
    counts = f"{output.counted(proof.documents, 'document')}, {output.counted(proof.annotations, 'annotation')}"
    if proof.failures:
        output.say(f"{output.counted(proof.failures, 'failure')} in {counts}.")
    else:
        together = f" in {proof.exports} exports together" if proof.exports > 1 else ""
        output.result(f"verified: {counts}{together}.")
