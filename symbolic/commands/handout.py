"""`symbolic handout`: sheets, keys and files for learning platforms."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from symbolic import api
from symbolic.commands._inputs import Count, quantity_inputs
from symbolic.commands._models import given_architecture, loaded_model, refuse_other_sizes
from symbolic.commands._output import language_option, process_options, split_names
from symbolic.commands._quantity import explain_arguments
from symbolic.extras import command, installed
from symbolic.handouts import exports, kinds, seeds
from symbolic.handouts.folder import listed
from symbolic.handouts.seeds import Seed
from symbolic.measuring import quantities
from symbolic.terminal import echo

USUAL = ("pdf", "html", "csv")
"""The formats of a handout for which none is asked."""


@click.command()
@click.argument("model")
@click.option("--quantity", default="parameters", show_default=True, metavar="NAME", help="What is worked out.")
@click.option("--convention", default="", metavar="NAME", help="What counts  [default: the quantity's own]")
@click.option(
    "--fade",
    metavar="K|all|none|largest|mixed|STEPS",
    help="How many of the last steps are blank, a product of sizes among them, or which, by number or name; mixed: two "
    "products, shapes and all, and the lines that they go into.  [default: mixed, or else 5, or as many as can]",
)
@click.option(
    "--questions",
    default="all",
    show_default=True,
    metavar="LIST|all|none",
    help=f"Kinds of question: {', '.join(kinds.names())}.",
)
@click.option("--variants", type=Count(1, 10_000), metavar="N", help="So many forms, each of another config.")
@click.option("--students", type=click.Path(), metavar="CSV", help="A roster: a form of its own for each student.")
@click.option("--seed", metavar="TEXT", help="A public seed, for samples: whoever knows or guesses it makes the keys.")
@click.option(
    "--seed-file",
    type=click.Path(),
    metavar="FILE",
    help="The keys/seed.txt of another handout, for the same forms.  [default: that of the folder, or a new one]",
)
@click.option(
    "--check/--no-check", default=True, show_default=True, help="Let sheets check what is typed, by fingerprints."
)
@click.option(
    "--short",
    is_flag=True,
    help="A sheet of two or three pages: a line for each part, the largest ones blank, and four questions.",
)
@click.option("--easy", is_flag=True, help="Small round sizes, for a pocket calculator with eight digits.")
@click.option(
    "--format",
    "asked",
    multiple=True,
    metavar="LIST",
    callback=lambda _context, _option, given: ",".join(given) or None,
    help=f"One or more of {', '.join(exports.names())}, with commas between them; or all (but docx).  "
    f"[default: {','.join(USUAL)}]",
)
@click.option(
    "--paper", type=click.Choice(["a4", "letter"]), default="a4", show_default=True, help="Paper of PDFs and Word."
)
@language_option("Language of the words.")
@quantity_inputs
@given_architecture
@click.option("--output", metavar="DIR", help="The folder  [default: output/MODEL/handout]")
@process_options("make the forms")
@click.option("--force", is_flag=True, help="Replace forms of other settings in the folder.")
def handout(
    model: str,
    quantity: str,
    fade: str | None,
    questions: str,
    variants: int | None,
    students: str | None,
    seed: str | None,
    seed_file: str | None,
    check: bool,
    easy: bool,
    short: bool,
    asked: str | None,
    paper: str,
    language: str,
    architecture: str | None,
    output: str | None,
    force: bool,
    jobs: int | None,
    scheduler: str,
    **options: Any,
) -> None:
    """Make worksheets of MODEL with blanks, their keys, and files for learning platforms.

    Writes a folder with sheets/ for students, keys/ for teachers, and an index. With --variants or --students each
    form has a config of the same family that is drawn for it, which depends on the seed and the student's name alone.
    The seed is secret: 128 random bits, drawn at first use and kept in keys/seed.txt.

    \b
    Examples:
      symbolic handout gpt2-124m --fade 5 --variants 3 --seed 7
      symbolic handout llama-2-7b --students class.csv --format pdf,csv,moodle
      symbolic handout gpt2-124m --easy --fade all --questions none
      symbolic handout gpt2-124m --short --format pdf
    """
    from symbolic.handouts import handout as handouts
    from symbolic.handouts import roster
    from symbolic.handouts.fading import usual
    from symbolic.handouts.form import Settings
    from symbolic.pages.files import folder_name, in_language

    if variants and students:
        raise click.UsageError("--variants and --students both say how many forms there are; give one of them")
    if variants or students or easy:
        refuse_other_sizes()
    formats = _formats(asked)
    if not formats:
        raise click.UsageError(f"--format names no format; one or more of {', '.join(exports.names())}")
    quantities.find(quantity)
    given = explain_arguments(quantity, options)
    like = api.explain(loaded_model(model, architecture), quantity, **given)
    usual_place = Path("output") / folder_name(like.model.name, set()) / in_language("handout", language)
    target = Path(output) if output else usual_place
    settings = Settings(
        like=like,
        seed=_seed(seed, seed_file, target),
        check=check,
        fade=fade.strip() if fade is not None else usual(like, short=short),
        questions=_kinds(questions.strip(), short=short),
        strict=questions.strip() not in ("all", "none"),
        varied=bool(variants or students or easy),
        easy=easy,
        short=short,
        language=language,
        paper=paper,
    )
    forms = roster.read(students) if students else handouts.numbered(variants or 1)
    with click.progressbar(length=len(forms), label="forms", hidden=not sys.stderr.isatty(), file=sys.stderr) as bar:
        written = handouts.write(
            settings,
            forms,
            formats,
            target,
            force=force,
            jobs=jobs,
            scheduler=scheduler,
            progress=partial(bar.update, 1),
        )
    for path in written.paths if len(forms) <= 20 else written.paths[-1:]:
        echo(target / path)
    if written.kept:
        echo(f"kept, since they were changed or are not ours: {listed(written.kept)}", err=True)


def _formats(asked: str | None) -> tuple[str, ...]:
    """Return the formats that are asked for, or the usual ones that this installation can make."""
    if asked is None:
        if installed("typst"):
            return USUAL
        echo(f"PDFs are left out: they need typst; install it with {command('pdf')}", err=True)
        return tuple(name for name in USUAL if name != "pdf")
    named = tuple(dict.fromkeys(split_names(asked)))
    others = tuple(name for name in named if name != "all")
    formats = tuple(dict.fromkeys((*exports.in_all(), *others))) if "all" in named else named
    exports.check_names(formats)
    return formats


def _kinds(asked: str, *, short: bool) -> tuple[str, ...]:
    """Return the kinds of question that are asked for, each once; UnknownName for one that there is not."""
    if asked == "none":
        return ()
    if asked == "all":
        return tuple(kind for kind in kinds.in_order() if not short or kind in kinds.IN_SHORT)
    chosen = tuple(dict.fromkeys(split_names(asked)))
    for kind in chosen:
        kinds.find(kind)
    return chosen


def _seed(given: str | None, file: str | None, target: Path) -> Seed:
    """Return the seed that is given, or that of the folder, or a new one."""
    if given is not None and file is not None:
        raise click.UsageError("--seed and --seed-file both say what the forms follow from; give one of them")
    if given is not None:
        return Seed(given)
    if file is not None:
        return seeds.read(Path(file))
    kept = target / seeds.FILE
    return seeds.read(kept) if kept.is_file() else seeds.drawn()


COMMAND = handout
