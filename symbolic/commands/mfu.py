"""`symbolic mfu`: which utilisation a run has, by each way of counting its operations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import click

from symbolic import api
from symbolic.commands._inputs import AmountType, Count
from symbolic.commands._models import given_architecture, loaded_models
from symbolic.commands._pages import page_options
from symbolic.formulas.formula import Exact
from symbolic.formulas.vocabulary import tokens


@click.command()
@click.argument("model", nargs=-1, required=True)
@click.option("--tokens-per-second", "rate", type=AmountType(), metavar="N", help="The speed of all devices together.")
@click.option("--step-time", "seconds", type=AmountType(), metavar="SECONDS", help="Or the time of a step of --batch.")
@click.option("--batch", type=Count(1), default=1, show_default=True, metavar="N", help="Sequences in a step.")
@click.option("--tokens", "length", type=AmountType(tokens), metavar="N", help="Tokens in a sequence.")
@click.option(
    "--device", default="", metavar="NAME", help="An accelerator: h100, tpu-v5p, …; or one of your own, as for serve."
)
@click.option("--devices", type=Count(1), default=1, show_default=True, metavar="N", help="How many of them.")
@click.option("--dtype", default="bf16", show_default=True, metavar="NAME", help="The format of the products.")
@click.option("--peak", type=AmountType(), metavar="FLOPS", help="Operations per second, in place of --device.")
@page_options
@given_architecture
def mfu(
    model: tuple[str, ...],
    rate: Exact | None,
    seconds: Exact | None,
    batch: int,
    length: Exact | None,
    device: str,
    devices: int,
    dtype: str,
    peak: Exact | None,
    write: Callable[..., None],
    architecture: str | None,
) -> None:
    """Say which MFU a run of a training has, by each convention of counting its operations.

    Writes PATH/MODEL/mfu.ENDING and prints each path.

    \b
    Examples:
      symbolic mfu llama-3-8b --tokens-per-second 4376 --tokens 8192 --device h100
      symbolic mfu deepseek-v2-lite --step-time 5.667 --batch 24 --tokens 2048 --device tpu-v5p
    """
    made = partial(
        api.mfu,
        rate=rate,
        seconds=seconds,
        batch=batch,
        length=length,
        device=device,
        devices=devices,
        dtype=dtype,
        peak=peak,
    )
    pages = [(one.name, "mfu", partial(made, one)) for one in loaded_models(model, architecture)]
    write(pages)


COMMAND = mfu
