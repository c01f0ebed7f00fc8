"""`symbolic proofread`: what is wrong in a derivation that somebody wrote."""

from __future__ import annotations

from pathlib import Path

import click

from symbolic.commands._models import given_family, loaded_model
from symbolic.terminal import echo


@click.command()
@click.argument("file")
@click.option("--model", metavar="MODEL", help="The model that it is about; by default the one whose sizes it gives.")
@given_family
@click.option(
    "--format", "asked", default="text", show_default=True, metavar="NAME", help="text, html, json or markdown."
)
@click.option("--all", "every", is_flag=True, help="List every equation, those that hold as well.")
@click.option(
    "--output", default="-", show_default=True, metavar="PATH", help="A file for the report, or - to print it."
)
@click.option("--fix", is_flag=True, help="Write a copy with the arithmetic mended, FILE.mended.ENDING.")
@click.option("--strict", is_flag=True, help="Exit with 1 too where an equation can't be read or judged.")
@click.pass_context
def proofread(
    context: click.Context,
    file: str,
    model: str | None,
    architecture: str | None,
    asked: str,
    every: bool,
    output: str,
    fix: bool,
    strict: bool,
) -> None:
    """Check every equation of FILE, and compare its total with the model's.

    FILE is Markdown, plain text, LaTeX, HTML (MathML, or TeX between dollar signs) or a notebook. It is read, never
    run. The exit code is 0 where all holds, 1 where something doesn't, 2 where FILE can't be read.

    \b
    Examples:
      symbolic proofread walkthrough.md
      symbolic proofread notes.tex --model gpt2-124m --format html --output report.html
      symbolic proofread walkthrough.md --fix
    """
    from symbolic.pages.files import write_all
    from symbolic.proofread import files, reports
    from symbolic.proofread.proofreading import proofread as read

    given = loaded_model(model, architecture) if model else None
    name, text = files.text_of(file)
    report = read(text, name, model=given)
    rendered = reports.render(report, asked, every=every)
    mended = files.mended_copy(file, report) if fix else None
    if output == "-":
        echo(rendered, nl=False)
    else:
        write_all({Path(output): rendered})
        echo(output)
    if mended is not None:
        path, lines = mended
        echo(f"\n{path}" if lines else "\nNothing to mend.", err=output != "-")
        for line in lines:
            echo(line)
    if not report.holds or (strict and (report.count("unread") or report.count("unknown"))):
        context.exit(1)


COMMAND = proofread
