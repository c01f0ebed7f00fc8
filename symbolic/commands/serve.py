"""`symbolic serve`: how long the first token and each further one take at least, and what binds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from symbolic import api
from symbolic.commands._inputs import AmountType, Count
from symbolic.commands._models import given_architecture, loaded_models, skipping_errors
from symbolic.commands._pages import page_options
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import batch_size, context, tokens
from symbolic.measuring import usual
from symbolic.terminal import echo, one_line

if TYPE_CHECKING:
    from symbolic.pages.page import Page


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option(
    "--device",
    default="",
    show_default=f"{usual.DEVICE}; {usual.DEVICE_WITH_FP8} for a model in FP8",
    metavar="NAME",
    help="An accelerator: h100, a100-80gb, …; or one of your own: 'NAME: memory=96GB, bandwidth=1.8TB/s, flops=500T'.",
)
@click.option(
    "--devices",
    "--tp",
    "devices",
    type=Count(1),
    default=None,
    metavar="N",
    help="Devices that share the matrices (TP); by default the fewest, a power of two, that hold the batch.",
)
@click.option(
    "--ep",
    type=Count(1),
    default=None,
    metavar="N",
    help="Devices that divide the experts, with sequences of their own; by default some usual numbers of them.",
)
@click.option(
    "--prompt",
    type=Count(1, symbol=tokens),
    default=None,
    metavar="N",
    help=f"Tokens of the prompt  [default: {usual.PROMPT}, or what the model has positions for]",
)
@click.option(
    "--context",
    type=Count(1, symbol=tokens),
    default=None,
    metavar="N",
    help="Tokens before the next  [default: 8192, or what the model can look at; the prompt at least]",
)
@click.option(
    "--answer",
    type=Count(2, symbol=tokens),
    default=None,
    metavar="N",
    help=f"Tokens of the answer  [default: {usual.ANSWER}, or what the model has positions for]",
)
@click.option(
    "--batch",
    type=Count(1),
    default=None,
    metavar="N",
    help=f"Sequences served together  [default: 1, on devices that hold {usual.SEQUENCES}]",
)
@click.option("--dtype", default="", metavar="NAME", help="How weights are stored: bf16, fp8, int4, …")
@click.option("--cache-dtype", default="", metavar="NAME", help="How the cache is stored.")
@click.option("--drafted", type=Count(1, 64), default=4, show_default=True, metavar="N", help="Tokens drafted at once.")
@click.option(
    "--accepted", type=AmountType(), default="0.7", show_default=True, metavar="SHARE", help="Share accepted."
)
@click.option(
    "--draft-cost",
    type=AmountType(),
    default="0.1",
    show_default=True,
    metavar="SHARE",
    help="A draft's part of a step.",
)
@click.option(
    "--memory-share",
    type=AmountType(),
    default=str(float(usual.MEMORY_SHARE)),
    show_default=True,
    metavar="SHARE",
    help="Part of a device's memory that an engine takes (gpu_memory_utilization).",
)
@click.option(
    "--hour-price",
    type=AmountType(),
    default=str(usual.HOUR_PRICE),
    show_default=True,
    metavar="DOLLARS",
    help="What an hour of a device costs.",
)
@click.option(
    "--mfu", type=AmountType(), default="1", show_default=True, metavar="SHARE", help="Share of its operations used."
)
@click.option(
    "--mbu", type=AmountType(), default="1", show_default=True, metavar="SHARE", help="Share of its bandwidth used."
)
@click.option(
    "--line", is_flag=True, help="Print the results of each model in a line, times in seconds, and write no page."
)
@page_options
@given_architecture
def serve(
    model: tuple[str, ...],
    device: str,
    devices: int | None,
    ep: int | None,
    prompt: int | None,
    context: int | None,
    answer: int | None,
    batch: int | None,
    dtype: str,
    cache_dtype: str,
    drafted: int,
    accepted: Exact,
    draft_cost: Exact,
    memory_share: Exact,
    hour_price: Exact,
    mfu: Exact,
    mbu: Exact,
    line: bool,
    write: Callable[..., None],
    architecture: str | None,
) -> None:
    """Estimate how long MODEL takes at least on a device or several: the first token, each further one, what binds.

    Writes PATH/MODEL/serving.ENDING and prints each path.

    \b
    Examples:
      symbolic serve llama-3-8b --device h100 --prompt 2048 --batch 16
      symbolic serve deepseek-v3 --device h100 --devices 16 --batch 48
      symbolic serve llama-3-8b --device rtx-4090 --dtype int4 --drafted 5 --accepted 0.8 --draft-cost 0.05
      symbolic serve llama-3-8b --device h100 --batch 16 --mfu 0.5 --mbu 0.7
      symbolic serve llama-3-8b qwen3-8b --device h100 --batch 16 --line
    """
    made = partial(
        api.serving,
        device=device,
        devices=devices or 0,
        ep=ep or 0,
        prompt=prompt or 0,
        context=context or 0,
        answer=answer or 0,
        batch=batch,
        dtype=dtype,
        cache_dtype=cache_dtype,
        drafted=drafted,
        accepted=Fraction(accepted),
        draft_cost=Fraction(draft_cost),
        memory_share=Fraction(memory_share),
        hour_price=Fraction(hour_price),
        mfu=Fraction(mfu),
        mbu=Fraction(mbu),
    )
    pages = [(one.name, "serving", partial(made, one)) for one in loaded_models(model, architecture)]
    if not line:
        write(pages, linked=True)
        return
    _refuse_beside_line()
    if ep:
        raise click.UsageError(
            "--line is of the devices that share the matrices, so --ep changes nothing; --format json has it in records"
        )
    for name, _, make in pages:
        with skipping_errors(len(pages)):
            echo(_in_a_line(name, make()))


def _refuse_beside_line() -> None:
    """Raise UsageError where options of a page stand beside --line, which writes none."""
    given = click.get_current_context().get_parameter_source
    for name, option in {"asked": "--format", "output": "--output", "notation": "--notation"}.items():
        if given(name) is not ParameterSource.DEFAULT:
            raise click.UsageError(f"--line prints a line and writes no page, so {option} changes nothing; give one")


def _in_a_line(model: str, page: Page) -> str:
    """Return the results of a page as NAME=VALUE, in the units of the page's JSON: seconds, tokens per second.

    A fraction is rounded to six digits. What has no room on the devices is marked: its times are those of larger ones.
    """
    asked: dict[str, Exact] = {name: page.sizes[name] for name in (batch_size.name, context.name)}
    found = {**asked, **{name: one.value for name, one in page.values.items()}}
    figures = (f"{name}={value if isinstance(value, int) else f'{float(value):.6g}'}" for name, value in found.items())
    holds = page.values.get("sequences_that_fit")
    short = holds is not None and holds.value < page.sizes[batch_size.name]
    return " ".join((one_line(model), *figures, *(["fits=no"] if short else [])))


COMMAND = serve
