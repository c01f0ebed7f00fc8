"""`symbolic trace`: the parameters or the FLOPs of any network, read off its own code."""

from __future__ import annotations

import re
from collections.abc import Callable

import click

from symbolic import api, loading
from symbolic.commands._output import notation_option
from symbolic.configs import traced
from symbolic.configs.model import Model
from symbolic.terminal import echo


@click.command()
@click.argument("config", nargs=-1)
@click.option("--module", metavar="PACKAGE.MODULE:CLASS", help="A class of your own; its code is run.")
@click.option(
    "--size",
    "sizes",
    multiple=True,
    metavar="NAME=N",
    help="A size, or another value, that the class or its configuration takes, such as width=64, widths=[64,128] or "
    "'side=(224,224)'; repeat it.",
)
@click.option(
    "--input",
    "inputs",
    multiple=True,
    metavar="NAME=AXES",
    help="The axes of an argument of the class's forward pass, such as image=batch_size,3,height=224,width=224 or "
    "text=batch_size,tokens:int (or :float, :bool); hidden=none leaves one out. Repeat it for each argument.",
)
@click.option("--quantity", default="parameters", show_default=True, metavar="NAME", help="What to derive.")
@click.option("--format", "asked", default="text", show_default=True, metavar="NAME", help="How to print the page.")
@notation_option()
def trace(  # an argument for each option
    config: tuple[str, ...],
    module: str | None,
    sizes: tuple[str, ...],
    inputs: tuple[str, ...],
    quantity: str,
    asked: str,
    notation: str,
) -> None:
    """Derive the parameters or the FLOPs of a network from its own code, and print the page.

    A CONFIG is that of a type of the installed transformers, or of a network of diffusers: its class is built without
    memory, with sizes that carry their names, and code of the config's own is never run. With --module it is a class of
    yours. Needs torch and transformers: pip install "symbolic-explainer[trace]"

    \b
    Examples:
      symbolic trace config.json
      symbolic trace unet/config.json --quantity forward-flops
      symbolic trace --module my.nets:Classifier --size width=64 --size classes=10
      symbolic trace --module my.nets:ResNet --size channels=64 --input "x=batch_size,3,height=224,width=224" \\
        --quantity forward-flops
      symbolic trace --module my.nets:Captioner --size width=64 --size side=32 --quantity forward-flops \\
        --input "image=batch_size,3,side,side" --input "text=batch_size,tokens" --input mask=none
    """
    if bool(config) == bool(module):
        raise click.UsageError("give the config of a type of transformers, or --module with the sizes of a class")
    if config and sizes:
        raise click.UsageError(
            f"--size {sizes[0]} is for a class of --module; a config has its own sizes: change them in it"
        )
    made: list[Callable[[], list[Model]]] = [lambda one=one: loading.trace_all(one, _inputs(inputs)) for one in config]  # type: ignore[misc]
    if module:
        made.append(lambda: [traced.model_of_class(module, _sizes(sizes), inputs=_inputs(inputs))])
    for each in made:
        for model in each():
            echo(api.explain(model, quantity).to(asked, notation=notation), nl=False)


def _sizes(given: tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name.isidentifier():
            raise click.UsageError(f"--size {one!r} is no NAME=NUMBER; write --size width=64")
        if name in found:
            raise click.UsageError(f"--size {name} is given twice; give it once, or a list as {name}=[64,128]")
        found[name] = _value(name, value)
    return found


def _inputs(given: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        name, sign, axes = one.partition("=")
        if not sign or not name.isidentifier() or not axes:
            raise click.UsageError(f"--input {one!r} is no NAME=AXES; write --input x=batch_size,tokens,width")
        if name in found:
            raise click.UsageError(f"--input {name} is given twice; one line has the axes of an argument")
        found[name] = axes
    return found


def _parted(text: str) -> list[str]:
    """Split at the commas that stand in no inner brackets; one behind the last part, as in (64,), ends it."""
    parts, depth = [""], 0
    for sign in text:
        depth += (sign in "[(") - (sign in "])")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [one.strip() for one in (parts if parts[-1].strip() else parts[:-1])]


def _value(name: str, text: str) -> object:
    if text in WORDS:
        return WORDS[text]
    if text.startswith("[") and text.endswith("]"):
        return [_value(name, one) for one in _parted(text[1:-1])]
    if text.startswith("(") and text.endswith(")"):
        return tuple(_value(name, one) for one in _parted(text[1:-1]))
    if WORD.fullmatch(text):
        return text  # such as the name of an activation function, or efficientnet-b0
    if len(text) > 1 and text[0] == text[-1] and text[0] in QUOTES:
        return text[1:-1]
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        raise click.UsageError(
            f'--size {name}={text} is no number, word, true, false, none, [list], (tuple) or "text"; '
            f"write --size {name}=64"
        ) from None


WORDS = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
WORD = re.compile(r"[^\W\d][\w./-]*")
QUOTES = "\"'"
COMMAND = trace
