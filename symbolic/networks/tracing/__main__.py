"""`python -m symbolic.networks.tracing`: trace what standard input asks for, in a process of its own.

It reads JSON, {"config": …} for a class of the installed transformers, {"diffusers": the config, "inputs": …} for one
of diffusers, or {"class": "package.module:Class", "sizes": …, "inputs": …} for any other, whose inputs are the axes of
each argument of its forward pass. It prints the description, of a class in JSON, with the numbers that only its inputs
have. An error is one line on standard error and exit code 2.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from importlib import import_module
from typing import Any

from symbolic.errors import SymbolicError, shown

OBJECTS = 200_000
"""Of so many new objects the collector looks for garbage; they take some dozens of megabytes."""


def main() -> int:
    """Trace, print, and say how it went."""
    asked = json.load(sys.stdin)
    _ready()
    # What a constructor prints must not stand in the description.
    out, sys.stdout = sys.stdout, sys.stderr
    try:
        text = (
            _of_config(asked["config"])
            if "config" in asked
            else _of_diffusers(asked["diffusers"], asked["inputs"])
            if "diffusers" in asked
            else _of_class(**{("place" if key == "class" else key): value for key, value in asked.items()})
        )
    except SymbolicError as problem:
        print(problem, file=sys.stderr)
        return 2
    except SystemExit as problem:
        print(f"the code ends the program, by sys.exit({shown(problem.code)})", file=sys.stderr)
        return 2
    out.write(text)
    return 0


def _ready() -> None:
    """Let SymPy forget nothing that it worked out, and the collector of garbage not look at what stays to the end.

    SymPy keeps a thousand results, which formulas of one pass soon drive out. Most of what a pass makes stays as long
    as its formulas, and to look for garbage in it took a tenth of the time.
    """
    os.environ.setdefault("SYMPY_CACHE_SIZE", "None")
    import torch  # noqa: F401 # with its many objects

    gc.freeze()
    gc.set_threshold(OBJECTS)


def _of_class(place: str, sizes: dict[str, Any], inputs: dict[str, Any]) -> str:
    from symbolic.errors import ConfigError
    from symbolic.networks.tracing.calling import received
    from symbolic.networks.tracing.tracing import trace_text

    module, _, name = place.partition(":")
    if not name:
        raise ConfigError(f"no class is named; give package.module:Class, such as {module}:Net")
    sys.path.insert(0, os.getcwd())
    try:
        build: Any = _imported(module)
        for part in name.split("."):
            build = getattr(build, part)
    except (ImportError, AttributeError, ValueError) as problem:
        raise ConfigError(f"{problem}; give package.module:Class, from this folder or installed") from None
    text, numbers = trace_text(build, {key: received(value) for key, value in sizes.items()}, inputs)
    return json.dumps({"text": text, "numbers": numbers})


def _imported(module: str) -> Any:
    """Return the module; one that ends in an error of its own is there, and its name is not what is wrong."""
    from symbolic.errors import ConfigError

    try:
        return import_module(module)
    except (ImportError, ValueError):
        raise
    except Exception as problem:  # a stranger's code may raise anything
        raise ConfigError(f"{module} can't be imported: {type(problem).__name__}: {problem}") from None


def _of_diffusers(config: dict[str, Any], inputs: dict[str, Any]) -> str:
    from symbolic.networks.learned.own_names import owned
    from symbolic.networks.tracing.diffusers_class import class_of
    from symbolic.networks.tracing.tracing import trace_text

    found = class_of(config, inputs)
    sizes = owned(found.sizes)
    text, of_inputs = trace_text(found.kind, sizes, found.inputs)
    return json.dumps({"text": text, "sizes": {**sizes, **of_inputs}, "unread": found.unread}, default=str)


def _of_config(config: dict[str, Any]) -> str:
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["TRANSFORMERS_VERBOSITY"] = "error"
    from symbolic.errors import ConfigError
    from symbolic.networks.tracing.complaints import said
    from symbolic.networks.tracing.transformers_class import trace_config

    try:
        return trace_config(config)
    except SymbolicError:
        raise
    except Exception as problem:
        what = shown(config.get("model_type"))
        raise ConfigError(f"the class of model_type {what} can't be built: {said(problem)}") from None


if __name__ == "__main__":
    sys.exit(main())
