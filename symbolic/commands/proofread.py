"""`symbolic proofread`: what is wrong in a derivation that somebody wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from symbolic.commands._models import given_family, loaded_model, skipping_errors
from symbolic.terminal import echo


@click.command()
@click.argument("documents", metavar="FILE...", nargs=-1, required=True)
@click.option("--model", metavar="MODEL", help="The model that it is about; by default the one whose sizes it gives.")
@given_family
@click.option(
    "--format", "asked", default="text", show_default=True, metavar="NAME", help="text, html, json, markdown or sarif."
)
@click.option("--all", "every", is_flag=True, help="List every equation, those that hold as well.")
@click.option(
    "--output", default="-", show_default=True, metavar="PATH", help="A file for the report, or - to print it."
)
@click.option("--fix", is_flag=True, help="Write a copy with the arithmetic mended, FILE.mended.ENDING.")
@click.option("--strict", is_flag=True, help="Exit with 1 too where an equation isn't read, judged or certain.")
@click.pass_context
def proofread(
    context: click.Context,
    documents: tuple[str, ...],
    model: str | None,
    architecture: str | None,
    asked: str,
    every: bool,
    output: str,
    fix: bool,
    strict: bool,
) -> None:
    """Check every equation of each FILE, and compare its total with the model's.

    FILE is Markdown, plain text, LaTeX, HTML (MathML, or TeX between dollar signs) or a notebook. It is read, never
    run. The exit code is 0 where nothing is wrong, 1 where something is, 2 where a FILE can't be read. What is rounded
    oddly, or can be read in two ways, is shown and does not change it.

    \b
    Examples:
      symbolic proofread walkthrough.md
      symbolic proofread notes.tex --model gpt2-124m --format html --output report.html
      symbolic proofread walkthrough.md --fix
      symbolic proofread docs/*.md --format sarif --output proofread.sarif
    """
    from symbolic.pages.files import write_all
    from symbolic.proofread import files, reports
    from symbolic.proofread.judging.verdicts import Verdict
    from symbolic.proofread.proofreading import proofread as read

    given = loaded_model(model, architecture) if model else None
    found = []
    for file in documents:
        with skipping_errors(len(documents)):
            found.append(replace(read(*reversed(files.text_of(file)), model=given), path=file))
    if not found:
        return
    rendered = reports.render_all(found, asked, every=every, several=len(documents) > 1)
    mended = [files.mended_copy(report.path, report) for report in found] if fix else []
    if output == "-":
        echo(rendered, nl=False)
    else:
        write_all({Path(output): rendered})
        echo(output)
    for path, lines in mended:
        # What a program reads has nothing behind it.
        aside = output != "-" or asked not in ("text", "markdown")
        echo(f"\n{path}" if lines else "\nNothing to mend.", err=aside)
        for line in lines:
            echo(line, err=aside)
    verdicts: tuple[Verdict, ...] = ("unread", "unknown", "rounding", "doubtful") if strict else ()
    if any(not report.holds or any(map(report.count, verdicts)) for report in found):
        context.exit(1)


COMMAND = proofread
