"""Models read off code that is installed here: traced in a process of its own, within a bound of memory and of time."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from symbolic.configs.making import make_model
from symbolic.configs.model import Model
from symbolic.errors import ConfigError
from symbolic.extras import command
from symbolic.networks.learned import catalogue
from symbolic.networks.learned.own_names import owned
from symbolic.networks.tracing.calling import sent

SECONDS = 120
"""What processor time the code may take."""
WAITED = 300
"""So many seconds it is waited for where the machine has other work, or the code itself waits for something."""
LATER = 5
"""So many seconds after the first signal, which code may ignore, the system ends it."""
MEMORY = 6 * 2**30
"""Addresses, most of them torch's own; what is really used stays below 1.5 GB."""
OF_DIFFUSERS = "_class_name"
"""The key by which a config of diffusers names its class."""


def model_of_config(
    name: str, values: Mapping[str, Any], source: str, inputs: Mapping[str, str] | None = None
) -> Model:
    """Return the model that the installed transformers or diffusers builds of a config; ConfigError where none does.

    A config of diffusers names its class, and `inputs` may say what its forward pass takes.
    """
    if isinstance(values.get(OF_DIFFUSERS), str):
        return _of_diffusers(name, values, source, inputs or {})
    if inputs:
        raise ConfigError(
            f"{source}: a class of transformers has its own inputs; leave --input {next(iter(inputs))} out"
        )
    text = _traced({"config": dict(values)}, source, ("torch", "transformers"))
    known = catalogue.register(text)
    return make_model(name, values, source, known)


def _of_diffusers(name: str, values: Mapping[str, Any], source: str, inputs: Mapping[str, str]) -> Model:
    found = json.loads(_traced({"diffusers": dict(values), "inputs": dict(inputs)}, source, ("torch", "diffusers")))
    given = {**_numbers(found["sizes"]), **found["unread"]}
    return make_model(name, given, source, catalogue.register(found["text"]))


def model_of_class(place: str, sizes: Mapping[str, Any], inputs: Mapping[str, str] | None = None) -> Model:
    """Return the model that `package.module:Class` makes of sizes; `inputs` are those of its forward pass."""
    sizes = owned(sizes)
    asked = {
        "class": place,
        "sizes": {name: sent(value) for name, value in sizes.items()},
        "inputs": dict(inputs or {}),
    }
    found = json.loads(_traced(asked, place, ("torch",)))
    return model_of_text(found["text"], {**sizes, **found["numbers"]}, place.rpartition(":")[2], place)


def model_of_text(text: str, sizes: Mapping[str, Any], name: str, source: str) -> Model:
    """Return the model of a traced description with these sizes."""
    return make_model(name, _numbers(sizes), source, catalogue.register(text))


def _numbers(sizes: Mapping[str, Any]) -> dict[str, int | float]:
    """Return those sizes that are numbers."""
    return {
        key: value for key, value in sizes.items() if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _traced(asked: Mapping[str, Any], source: str, needed: tuple[str, ...]) -> str:
    missing = [name for name in needed if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"{source}: tracing needs {' and '.join(missing)}; install with "
            + ("pip install diffusers" if missing == ["diffusers"] else command("trace"))
            + " (types that are described need neither)"
        )
    try:
        made = subprocess.run(
            [sys.executable, "-m", "symbolic.networks.tracing"],
            input=json.dumps(asked, default=str),
            capture_output=True,
            text=True,
            timeout=WAITED,
            preexec_fn=_bounded,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ConfigError(
            f"{source}: the code did not end within {WAITED // 60} minutes, without much of the processor's time; "
            "see what it waits for, or whether the machine has other work"
        ) from None
    if made.returncode == -signal.SIGXCPU:
        raise ConfigError(
            f"{source}: the code did not end within {SECONDS} seconds of the processor's time; give smaller sizes"
        )
    if made.returncode:
        lines = [line for line in made.stderr.strip().splitlines() if line.strip()]
        what = lines[-1] if lines else f"it ended with {made.returncode}; perhaps it took more memory than it may"
        raise ConfigError(f"{source}: {what}")
    return made.stdout


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + LATER))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
