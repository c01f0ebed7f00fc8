"""`symbolic explain`: a page that derives a quantity."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from symbolic import api
from symbolic.commands._inputs import (
    Given,
    as_layout,
    for_quantity,
    given_choices,
    given_inputs,
    named_inputs,
    quantity_inputs,
    warn_of_dtype,
)
from symbolic.commands._models import each_model, given_architecture, skipping_errors, skipping_missing_extra
from symbolic.commands._output import (
    check_one,
    format_option,
    joined,
    language_option,
    named_file,
    notation_option,
    output_option,
    split_names,
)
from symbolic.configs.model import Model
from symbolic.errors import ConfigError, NothingToMeasure
from symbolic.measuring import quantities
from symbolic.measuring.derivation import Derivation
from symbolic.measuring.inputs import too_long
from symbolic.pages.paper import PAPERS
from symbolic.pages.rendering import formats
from symbolic.terminal import echo

FEW = 20


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option(
    "--quantity",
    multiple=True,
    default=("parameters",),
    show_default=True,
    metavar="LIST",
    callback=joined,
    help=f"What to derive, or all: {', '.join(quantities.names())}.",
)
@format_option()
@click.option(
    "--convention", default="", metavar="NAME", help="Which weights or products count; the page lists the choices."
)
@notation_option()
@language_option()
@quantity_inputs
@given_architecture
@output_option()
@click.option(
    "--detail",
    default="full",
    show_default=True,
    metavar="brief|full|short|cheat-sheet",
    help="Equations only, all of it, a short edition for beginners, or a sheet to hand out.",
)
@click.option(
    "--fragment", is_flag=True, help="The steps alone, for a document of your own: in latex, markdown or html."
)
@click.option(
    "--columns", type=click.IntRange(1, 2), default=1, show_default=True, help="With --fragment: those of your paper."
)
@click.option("--paper", type=click.Choice(PAPERS), default=PAPERS[0], show_default=True, help="Paper of a print.")
@click.option("--proofread", is_flag=True, help="Read each page back and compute it again; it then says so.")
def explain(
    model: tuple[str, ...],
    quantity: str,
    asked: str,
    convention: str,
    notation: str,
    language: str,
    architecture: str | None,
    output: str,
    detail: str,
    fragment: bool,
    columns: int,
    paper: str,
    proofread: bool,
    others: tuple[str, ...],
    dtype: str,
    cache_dtype: str,
    device: str,
    **options: Any,
) -> None:
    """Derive a quantity of each MODEL in steps: a page to read, check and hand out.

    Writes PATH/MODEL/QUANTITY.ENDING and prints each path.

    \b
    Examples:
      symbolic explain gpt2-124m
      symbolic explain notes.md::GPT_CONFIG_124M --convention walkthrough
      symbolic explain llama-2-7b --format latex,markdown --output handouts
      symbolic explain config.json --format text --output -
      symbolic explain config.json --output page.pdf
      symbolic explain llama-3-8b --quantity kv-cache,forward-flops --context 8192
      symbolic explain llama-3-8b --quantity weight-memory --dtype int4
      symbolic explain gpt2-124m --detail short --format pdf
      symbolic explain gpt2-124m --detail cheat-sheet --format pdf
    """
    from symbolic.pages.files import folder_name, write_all

    # The process ends with its pages: collecting garbage on the way costs a tenth of its time and frees nothing.
    gc.disable()
    file, asked = named_file(output, asked)
    formats_asked = _names(asked, "format", formats())
    names = _names(quantity, "quantity", (*quantities.names(), "all"))
    wanted = _Wanted(
        quantities.names() if names == ("all",) else names,
        _endings(formats_asked, detail, fragment=fragment),
        convention,
        given_inputs(others, options),
        {"dtype": dtype, "cache_dtype": cache_dtype, "device": device},
        options,
        {"notation": notation, "detail": detail, "language": language, **_on_paper(paper, fragment)},
        _printer(proofread, fragment, columns),
        linked=file is None and output != "-",
    )
    warn_of_dtype(wanted.quantities, dtype, cache_dtype)
    loaded = each_model(model, architecture)
    first = list(islice(loaded, 2))
    check_one(output, file, len(first) * len(formats_asked) * len(wanted.quantities))
    taken: set[str] = set()
    for count, one in enumerate(chain(first, loaded)):
        pages: dict[Path, str | bytes] = {}
        with skipping_errors(len(first)):
            folder = Path(output) / folder_name(one.name, taken)
            pages = {file or folder / called: page for called, page in wanted.pages(one, folder).items()}
        if output == "-":
            for page in pages.values():
                echo(page, nl=False)
            return
        write_all(pages)
        for path in pages:
            echo(path)
        if count % FEW == FEW - 1:
            _free()


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The pages that are wanted of each model: which quantities, in which formats, and with what.

    `endings` are those of the files, by format. `named` are a number format and a device, `options` what was given to
    each option of a quantity. `how` says how `make` makes a page of a derivation, `linked` whether the pages of a model
    lie in one folder, so that they lead to each other.
    """

    quantities: tuple[str, ...]
    endings: Mapping[str, str]
    convention: str
    inputs: Given
    named: Mapping[str, str]
    options: Mapping[str, Any]
    how: Mapping[str, str]
    make: Callable[..., str | bytes]
    linked: bool

    def derivations(self, model: Model) -> dict[str, Derivation]:
        """Return the derivation of each quantity; of several, those that the network has nothing of are left out."""
        found = {}
        for name in self.quantities:
            layout = as_layout(self.inputs, name, self.quantities)
            inputs = for_quantity(name, layout, self.quantities)
            named = named_inputs(name, self.quantities, **self.named)
            choices = given_choices(name, dict(self.options), self.quantities)
            try:
                found[name] = api.explain(
                    model, name, convention=self.convention, inputs=inputs, choices=choices, idle_inputs=True, **named
                )
            except NothingToMeasure as nothing:
                if len(self.quantities) == 1:
                    raise
                echo(f"left out {name}: {nothing}", err=True)
        return found

    def pages(self, model: Model, folder: Path) -> dict[str, str | bytes]:
        """Return the pages of a model by the names of their files, which are to lie in a folder."""
        from symbolic.pages.files import in_language

        language = self.how["language"]
        derivations = self.derivations(model)
        linked = self.linked and "html" in self.endings
        files = {name: f"{in_language(name, language)}.{self.endings['html']}" for name in derivations if linked}
        found: dict[str, str | bytes] = {}
        for name, derivation in derivations.items():
            beside = tuple((derivations[other].quantity, file) for other, file in files.items() if other != name)
            shown = replace(derivation, beside=beside, served=_served(folder, language) if files else "")
            for kind, ending in self.endings.items():
                with skipping_missing_extra(kind, len(self.endings)):
                    found[f"{in_language(name, language)}.{ending}"] = self.make(shown, kind, **self.how)
        layouts = (as_layout(self.inputs, name, self.quantities) for name in derivations)
        _check_inputs(list(derivations.values()), {name: size for one in layouts for name, size in one.items()})
        return found


def _endings(names: Sequence[str], detail: str, *, fragment: bool) -> dict[str, str]:
    """Return how the names of the files end, by format; what is no whole page says so there."""
    from symbolic.pages.rendering import format_module

    part = (f"{detail}." if detail in ("short", "cheat-sheet") else "") + ("fragment." if fragment else "")
    return {name: f"{part}{format_module(name).ENDING}" for name in names}


def _free() -> None:
    """Free what earlier pages left: of many models the memory would grow with their number."""
    gc.collect()
    # What is left stays: the libraries, and what is kept for the next pages. To look through it each time would take a
    # tenth of a page's time.
    gc.freeze()


def _names(text: str, what: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the names in a list with commas, each once; ConfigError where there is none."""
    names = tuple(dict.fromkeys(split_names(text)))
    if not names:
        raise ConfigError(f"--{what} names no {what}; one or more of {', '.join(known)}")
    return names


def _served(folder: Path, language: str) -> str:
    """Return the file of the page of serving that lies in a folder, or nothing."""
    from symbolic.pages.files import in_language

    file = f"{in_language('serving', language)}.html"
    return file if (folder / file).is_file() else ""


def _check_inputs(derivations: list[Derivation], given: Given) -> None:
    """Raise ConfigError where an input changes nothing; say where it changes other counts than the total."""
    for line in dict.fromkeys(
        f"{one.model.name}: {line}" for one in derivations for line in too_long(one.model, one.inputs)
    ):
        echo(line, err=True)
    if not given and not any(one.quantity.chosen for one in derivations):
        return
    from symbolic.measuring.idle import beside_the_total, choosing_the_same, refuse_idle

    refuse_idle(derivations, given)
    for one in derivations:
        for name, usual in choosing_the_same(one).items():
            chosen = one.quantity.chosen[name]
            echo(f"{name} {chosen} counts what {name} {usual} does, with the other inputs as they are", err=True)
        for name, conventions in beside_the_total(one, given).items():
            echo(
                f"{name} does not change this total of {one.quantity.name}, but what other conventions count: "
                f"{', '.join(conventions)}",
                err=True,
            )


def _on_paper(paper: str, fragment: bool) -> dict[str, str]:
    """Return the paper of a page, where it is not the usual one."""
    if paper == PAPERS[0]:
        return {}
    if fragment:
        raise click.UsageError("--paper is that of a whole page, and --fragment makes a part; leave one of them out")
    return {"paper": paper}


def _printer(proofread: bool, fragment: bool, columns: int) -> Callable[..., str | bytes]:
    """Return what makes a derivation's page in a format."""
    if proofread and fragment:
        raise click.UsageError("--proofread reads whole pages, and --fragment makes a part; leave one of them out")
    if columns > 1 and not fragment:
        raise click.UsageError("--columns says how wide a --fragment is; add --fragment, or leave --columns out")
    if proofread:
        from symbolic.proofread.own_pages import proofread_page

        return proofread_page
    if fragment:
        from symbolic.pages.fragments import fragment_of

        return partial(fragment_of, columns=columns)
    return Derivation.to


COMMAND = explain
